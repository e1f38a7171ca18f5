"""Runs: finding, reading, editing and deleting them."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query
from sqlalchemy import Connection

from modelyard.server.access.scope import Scope
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.filters import parse_filter, parse_order
from modelyard.server.kernel.routing import Router
from modelyard.server.projects.routes import Limit, PageToken
from modelyard.server.tracking.experiments.listing import DESCRIPTION_TAG, STAGES
from modelyard.server.tracking.experiments.queries import Experiment, get_experiment, list_with_runs
from modelyard.server.tracking.parameters import Filter, MayDelete, MayRead, MayWrite, OfExperiments, RunId, State
from modelyard.server.tracking.runs import queries, service
from modelyard.server.tracking.runs.columns import list_columns
from modelyard.server.tracking.runs.conditions import RUNS
from modelyard.server.tracking.runs.counting import count_runs as count
from modelyard.server.tracking.runs.curves import MAX_CURVES, MAX_RUNS, read_curves
from modelyard.server.tracking.runs.dependencies import VersionsOfRuns
from modelyard.server.tracking.runs.records import FindVersions, to_run, to_summaries
from modelyard.server.tracking.runs.search import RunSearch, search_runs
from modelyard.wire.base import Count, Page
from modelyard.wire.experiments import StateFilter
from modelyard.wire.runs import (
    Run,
    RunColumns,
    RunCurves,
    RunIds,
    RunSummary,
    RunUpdate,
)

router = Router(prefix="/projects/{project}/runs", tags=["runs"])


@router.get("")
async def list_runs(
    access: MayRead,
    versions: VersionsOfRuns,
    experiment: OfExperiments = [],  # noqa: B006 - FastAPI copies defaults
    filter_text: Filter = "",
    order_by: Annotated[
        list[str],
        Query(description="Fields with ASC or DESC, the first the most important, e.g. `metrics.rmse DESC`."),
    ] = [],  # noqa: B006
    state: State = "active",
    limit: Limit = 100,
    page_token: PageToken = None,
) -> Page[RunSummary]:
    """Runs with everything logged on them; without an order the newest first."""

    def read(connection: Connection, scope: Scope) -> Page[RunSummary]:
        raw = Raw(connection)
        runs, token = search_runs(
            raw,
            RunSearch(
                experiments=_experiments(raw, scope.project_id, experiment, state),
                expression=parse_filter(filter_text, RUNS),
                stages=STAGES[state],
                order=parse_order(order_by, RUNS),
                limit=limit,
                page_token=page_token,
            ),
        )
        return Page(items=to_summaries(raw, scope.project_id, runs, versions), next_page_token=token)

    return await access.read(read)


@router.get("/count")
async def count_runs(
    access: MayRead,
    experiment: OfExperiments = [],  # noqa: B006
    filter_text: Filter = "",
    state: State = "active",
) -> Count:
    """How many runs there are; with a filter over very many runs, at least how many."""

    def read(connection: Connection, scope: Scope) -> Count:
        raw = Raw(connection)
        experiments = _experiments(raw, scope.project_id, experiment, state)
        return count(raw, experiments, parse_filter(filter_text, RUNS), STAGES[state])

    return await access.read(read)


@router.get("/columns")
async def list_run_columns(
    access: MayRead,
    experiment: OfExperiments = [],  # noqa: B006
) -> RunColumns:
    """The names of params, metrics and tags that runs have, for choosing columns and for completing filters."""

    def read(connection: Connection, scope: Scope) -> RunColumns:
        raw = Raw(connection)
        return list_columns(raw, [item.id for item in _experiments(raw, scope.project_id, experiment, "active")])

    return await access.read(read)


@router.get("/curves")
async def get_run_curves(
    access: MayRead,
    run: Annotated[list[str], Query(description="Ids of runs.", min_length=1, max_length=MAX_RUNS)],
    key: Annotated[
        list[str], Query(description="Keys of metrics; all of each run when absent.", max_length=MAX_CURVES)
    ] = [],  # noqa: B006
    max_points: Annotated[int, Query(ge=4, le=10_000, description="Of each curve; more are thinned out.")] = 500,
) -> RunCurves:
    """Metrics of several runs over their steps. Thinning keeps every peak that can be seen."""
    return await access.read(
        lambda connection, scope: read_curves(connection, scope.project_id, run, keys=key, max_points=max_points)
    )


@router.post("/delete", status_code=204)
async def delete_runs(body: RunIds, access: MayDelete) -> None:
    """Marks runs as deleted; they can be restored. One that is deleted already is fine."""

    def write(connection: Connection, scope: Scope) -> None:
        for run_id in dict.fromkeys(body.ids):
            service.delete_run(Raw(connection), scope.actor, scope.project_id, run_id)

    await access.write(write)


@router.post("/restore", status_code=204)
async def restore_runs(body: RunIds, access: MayDelete) -> None:
    """Takes back the deletion of runs. One that is not deleted is fine."""

    def write(connection: Connection, scope: Scope) -> None:
        for run_id in dict.fromkeys(body.ids):
            service.restore_run(Raw(connection), scope.actor, scope.project_id, run_id)

    await access.write(write)


@router.get("/{run_id}")
async def get_run(run_id: RunId, access: MayRead, versions: VersionsOfRuns) -> Run:
    """One run, deleted or not, with everything logged on it but the histories of its metrics."""
    return await access.read(lambda connection, scope: _run(Raw(connection), scope.project_id, run_id, versions))


@router.patch("/{run_id}")
async def update_run(run_id: RunId, body: RunUpdate, access: MayWrite, versions: VersionsOfRuns) -> Run:
    """Changes what is given: name, description, tags; 409 when the run is deleted."""
    described = {} if body.description is None else {DESCRIPTION_TAG: body.description or None}
    tags = {**(body.tags or {}), **described}

    def write(connection: Connection, scope: Scope) -> Run:
        raw = Raw(connection)
        service.edit_run(raw, scope.actor, scope.project_id, run_id, name=body.name, tags=tags)
        return _run(raw, scope.project_id, run_id, versions)

    return await access.write(write)


@router.delete("/{run_id}", status_code=204)
async def delete_run(run_id: RunId, access: MayDelete) -> None:
    """Marks a run as deleted; it can be restored."""
    await access.write(
        lambda connection, scope: service.delete_run(Raw(connection), scope.actor, scope.project_id, run_id)
    )


@router.post("/{run_id}/restore")
async def restore_run(run_id: RunId, access: MayDelete, versions: VersionsOfRuns) -> Run:
    """Takes back its deletion; a run of a deleted experiment stays deleted with it."""

    def write(connection: Connection, scope: Scope) -> Run:
        raw = Raw(connection)
        service.restore_run(raw, scope.actor, scope.project_id, run_id)
        return _run(raw, scope.project_id, run_id, versions)

    return await access.write(write)


def _experiments(raw: Raw, project_id: int, ids: Sequence[str], state: StateFilter) -> list[Experiment]:
    if not ids:
        return list_with_runs(raw, project_id, STAGES[state])
    return list({item.id: item for item in (get_experiment(raw, project_id, one) for one in ids)}.values())


def _run(raw: Raw, project_id: int, run_id: str, versions: FindVersions) -> Run:
    run = queries.get_run(raw, project_id, run_id)
    return to_run(raw, project_id, run, versions)
