"""Models."""

from typing import Annotated

from fastapi import Depends, Query

from modelyard.server.access.permissions import Permission
from modelyard.server.db import Db
from modelyard.server.kernel.routing import Router
from modelyard.server.projects.guards import InProject, project_guard
from modelyard.server.projects.routes import Direction, Limit, PageToken
from modelyard.server.registry.models import queries, service
from modelyard.server.registry.models.parameters import ModelName
from modelyard.server.registry.models.queries import ModelSort
from modelyard.wire.base import Page
from modelyard.wire.models import Model, ModelCreate, ModelUpdate

router = Router(prefix="/projects/{project}/models", tags=["models"])

MayRead = Annotated[InProject, Depends(project_guard(Permission.PROJECT_MODELS_READ))]
MayWrite = Annotated[InProject, Depends(project_guard(Permission.PROJECT_MODELS_WRITE))]
Search = Annotated[str | None, Query(description="Looked for in names and descriptions.", max_length=500)]
MayDelete = Annotated[InProject, Depends(project_guard(Permission.PROJECT_MODELS_DELETE))]


@router.get("")
async def list_models(
    database: Db,
    access: MayRead,
    search: Search = None,
    sort: Annotated[ModelSort, Query(description="What to sort by.")] = "updated_at",
    order: Direction = "desc",
    limit: Limit = 50,
    page_token: PageToken = None,
) -> Page[Model]:
    """Model repositories with the summary of their versions."""
    return await database.read(
        lambda connection: queries.list_models(
            connection,
            access.project_id,
            search=search,
            sort=sort,
            order=order,
            limit=limit,
            page_token=page_token,
        )
    )


@router.post("", status_code=201)
async def create_model(body: ModelCreate, database: Db, access: MayWrite) -> Model:
    """Makes an empty model."""
    return await database.write(
        lambda connection: service.create_model(
            connection, access.caller.name, access.project_id, access.project, body.name, body.description
        )
    )


@router.get("/{model}")
async def get_model(model: ModelName, database: Db, access: MayRead) -> Model:
    """One model, with a summary of its latest version."""
    return await database.read(lambda connection: queries.get_model(connection, access.project_id, model))


@router.patch("/{model}")
async def update_model(model: ModelName, body: ModelUpdate, database: Db, access: MayWrite) -> Model:
    """Changes what is given. An empty default metric goes back to the one of the output type."""
    return await database.write(
        lambda connection: service.update_model(
            connection, access.caller.name, access.project_id, access.project, model, body
        )
    )


@router.delete("/{model}", status_code=204)
async def delete_model(model: ModelName, database: Db, access: MayDelete) -> None:
    """Deletes a model with all of its versions; 409 while one of them is being trained."""
    await database.write(
        lambda connection: service.delete_model(
            connection, access.caller.name, access.project_id, access.project, model
        )
    )
