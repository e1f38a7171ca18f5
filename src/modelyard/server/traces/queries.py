"""Reads of traces."""

from collections.abc import Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.errors import NotFound

TRACE_COLUMNS = (
    "t.id, t.trace_id, t.experiment_id, t.request_time, t.duration_ms, t.state, t.client_request_id, "
    "t.request_preview, t.response_preview, t.has_spans"
)
FINALIZED = "mlflow.trace.infoFinalized"
"""Metadata that says that the client has told of the trace."""
PROMPTS_TAG = "mlflow.linkedPrompts"
"""The prompts of a trace, as JSON."""
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
    found = list_traces(raw, project_id, [trace_id])
    if not found:
        raise trace_not_found(trace_id)
    return found[0]


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
    found: dict[int, list[str]] = {trace: [] for trace in traces}
    if traces:
        statement = (
            f"SELECT trace, content FROM spans WHERE trace IN ({placeholders(len(traces))}) ORDER BY start_ns, span_id"  # noqa: S608
        )
        for trace, content in raw.run(statement, traces):
            found[trace].append(content)
    return found


def assessments_of(raw: Raw, traces: Sequence[int]) -> dict[int, list[str]]:
    """Assessments by trace, each as JSON, oldest first."""
    found: dict[int, list[str]] = {trace: [] for trace in traces}
    if traces:
        marks = placeholders(len(traces))
        statement = f"SELECT trace, body FROM assessments WHERE trace IN ({marks}) ORDER BY created_at, assessment_id"  # noqa: S608
        for trace, body in raw.run(statement, traces):
            found[trace].append(body)
    return found


def find_assessment(raw: Raw, trace: int, assessment_id: str) -> str | None:
    """Its JSON."""
    row = raw.one("SELECT body FROM assessments WHERE trace = ? AND assessment_id = ?", (trace, assessment_id))
    return None if row is None else row[0]


def _pairs(raw: Raw, table: str, traces: Sequence[int]) -> Pairs:
    found: Pairs = {trace: [] for trace in traces}
    if traces:
        marks = placeholders(len(traces))
        for trace, key, value in raw.run(
            f"SELECT trace, key, value FROM {table} WHERE trace IN ({marks}) ORDER BY key",  # noqa: S608
            traces,
        ):
            found[trace].append((key, value))
    return found
