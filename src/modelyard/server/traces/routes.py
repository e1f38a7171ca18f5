"""Traces: finding, reading, tagging and deleting them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query
from sqlalchemy import Connection

from modelyard.server.access.scope import Scope
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.filters import Expression, OrderTerm, parse_filter, parse_order
from modelyard.server.kernel.routing import Router
from modelyard.server.projects.routes import PageToken
from modelyard.server.traces import queries, service
from modelyard.server.traces.conditions import within_run
from modelyard.server.traces.counting import count_traces as count
from modelyard.server.traces.evaluation_datasets.queries import count_of_experiment
from modelyard.server.traces.queries import experiments_of_run, experiments_with_traces
from modelyard.server.traces.records import to_summaries, to_trace
from modelyard.server.traces.search import TRACES, search_traces
from modelyard.server.tracking.experiments.listing import STAGES
from modelyard.server.tracking.experiments.queries import get_experiment
from modelyard.server.tracking.limits import check_tag
from modelyard.server.tracking.parameters import MayDelete, MayRead, MayWrite, OfExperiments, RunId
from modelyard.server.tracking.runs.counting import count_runs
from modelyard.server.tracking.runs.queries import get_run
from modelyard.wire.base import Count, Page
from modelyard.wire.experiments import ExperimentContents
from modelyard.wire.traces import MAX_TRACE_TAG_LENGTH, Trace, TraceIds, TraceSummary, TraceUpdate

router = Router(prefix="/projects/{project}", tags=["traces"])

TraceId = Annotated[str, Path(description="The trace's id.", examples=["tr-6985432a0f9722c32177766536f97f52"])]
Filter = Annotated[
    str,
    Query(
        alias="filter",
        description="In the filter grammar, e.g. `status = 'ERROR' AND feedback.correct = 'false'`. An error names the "
        "character.",
    ),
]


@dataclass(frozen=True, slots=True)
class Listing:
    """The requested part of a list."""

    order: Sequence[OrderTerm]
    limit: int
    page_token: str | None


def listing(
    order_by: Annotated[
        list[str],
        Query(description="Fields with ASC or DESC, the first the most important, e.g. `execution_time_ms DESC`."),
    ] = [],  # noqa: B006 - FastAPI copies defaults
    limit: Annotated[int, Query(ge=1, le=500, description="The most items to answer.")] = 100,
    page_token: PageToken = None,
) -> Listing:
    return Listing(parse_order(order_by, TRACES), limit, page_token)


RequestedPart = Annotated[Listing, Depends(listing)]


@router.get("/traces")
async def list_traces(
    access: MayRead,
    part: RequestedPart,
    experiment: OfExperiments = [],  # noqa: B006
    filter_text: Filter = "",
) -> Page[TraceSummary]:
    """Traces without their spans; without an order the newest first."""

    def read(connection: Connection, scope: Scope) -> Page[TraceSummary]:
        raw = Raw(connection)
        experiments = _experiments(raw, scope.project_id, experiment)
        return _page(raw, scope.project_id, experiments, parse_filter(filter_text, TRACES), part)

    return await access.read(read)


@router.get("/experiments/{experiment_id}/contents", tags=["experiments"])
async def count_experiment_contents(
    experiment_id: Annotated[str, Path(description="The experiment's id.", examples=["1"])],
    access: MayRead,
) -> ExperimentContents:
    """How many runs, traces and evaluation datasets an experiment has; what is deleted is not counted."""

    def read(connection: Connection, scope: Scope) -> ExperimentContents:
        raw = Raw(connection)
        experiment = get_experiment(raw, scope.project_id, experiment_id)
        return ExperimentContents(
            runs=count_runs(raw, [experiment], None, STAGES["active"]).count,
            traces=count(raw, [experiment.id], None).count,
            evaluation_datasets=count_of_experiment(raw, experiment.id),
        )

    return await access.read(read)


@router.get("/traces/count")
async def count_traces(
    access: MayRead,
    experiment: OfExperiments = [],  # noqa: B006
    filter_text: Filter = "",
) -> Count:
    """How many traces there are; with a filter over very many traces, at least how many."""

    def read(connection: Connection, scope: Scope) -> Count:
        raw = Raw(connection)
        return count(raw, _experiments(raw, scope.project_id, experiment), parse_filter(filter_text, TRACES))

    return await access.read(read)


@router.get("/runs/{run_id}/traces")
async def list_run_traces(
    run_id: RunId, access: MayRead, part: RequestedPart, filter_text: Filter = ""
) -> Page[TraceSummary]:
    """Traces that were made in a run or linked to it, without their spans; without an order the newest first."""

    def read(connection: Connection, scope: Scope) -> Page[TraceSummary]:
        raw = Raw(connection)
        run = get_run(raw, scope.project_id, run_id)
        expression = within_run(run, parse_filter(filter_text, TRACES))
        return _page(raw, scope.project_id, experiments_of_run(raw, run), expression, part)

    return await access.read(read)


@router.get("/runs/{run_id}/traces/count")
async def count_run_traces(run_id: RunId, access: MayRead, filter_text: Filter = "") -> Count:
    """How many traces were made in a run or linked to it; among very many traces, at least how many."""

    def read(connection: Connection, scope: Scope) -> Count:
        raw = Raw(connection)
        run = get_run(raw, scope.project_id, run_id)
        return count(raw, experiments_of_run(raw, run), within_run(run, parse_filter(filter_text, TRACES)))

    return await access.read(read)


@router.post("/traces/delete", status_code=204)
async def delete_traces(body: TraceIds, access: MayDelete) -> None:
    """Deletes traces with their spans and assessments, for good. One that is not there is fine."""
    await access.write(
        lambda connection, scope: service.delete_named(Raw(connection), scope.actor, scope.project_id, body.ids)
    )


@router.get("/traces/{trace_id}")
async def get_trace(trace_id: TraceId, access: MayRead) -> Trace:
    """One trace with its spans."""
    return await access.read(lambda connection, scope: _trace(Raw(connection), scope.project_id, trace_id))


@router.patch("/traces/{trace_id}")
async def update_trace(trace_id: TraceId, body: TraceUpdate, access: MayWrite) -> Trace:
    """Sets and deletes tags."""
    tags = body.tags or {}
    for key, value in tags.items():
        check_tag(key, value or "", MAX_TRACE_TAG_LENGTH)

    def write(connection: Connection, scope: Scope) -> Trace:
        raw = Raw(connection)
        service.edit_trace(raw, scope.actor, scope.project_id, trace_id, tags)
        return _trace(raw, scope.project_id, trace_id)

    return await access.write(write)


def _experiments(raw: Raw, project_id: int, ids: Sequence[str]) -> list[int]:
    if not ids:
        return experiments_with_traces(raw, project_id)
    return sorted({get_experiment(raw, project_id, one).id for one in ids})


def _page(
    raw: Raw, project_id: int, experiments: Sequence[int], expression: Expression | None, part: Listing
) -> Page[TraceSummary]:
    traces, token = search_traces(
        raw,
        experiments,
        expression=expression,
        order=part.order,
        limit=part.limit,
        page_token=part.page_token,
    )
    return Page(items=to_summaries(raw, project_id, traces), next_page_token=token)


def _trace(raw: Raw, project_id: int, trace_id: str) -> Trace:
    return to_trace(raw, project_id, queries.get_trace(raw, project_id, trace_id))
