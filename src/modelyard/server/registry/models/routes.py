"""Models."""

from typing import Annotated

from fastapi import Depends, Query

from modelyard.server.access.guards import ProjectAccess, project_guard
from modelyard.server.access.permissions import Permission
from modelyard.server.kernel.routing import Router
from modelyard.server.projects.routes import Direction, Limit, PageToken
from modelyard.server.registry.models import queries, service
from modelyard.server.registry.models.parameters import ModelName
from modelyard.server.registry.models.queries import ModelSort
from modelyard.wire.base import Page
from modelyard.wire.models import Model, ModelCreate, ModelUpdate

router = Router(prefix="/projects/{project}/models", tags=["models"])

MayRead = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_MODELS_READ))]
MayWrite = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_MODELS_WRITE))]
Search = Annotated[str | None, Query(description="Looked for in names and descriptions.", max_length=500)]
MayDelete = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_MODELS_DELETE))]


@router.get("")
async def list_models(
    access: MayRead,
    search: Search = None,
    sort: Annotated[ModelSort, Query(description="What to sort by.")] = "updated_at",
    order: Direction = "desc",
    limit: Limit = 50,
    page_token: PageToken = None,
) -> Page[Model]:
    """Model repositories with the summary of their versions."""
    return await access.read(
        lambda connection, scope: queries.list_models(
            connection,
            scope.project_id,
            search=search,
            sort=sort,
            order=order,
            limit=limit,
            page_token=page_token,
        )
    )


@router.post("", status_code=201)
async def create_model(body: ModelCreate, access: MayWrite) -> Model:
    """Makes an empty model."""
    return await access.write(
        lambda connection, scope: service.create_model(
            connection, scope.actor, scope.project_id, scope.project, body.name, body.description
        )
    )


@router.get("/{model}")
async def get_model(model: ModelName, access: MayRead) -> Model:
    """One model, with a summary of its latest version."""
    return await access.read(lambda connection, scope: queries.get_model(connection, scope.project_id, model))


@router.patch("/{model}")
async def update_model(model: ModelName, body: ModelUpdate, access: MayWrite) -> Model:
    """Changes what is given. An empty default metric goes back to the one of the output type."""
    return await access.write(
        lambda connection, scope: service.update_model(
            connection, scope.actor, scope.project_id, scope.project, model, body
        )
    )


@router.delete("/{model}", status_code=204)
async def delete_model(model: ModelName, access: MayDelete) -> None:
    """Deletes a model with all of its versions; 409 while one of them is being trained."""
    await access.write(
        lambda connection, scope: service.delete_model(connection, scope.actor, scope.project_id, scope.project, model)
    )
