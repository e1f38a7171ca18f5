"""Traces as clients before MLflow 3 tell of them: started, ended, and their spans a file among the artifacts."""

from collections.abc import Sequence
from typing import Any

from modelyard.server.access.permissions import Permission
from modelyard.server.kernel.filters import parse_filter, parse_order
from modelyard.server.kernel.ids import new_id
from modelyard.server.protocols.mlflow.documents import tags_json
from modelyard.server.protocols.mlflow.endpoints import Call, Endpoint, reads, writes
from modelyard.server.protocols.mlflow.errors import invalid, missing
from modelyard.server.protocols.mlflow.limits import check_moment, check_page_size
from modelyard.server.protocols.mlflow.messages import older_traces as messages
from modelyard.server.protocols.mlflow.messages.experiments import Tag
from modelyard.server.protocols.mlflow.trace_fields import (
    active_experiment,
    check_count,
    check_pairs,
    known_experiments,
    one_trace,
)
from modelyard.server.traces import queries, service
from modelyard.server.traces.queries import Trace
from modelyard.server.traces.search import TRACES
from modelyard.server.traces.search import search_traces as search
from modelyard.server.tracking.experiments.queries import get_experiment

_STATES = {
    "OK": "OK",
    "ERROR": "ERROR",
    "IN_PROGRESS": "IN_PROGRESS",
    "TRACE_STATUS_UNSPECIFIED": "STATE_UNSPECIFIED",
}
_STATUSES = {state: status for status, state in _STATES.items()}
_INPUTS, _OUTPUTS = "mlflow.traceInputs", "mlflow.traceOutputs"


def start_trace(call: Call, request: messages.StartTrace) -> object:
    experiment = active_experiment(call, request.experiment_id)
    metadata = _pairs(request.request_metadata, "request_metadata")
    report = service.TraceReport(
        trace_id=new_id(),
        request_time=check_moment(request.timestamp_ms, "timestamp_ms"),
        duration_ms=None,
        state="IN_PROGRESS",
        client_request_id=None,
        request_preview=metadata.get(_INPUTS),
        response_preview=None,
        metadata=metadata,
        tags=_pairs(request.tags, "tags"),
    )
    return _one(call, service.put_trace(call.raw, call.project_id, experiment, report))


def end_trace(call: Call, request: messages.EndTrace) -> object:
    trace = one_trace(call, request.request_id, "request_id")
    ended = check_moment(request.timestamp_ms, "timestamp_ms")
    metadata = _pairs(request.request_metadata, "request_metadata")
    report = service.TraceReport(
        trace_id=trace.trace_id,
        request_time=trace.request_time,
        duration_ms=max(0, ended - trace.request_time),
        state=_state(request.status),
        client_request_id=trace.client_request_id,
        request_preview=metadata.get(_INPUTS, trace.request_preview),
        response_preview=metadata.get(_OUTPUTS, trace.response_preview),
        metadata=metadata,
        tags={**dict(queries.tags_of(call.raw, [trace.id])[trace.id]), **_pairs(request.tags, "tags")},
    )
    experiment = get_experiment(call.raw, call.project_id, str(trace.experiment_id))
    return _one(call, service.put_trace(call.raw, call.project_id, experiment, report))


def get_info(call: Call, request: messages.OlderTrace) -> object:
    return _one(call, one_trace(call, request.request_id, "request_id"))


def search_traces(call: Call, request: messages.SearchTraces) -> object:
    if not request.experiment_ids:
        raise missing("experiment_ids")
    check_count(request.experiment_ids, "experiment_ids")
    traces, token = search(
        call.raw,
        [experiment.id for experiment in known_experiments(call, request.experiment_ids)],
        expression=parse_filter(request.filter or "", TRACES),
        order=parse_order(request.order_by, TRACES),
        limit=check_page_size(request.max_results, 100, 500),
        page_token=request.page_token or None,
    )
    answer: dict[str, Any] = {"traces": _json(call, traces)} if traces else {}
    return {**answer, "next_page_token": token} if token else answer


def _one(call: Call, trace: Trace) -> dict[str, Any]:
    return {"trace_info": _json(call, [trace])[0]}


def _json(call: Call, traces: Sequence[Trace]) -> list[dict[str, Any]]:
    ids = [trace.id for trace in traces]
    tags, metadata = queries.tags_of(call.raw, ids), queries.metadata_of(call.raw, ids)
    return [
        {
            "request_id": trace.trace_id,
            "experiment_id": str(trace.experiment_id),
            "timestamp_ms": trace.request_time,
            **({} if trace.duration_ms is None else {"execution_time_ms": trace.duration_ms}),
            "status": _STATUSES[trace.state],
            "request_metadata": tags_json(metadata[trace.id]),
            "tags": tags_json(tags[trace.id]),
        }
        for trace in traces
    ]


def _state(status: str | None) -> str:
    if status not in _STATES:
        raise invalid("status", status, f"it must be one of {', '.join(_STATES)}.")
    return _STATES[status]


def _pairs(tags: Sequence[Tag], parameter: str) -> dict[str, str]:
    return check_pairs({pair.key or "": pair.value or "" for pair in tags}, parameter)


_READ, _WRITE = Permission.PROJECT_EXPERIMENTS_READ, Permission.PROJECT_EXPERIMENTS_WRITE

ENDPOINTS: list[Endpoint] = [
    writes("POST", "traces", messages.StartTrace, start_trace, _WRITE),
    reads("GET", "traces", messages.SearchTraces, search_traces, _READ),
    writes("PATCH", "traces/{request_id}", messages.EndTrace, end_trace, _WRITE),
    reads("GET", "traces/{request_id}/info", messages.OlderTrace, get_info, _READ),
]
