"""Traces as the native API shows them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import to_datetime
from modelyard.server.kernel.readable import readable
from modelyard.server.traces import queries
from modelyard.server.traces.assessments import KINDS
from modelyard.server.traces.json_values import sendable, value_of
from modelyard.server.traces.queries import Trace, name_runs, run_ids_of
from modelyard.server.traces.spans import to_spans
from modelyard.server.tracking.experiments.queries import get_experiment
from modelyard.wire import traces as wire
from modelyard.wire.traces import Assessment, TraceRun, TraceState, TraceSummary

_STATES = {
    "OK": TraceState.OK,
    "ERROR": TraceState.ERROR,
    "IN_PROGRESS": TraceState.IN_PROGRESS,
}


def to_summaries(raw: Raw, project_id: int, traces: Sequence[Trace]) -> list[TraceSummary]:
    """Traces as rows of a table, in a fixed number of statements however many they are."""
    return readable(_summaries(raw, project_id, traces), lambda fields: TraceSummary(**fields), "A trace")


def to_trace(raw: Raw, project_id: int, trace: Trace) -> wire.Trace:
    """A trace with its spans.

    :raises NotFound: its experiment is gone.
    """
    (fields,) = _summaries(raw, project_id, [trace])
    return wire.Trace(
        **fields,
        experiment_name=get_experiment(raw, project_id, str(trace.experiment_id)).name,
        spans=to_spans(trace.trace_id, queries.spans_of(raw, [trace.id])[trace.id]),
    )


def _summaries(raw: Raw, project_id: int, traces: Sequence[Trace]) -> list[dict[str, Any]]:
    keys = [trace.id for trace in traces]
    tags, metadata = queries.tags_of(raw, keys), queries.metadata_of(raw, keys)
    judged, run_ids = queries.assessments_of(raw, keys), run_ids_of(raw, keys)
    names = name_runs(raw, project_id, list({run_id for ids in run_ids.values() for run_id in ids}))
    return [
        {
            "id": trace.trace_id,
            "name": dict(tags[trace.id]).get("mlflow.traceName", ""),
            "experiment_id": str(trace.experiment_id),
            "state": _STATES.get(trace.state, TraceState.UNSPECIFIED),
            "started_at": to_datetime(trace.request_time),
            "duration_ms": trace.duration_ms,
            "client_request_id": trace.client_request_id,
            "request_preview": trace.request_preview,
            "response_preview": trace.response_preview,
            "tags": dict(tags[trace.id]),
            "metadata": {key: value for key, value in metadata[trace.id] if key != queries.FINALIZED},
            "runs": [TraceRun(id=run_id, name=names[run_id]) for run_id in run_ids[trace.id] if run_id in names],
            "assessments": readable(judged[trace.id], _assessment, f"An assessment of the trace {trace.trace_id}"),
        }
        for trace in traces
    ]


def _assessment(text: str) -> Assessment:
    body: Mapping[str, Any] = json.loads(text)
    (kind,) = (kind for kind in KINDS if isinstance(body.get(kind), dict))
    source = body.get("source") or {}
    return Assessment(
        id=body["assessment_id"],
        name=body["assessment_name"],
        kind=kind,
        value=_said(body[kind]),
        error=_fault(body[kind].get("error")),
        source_type=source.get("source_type"),
        source_id=source.get("source_id"),
        rationale=body.get("rationale"),
        metadata=body.get("metadata") or {},
        span_id=body.get("span_id"),
        valid=body.get("valid", True),
        created_at=body.get("create_time"),
    )


def _said(said: Mapping[str, Any]) -> Any:
    """Expected lists and objects come as JSON in a text."""
    packed = said.get("serialized_value")
    if isinstance(packed, dict) and isinstance(packed.get("value"), str):
        return value_of(packed["value"])
    return sendable(said.get("value", said.get("issue_name")))


def _fault(error: Mapping[str, Any] | None) -> str | None:
    if not error:
        return None
    return error.get("error_message") or error.get("error_code") or "failed"
