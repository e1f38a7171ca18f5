"""Reads of traces."""

from collections.abc import Sequence
from typing import NamedTuple

from modelyard.server.db.filtering import Sql
from modelyard.server.db.raw import Raw, Row, placeholders
from modelyard.server.kernel.errors import NotFound
from modelyard.server.tracking.runs.queries import Run

TRACE_COLUMNS = (
    "t.id, t.trace_id, t.experiment_id, t.request_time, t.duration_ms, t.state, t.client_request_id, "
    "t.request_preview, t.response_preview, t.has_spans"
)
FINALIZED = "mlflow.trace.infoFinalized"
"""Metadata that says that the client has told of the trace."""
PROMPTS_TAG = "mlflow.linkedPrompts"
"""The prompts of a trace, as JSON."""
SOURCE_RUN = "mlflow.sourceRun"
"""The metadata that names the run that a trace was made in."""
_FROM = "FROM traces t JOIN experiments e ON e.id = t.experiment_id"

Pairs = dict[int, list[tuple[str, str]]]


class Trace(NamedTuple):
    """Times in milliseconds."""

    id: int
    trace_id: str
    experiment_id: int
    request_time: int
    duration_ms: int | None
    state: str
    client_request_id: str | None
    request_preview: str | None
    response_preview: str | None
    has_spans: bool


def trace_not_found(trace_id: str) -> NotFound:
    return NotFound(f"Trace with ID '{trace_id[:100]}' not found.")


def get_trace(raw: Raw, project_id: int, trace_id: str) -> Trace:
    """:raises NotFound: the project has no such trace."""
    traces = list_traces(raw, project_id, [trace_id])
    if not traces:
        raise trace_not_found(trace_id)
    return traces[0]


def list_traces(raw: Raw, project_id: int, trace_ids: Sequence[str]) -> list[Trace]:
    """Those of the project, in the order in which they are asked for."""
    if not trace_ids:
        return []
    rows = raw.all(
        f"SELECT {TRACE_COLUMNS} {_FROM} WHERE e.project_id = ? AND t.trace_id IN ({placeholders(len(trace_ids))})",
        [project_id, *trace_ids],
    )
    by_id = {row[1]: Trace(*row) for row in rows}
    return [by_id[trace_id] for trace_id in dict.fromkeys(trace_ids) if trace_id in by_id]


def tags_of(raw: Raw, traces: Sequence[int]) -> Pairs:
    return _pairs(raw, "trace_tags", traces)


def metadata_of(raw: Raw, traces: Sequence[int]) -> Pairs:
    return _pairs(raw, "trace_metadata", traces)


def spans_of(raw: Raw, traces: Sequence[int]) -> dict[int, list[str]]:
    """Spans by trace, each as JSON, by the time they began."""
    by_trace: dict[int, list[str]] = {trace: [] for trace in traces}
    if traces:
        statement = (
            f"SELECT trace, content FROM spans WHERE trace IN ({placeholders(len(traces))}) ORDER BY start_ns, span_id"  # noqa: S608
        )
        for trace, content in raw.run(statement, traces):
            by_trace[trace].append(content)
    return by_trace


def assessments_of(raw: Raw, traces: Sequence[int]) -> dict[int, list[str]]:
    """Assessments by trace, each as JSON, oldest first."""
    by_trace: dict[int, list[str]] = {trace: [] for trace in traces}
    if traces:
        marks = placeholders(len(traces))
        statement = f"SELECT trace, body FROM assessments WHERE trace IN ({marks}) ORDER BY created_at, assessment_id"  # noqa: S608
        for trace, body in raw.run(statement, traces):
            by_trace[trace].append(body)
    return by_trace


def find_assessment(raw: Raw, trace: int, assessment_id: str) -> str | None:
    """Its JSON."""
    row = raw.one("SELECT body FROM assessments WHERE trace = ? AND assessment_id = ?", (trace, assessment_id))
    return None if row is None else row[0]


def _pairs(raw: Raw, table: str, traces: Sequence[int]) -> Pairs:
    by_trace: Pairs = {trace: [] for trace in traces}
    if traces:
        marks = placeholders(len(traces))
        for trace, key, value in raw.run(
            f"SELECT trace, key, value FROM {table} WHERE trace IN ({marks}) ORDER BY key",  # noqa: S608
            traces,
        ):
            by_trace[trace].append((key, value))
    return by_trace


