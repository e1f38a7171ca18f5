"""Lineages as graphs."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Path, Query
from fastapi.responses import Response
from sqlalchemy import Connection

from modelyard.server.access.guards import ProjectAccess, project_guard
from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import Scope
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.routing import Router
from modelyard.server.registry.models.parameters import ModelName
from modelyard.server.registry.models.routes import MayRead as MayReadModels
from modelyard.server.registry.versions.parameters import VersionReference
from modelyard.server.registry.versions.queries import get_key
from modelyard.server.tracking.parameters import MayRead as MayReadRuns
from modelyard.server.tracking.parameters import RunId
from modelyard.wire.lineage import Direction, Lineage, NodeKind
from modelyard.wire.models import VersionStatus

if TYPE_CHECKING:
    from modelyard.server.lineage.graphs import Key
    from modelyard.server.lineage.service import VersionFilter

router = Router(prefix="/projects/{project}", tags=["lineage"])

_NEEDS = {
    NodeKind.DATASET_VERSION: Permission.PROJECT_DATASETS_READ,
    NodeKind.LOGGED_DATASET: Permission.PROJECT_EXPERIMENTS_READ,
    NodeKind.EVALUATION_DATASET: Permission.PROJECT_EXPERIMENTS_READ,
    NodeKind.RUN: Permission.PROJECT_EXPERIMENTS_READ,
    NodeKind.LOGGED_MODEL: Permission.PROJECT_EXPERIMENTS_READ,
    NodeKind.VERSION: Permission.PROJECT_MODELS_READ,
}
"""Without the permission, nodes of the kind are left out."""

MayReadDatasets = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_DATASETS_READ))]
Side = Annotated[Direction, Query(description="What it came from (`origins`), what came of it (`uses`), or both.")]
Depth = Annotated[int, Query(ge=1, le=100_000, description="The most steps away from where it starts.")]
Nodes = Annotated[int, Query(ge=1, le=10_000, description="The most nodes to answer, the nearest first.")]
Statuses = Annotated[list[VersionStatus] | None, Query(description="Only versions with one of these.")]
Since = Annotated[datetime | None, Query(description="Only versions made at this time or later.")]
Until = Annotated[datetime | None, Query(description="Only versions made at this time or before.")]


@router.get("/models/{model}/versions/{number}/lineage")
async def get_version_lineage(
    model: ModelName,
    number: VersionReference,
    access: MayReadModels,
    direction: Side = "both",
    depth: Depth = 100,
    limit: Nodes = 1000,
    status: Statuses = None,
    since: Since = None,
    until: Until = None,
) -> Lineage:
    """The origins and uses of a version: versions, runs, logged models and datasets.

    A version that was deleted has a lineage still. Versions over which a filter leaps are counted on the edges.
    """
    keep = _filter(status, since, until)

    def read(connection: Connection, scope: Scope) -> Lineage:
        exact = number if isinstance(number, int) else get_key(connection, scope.project_id, model, number).number
        root = _key(NodeKind.VERSION, model, exact)
        return _trace(connection, scope, root, direction, depth, limit, keep)

    return await access.read(read)


@router.get("/datasets/{dataset}/versions/{number}/lineage")
async def get_dataset_version_lineage(
    dataset: Annotated[str, Path(description="The dataset's name.", examples=["iris"])],
    number: Annotated[int, Path(ge=1, le=2**31 - 1, description="The dataset version's number.", examples=[2])],
    access: MayReadDatasets,
    depth: Depth = 100,
    limit: Nodes = 1000,
    status: Statuses = None,
    since: Since = None,
    until: Until = None,
) -> Lineage:
    """The uses of a dataset version: trainings, versions, and their uses."""
    root = _key(NodeKind.DATASET_VERSION, dataset, number)
    keep = _filter(status, since, until)
    return await access.read(lambda connection, scope: _trace(connection, scope, root, "both", depth, limit, keep))


@router.get("/runs/{run_id}/lineage")
async def get_run_lineage(
    run_id: RunId,
    access: MayReadRuns,
    direction: Side = "both",
    depth: Depth = 100,
    limit: Nodes = 1000,
    status: Statuses = None,
    since: Since = None,
    until: Until = None,
) -> Lineage:
    """The inputs of a run, and the logged models and versions that came of it."""
    root = _key(NodeKind.RUN, run_id)
    keep = _filter(status, since, until)
    return await access.read(lambda connection, scope: _trace(connection, scope, root, direction, depth, limit, keep))


@router.get("/models/{model}/lineage", response_model=Lineage)
async def get_model_lineage(
    model: ModelName,
    access: MayReadModels,
    limit: Annotated[
        int, Query(ge=1, le=50_000, description="The most versions to answer, the newest first.")
    ] = 10_000,
    data: Annotated[bool, Query(description="Also the dataset versions that they were trained on.")] = False,
    status: Statuses = None,
    since: Since = None,
    until: Until = None,
) -> Response:
    """All versions of a model by what each was made from, and the versions of other models they are copies of.

    Versions that were deleted are there as such while no filter leaves them out.
    """
    keep = _filter(status, since, until)

    def read(connection: Connection, scope: Scope) -> bytes:
        from modelyard.server.lineage.service import trace_model  # noqa: PLC0415

        with_data = data and NodeKind.DATASET_VERSION in _kinds(scope)
        raw = Raw(connection)
        return trace_model(raw, scope.project_id, model, limit=limit, with_data=with_data, keep=keep)

    return Response(await access.read(read), media_type="application/json")


def _key(kind: NodeKind, name: str, number: int | None = None) -> "Key":
    # Loaded here, as all of it: a server that has just started is seldom asked for a lineage.
    from modelyard.server.lineage.graphs import Key  # noqa: PLC0415

    return Key(kind, name, number)


def _trace(
    connection: Connection,
    scope: Scope,
    root: "Key",
    direction: Direction,
    depth: int,
    limit: int,
    keep: "VersionFilter",
) -> Lineage:
    from modelyard.server.lineage.service import Extent, trace  # noqa: PLC0415

    return trace(Raw(connection), scope.project_id, root, Extent(direction, depth, limit, _kinds(scope)), keep)


def _kinds(scope: Scope) -> frozenset[NodeKind]:
    """The kinds that the caller may see."""
    return frozenset(kind for kind, permission in _NEEDS.items() if scope.may(permission))


def _filter(status: list[VersionStatus] | None, since: datetime | None, until: datetime | None) -> "VersionFilter":
    from modelyard.server.lineage.service import VersionFilter  # noqa: PLC0415

    return VersionFilter(frozenset(str(each) for each in status or ()), _milliseconds(since), _milliseconds(until))


def _milliseconds(moment: datetime | None) -> int | None:
    """A time without a zone is of UTC."""
    if moment is None:
        return None
    return int((moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp() * 1000)
