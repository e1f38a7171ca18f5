"""Versions of a model: lists, one, comparison, editing and deleting."""

from typing import Annotated, cast

from fastapi import Path, Query, Request
from pydantic import Field
from sqlalchemy import Connection

from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import Scope
from modelyard.server.datasets.queries import get_version as get_dataset_version
from modelyard.server.db import Db
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.routing import Router
from modelyard.server.projects.routes import Direction, Limit, PageToken
from modelyard.server.registry.models.guards import require_force
from modelyard.server.registry.models.parameters import ModelName
from modelyard.server.registry.models.queries import find_model
from modelyard.server.registry.models.routes import MayDelete, MayRead, MayWrite
from modelyard.server.registry.pins.noting import PinLog
from modelyard.server.registry.versions import forks, queries, service
from modelyard.server.registry.versions.parameters import VersionNumber, VersionReference
from modelyard.server.registry.versions.showing import show_version, show_versions
from modelyard.server.registry.versions.values import list_columns
from modelyard.server.storage.dependency import Files
from modelyard.wire.base import Page
from modelyard.wire.datasets import DatasetUse
from modelyard.wire.models import (
    ForkRequest,
    Version,
    VersionColumns,
    VersionComparison,
    VersionConfig,
    VersionRow,
    VersionSort,
    VersionStatus,
    VersionUpdate,
)

router = Router(prefix="/projects/{project}", tags=["versions"])

_MAX_COMPARED = 20

RunFieldName = Annotated[str, Field(pattern=r"(?s)^run_(metrics|params)\..+$", max_length=300)]


@router.get("/models/{model}/versions")
async def list_versions(
    model: ModelName,
    access: MayRead,
    status: Annotated[list[VersionStatus] | None, Query(description="Only versions with one of these.")] = None,
    search: Annotated[
        str | None,
        Query(description="Looked for in description, dataset, target, trainer; or a number.", max_length=500),
    ] = None,
    include_archived: Annotated[bool, Query(description="Also those that were archived.")] = False,
    sort: Annotated[
        VersionSort | RunFieldName, Query(description="What to sort by; also a field of the run, as in `show`.")
    ] = "number",
    order: Direction = "desc",
    limit: Limit = 50,
    page_token: PageToken = None,
    show: Annotated[
        list[RunFieldName] | None,
        Query(
            description="Metrics and params to answer, of the run that made each version: `run_metrics.loss`, "
            "`run_params.depth`. A registered version has none where its run made several models.",
            max_length=200,
        ),
    ] = None,
) -> Page[VersionRow]:
    """A model's versions; those without a value to sort by come last."""
    return await access.read(
        lambda connection, scope: queries.list_versions(
            connection,
            scope.project_id,
            model,
            status=status or [],
            search=search,
            include_archived=include_archived,
            sort=sort,
            order=order,
            limit=limit,
            page_token=page_token,
            show=show or [],
            sees_runs=scope.may(Permission.PROJECT_EXPERIMENTS_READ),
        )
    )


@router.get("/models/{model}/columns")
async def list_version_columns(model: ModelName, access: MayRead) -> VersionColumns:
    """The metrics and params that a list of the model's versions can show."""

    def read(connection: Connection, scope: Scope) -> VersionColumns:
        owner = find_model(connection, scope.project_id, model)
        return list_columns(connection, owner.id, sees_runs=scope.may(Permission.PROJECT_EXPERIMENTS_READ))

    return await access.read(read)


@router.get("/models/{model}/versions/{number}")
async def get_version(
    request: Request, model: ModelName, number: VersionReference, database: Db, store: Files, access: MayRead
) -> Version:
    """One version: status and timeline, metrics of every split, signature, and why it failed if it did."""
    scope = await access.scope()
    version = await show_version(database, store, scope.project_id, model, number)
    if isinstance(number, str):
        key = await access.read(lambda connection, scope: find_model(connection, scope.project_id, model))
        client = request.headers.get("user-agent", "").encode("latin-1", "replace")
        cast("PinLog", request.app.state.pins).note(key.id, number.removeprefix("@"), scope.actor, client)
    return version


@router.patch("/models/{model}/versions/{number}")
async def update_version(
    model: ModelName, number: VersionNumber, body: VersionUpdate, database: Db, store: Files, access: MayWrite
) -> Version:
    """Changes what is given: description, star, archived, the semantic version upwards."""

    def write(connection: Connection, scope: Scope) -> Version:
        require_force(scope, force=body.force_semver)
        return service.update_version(connection, scope.actor, scope.project_id, scope.project, model, number, body)

    changed = await access.write(write)
    scope = await access.scope()
    return await show_version(database, store, scope.project_id, changed.model, changed.number)


@router.delete("/models/{model}/versions/{number}", status_code=204)
async def delete_version(model: ModelName, number: VersionNumber, access: MayDelete) -> None:
    """Deletes a version with its files and metrics; 409 while it is being trained. Its number is not given again."""
    await access.write(
        lambda connection, scope: service.delete_version(
            connection, scope.actor, scope.project_id, scope.project, model, number
        )
    )


@router.post("/models/{model}/versions/{number}/fork", status_code=201)
async def fork_version(
    model: ModelName, number: VersionNumber, body: ForkRequest, database: Db, store: Files, access: MayWrite
) -> Version:
    """Makes a new model whose first version is this one, with files of its own; its lineage leads back here."""
    forked = await forks.fork_version(access, database, store, model, number, body)
    scope = await access.scope()
    return await show_version(database, store, scope.project_id, forked.model, forked.number)


@router.get("/models/{model}/versions/{number}/config")
async def get_version_config(model: ModelName, number: VersionNumber, access: MayRead) -> VersionConfig:
    """The config as it was given, and with every default filled in."""

    def read(connection: Connection, scope: Scope) -> VersionConfig:
        return queries.get_config(connection, queries.get_key(connection, scope.project_id, model, number).id)

    return await access.read(read)


@router.get("/models/{model}/compare")
async def compare_versions(
    model: ModelName,
    database: Db,
    store: Files,
    access: MayRead,
    v: Annotated[
        list[Annotated[int, Field(ge=1, le=2**31 - 1)]],
        Query(description="Numbers of versions, in the order to show them.", min_length=1),
    ],
) -> VersionComparison:
    """Versions side by side, with their configs."""
    numbers = list(dict.fromkeys(v))
    if len(numbers) > _MAX_COMPARED:
        raise InvalidArgument(f"{len(numbers)} versions cannot be compared at once; the limit is {_MAX_COMPARED}.")

    def read(connection: Connection, scope: Scope) -> list[VersionConfig]:
        keys = [queries.get_key(connection, scope.project_id, model, number) for number in numbers]
        return [queries.get_config(connection, key.id) for key in keys]

    configs = await access.read(read)
    scope = await access.scope()
    versions = await show_versions(database, store, scope.project_id, model, numbers)
    return VersionComparison(versions=versions, configs=configs)


@router.get("/datasets/{dataset}/versions/{number}/uses", tags=["datasets"])
async def list_dataset_version_uses(
    dataset: Annotated[str, Path(description="The dataset's name.", examples=["iris"])],
    number: VersionNumber,
    access: MayRead,
) -> list[DatasetUse]:
    """The model versions that were trained on this dataset version, newest first."""
    version_number = None if number == "latest" else number

    def read(connection: Connection, scope: Scope) -> list[DatasetUse]:
        version = get_dataset_version(connection, scope.project_id, dataset, version_number)
        return queries.list_uses(connection, version.id)

    return await access.read(read)