def run_ids_of(raw: Raw, traces: Sequence[int]) -> dict[int, list[str]]:
    """The ids of runs by trace."""
    by_trace: dict[int, list[str]] = {trace: [] for trace in traces}
    if traces:
        marks = placeholders(len(traces))
        source_runs = f"SELECT trace, value FROM trace_metadata WHERE key = ? AND trace IN ({marks})"  # noqa: S608
        linked = (
            "SELECT t.id, x.run_id FROM traces t JOIN trace_links x ON x.trace_id = t.trace_id "  # noqa: S608
            f"WHERE t.id IN ({marks})"
        )
        for trace, run_id in raw.run(f"{source_runs} UNION {linked} ORDER BY 2", [SOURCE_RUN, *traces, *traces]):
            by_trace[trace].append(run_id)
    return by_trace


def name_runs(raw: Raw, project_id: int, run_ids: Sequence[str]) -> dict[str, str]:
    """The names of the runs that the project has."""
    if not run_ids:
        return {}
    return dict(
        raw.all(
            "SELECT r.run_id, r.name FROM runs r JOIN experiments e ON e.id = r.experiment_id "  # noqa: S608
            f"WHERE e.project_id = ? AND r.run_id IN ({placeholders(len(run_ids))})",
            [project_id, *run_ids],
        )
    )


def experiments_with_traces(raw: Raw, project_id: int) -> list[int]:
    """Of a project, deleted or not."""
    rows = raw.all(
        "SELECT e.id FROM experiments e WHERE e.project_id = ? "
        "AND EXISTS (SELECT 1 FROM traces t WHERE t.experiment_id = e.id) ORDER BY e.id",
        (project_id,),
    )
    return [experiment for (experiment,) in rows]


def experiments_of_run(raw: Raw, run: Run) -> list[int]:
    """Traces of other experiments may be linked to a run."""
    linked = raw.all(
        "SELECT DISTINCT t.experiment_id FROM trace_links x JOIN traces t ON t.trace_id = x.trace_id "
        "WHERE x.run_id = ?",
        (run.run_id,),
    )
    return sorted({run.experiment_id, *(experiment for (experiment,) in linked)})


def place_of(raw: Raw, traces: Sequence[int]) -> list[Row]:
    """Key, id, experiment and project of traces by their keys."""
    return raw.all(
        f"SELECT t.id, t.trace_id, t.experiment_id, e.project_id {_FROM} WHERE t.id IN ({placeholders(len(traces))})",
        traces,
    )


def owners_of(raw: Raw, trace_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The key and the project of those of the traces that are on this server."""
    if not trace_ids:
        return {}
    rows = raw.all(
        f"SELECT t.trace_id, t.id, e.project_id {_FROM} WHERE t.trace_id IN ({placeholders(len(trace_ids))})",
        trace_ids,
    )
    return {trace_id: (key, project_id) for trace_id, key, project_id in rows}


def is_linked(raw: Raw, trace_id: str, run_id: str) -> bool:
    return raw.one("SELECT 1 FROM trace_links WHERE trace_id = ? AND run_id = ?", (trace_id, run_id)) is not None


def traces_up_to(experiment_id: int, *, until: int | None, maximum: int | None, trace_ids: Sequence[str]) -> Sql:
    """A SELECT of the keys of an experiment's traces: of those named, or of the oldest up to a moment."""
    where, values = "experiment_id = ?", [experiment_id]
    if trace_ids:
        where += f" AND trace_id IN ({placeholders(len(trace_ids))})"
        values = [*values, *trace_ids]  # type: ignore[list-item]
    if until is not None:
        where += " AND request_time <= ?"
        values = [*values, until]
    limit = "" if maximum is None else f" ORDER BY request_time, id LIMIT {maximum:d}"
    return Sql(f"SELECT id FROM traces WHERE {where}{limit}", tuple(values))  # noqa: S608


def list_keys(raw: Raw, keys: Sql, limit: int) -> list[int]:
    """The first of the keys that a SELECT gives."""
    rows = raw.all(f"SELECT id FROM ({keys.text}) AS chosen LIMIT {limit:d}", keys.values)  # noqa: S608
    return [key for (key,) in rows]
