"""Traces: what clients say of them, searches, tags, links to runs. Their spans come over OpenTelemetry, see `otlp`."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from modelyard.server.access.permissions import Permission
from modelyard.server.kernel.filters import parse_filter, parse_order
from modelyard.server.protocols.mlflow.assessments import assessment_body
from modelyard.server.protocols.mlflow.endpoints import Call, Endpoint, reads, writes
from modelyard.server.protocols.mlflow.errors import invalid, missing
from modelyard.server.protocols.mlflow.limits import (
    check_experiment_id,
    check_integer,
    check_page_size,
    check_required,
    check_run_id,
    check_text,
)
from modelyard.server.protocols.mlflow.messages import traces as messages
from modelyard.server.protocols.mlflow.trace_fields import (
    active_experiment,
    check_count,
    check_id,
    check_new_id,
    check_pairs,
    known_experiments,
    milliseconds,
    one_trace,
)
from modelyard.server.protocols.mlflow.version_json import version_number
from modelyard.server.traces import assessments, queries, service
from modelyard.server.traces.assessments import moment
from modelyard.server.traces.limits import (
    MAX_DURATION_SECONDS,
    MAX_LINKED,
    MAX_TAG_KEY_LENGTH,
    MAX_TAG_LENGTH,
    STATES,
    clean_optional,
)
from modelyard.server.traces.queries import FINALIZED, Trace
from modelyard.server.traces.search import TRACES
from modelyard.server.traces.search import search_traces as search
from modelyard.server.tracking.experiments.queries import get_experiment
from modelyard.server.tracking.runs.queries import get_run

_DURATION = re.compile(r"(\d{1,12})(?:\.(\d{1,9}))?s", re.ASCII)


def infos_json(call: Call, traces: Sequence[Trace]) -> list[dict[str, Any]]:
    """Traces as the protocol shows them, without spans, in few statements for all of them."""
    ids = [trace.id for trace in traces]
    tags, metadata = queries.tags_of(call.raw, ids), queries.metadata_of(call.raw, ids)
    judged = queries.assessments_of(call.raw, ids)
    return [_info_json(trace, tags[trace.id], metadata[trace.id], judged[trace.id]) for trace in traces]


def _info_json(
    trace: Trace, tags: list[tuple[str, str]], metadata: list[tuple[str, str]], judged: list[str]
) -> dict[str, Any]:
    location = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": str(trace.experiment_id)}}
    shown: dict[str, Any] = {
        "trace_id": trace.trace_id,
        "trace_location": location,
        "request_time": moment(trace.request_time),
        "state": trace.state,
        "trace_metadata": dict(metadata),
        "tags": dict(tags),
    }
    if trace.duration_ms is not None:
        shown["execution_duration"] = f"{trace.duration_ms // 1000}.{trace.duration_ms % 1000:03}s"
    for name in ("client_request_id", "request_preview", "response_preview"):
        value = getattr(trace, name)
        if value is not None:
            shown[name] = value
    if judged:
        shown["assessments"] = [msgspec.Raw(body.encode()) for body in judged]
    return shown


def _whole_json(call: Call, traces: Sequence[Trace]) -> list[dict[str, Any]]:
    """Traces with their spans."""
    spans = queries.spans_of(call.raw, [trace.id for trace in traces])
    return [
        {"trace_info": info, "spans": [msgspec.Raw(span.encode()) for span in spans[trace.id]]}
        for trace, info in zip(traces, infos_json(call, traces), strict=True)
    ]


def start_trace(call: Call, request: messages.StartTrace) -> object:
    """Clients send it at the end of the trace, and again when they did not hear an answer."""
    info = request.trace.trace_info if request.trace else None
    if info is None:
        raise missing("trace.trace_info")
    where = info.trace_location.mlflow_experiment if info.trace_location else None
    if where is None:
        raise missing("trace.trace_info.trace_location.mlflow_experiment")
    experiment = active_experiment(call, where.experiment_id)
    trace = service.put_trace(call.raw, call.project_id, experiment, _report(info))
    for assessment in info.assessments:
        assessments.add_assessment(call.raw, trace.id, trace.trace_id, assessment_body(assessment))
    return {"trace": {"trace_info": infos_json(call, [trace])[0]}}


def _report(info: messages.TraceInfo) -> service.TraceReport:
    state = info.state or "STATE_UNSPECIFIED"
    if state not in STATES:
        raise invalid("trace.trace_info.state", state, f"it must be one of {', '.join(STATES)}.")
    metadata = check_pairs(info.trace_metadata, "trace.trace_info.trace_metadata")
    return service.TraceReport(
        trace_id=check_new_id(info.trace_id, "trace.trace_info.trace_id"),
        request_time=milliseconds(info.request_time, "trace.trace_info.request_time"),
        duration_ms=_duration(info.execution_duration),
        state=state,
        client_request_id=clean_optional(info.client_request_id),
        request_preview=clean_optional(info.request_preview),
        response_preview=clean_optional(info.response_preview),
        # What spans say later changes nothing of what the client has said.
        metadata={**metadata, FINALIZED: "true"},
        tags=check_pairs(info.tags, "trace.trace_info.tags"),
    )


def _duration(text: str | None) -> int | None:
    if text is None:
        return None
    match = _DURATION.fullmatch(text)
    if match is None:
        raise invalid("trace.trace_info.execution_duration", text, "it must be seconds such as 1.5s.")
    seconds = int(match[1])
    if seconds > MAX_DURATION_SECONDS:
        raise invalid(
            "trace.trace_info.execution_duration", text, f"it must be at most {MAX_DURATION_SECONDS} seconds."
        )
    return seconds * 1000 + int((match[2] or "").ljust(3, "0")[:3])


def get_info(call: Call, request: messages.TraceRequest) -> object:
    return {"trace": {"trace_info": infos_json(call, [one_trace(call, request.trace_id)])[0]}}


def get_trace(call: Call, request: messages.TraceRequest) -> object:
    return {"trace": _whole_json(call, [one_trace(call, request.trace_id)])[0]}


def get_traces(call: Call, request: messages.TraceIds) -> object:
    traces = _listed(call, request)
    return {"traces": _whole_json(call, traces)} if traces else {}


def get_infos(call: Call, request: messages.TraceIds) -> object:
    traces = _listed(call, request)
    return {"trace_infos": infos_json(call, traces)} if traces else {}


def _listed(call: Call, request: messages.TraceIds) -> list[Trace]:
    if not request.trace_ids:
        raise missing("trace_ids")
    check_count(request.trace_ids, "trace_ids")
    traces = queries.list_traces(call.raw, call.project_id, request.trace_ids)
    if request.experiment_ids is None:
        return traces
    experiment_ids = {experiment.id for experiment in known_experiments(call, request.experiment_ids)}
    return [trace for trace in traces if trace.experiment_id in experiment_ids]


def search_traces(call: Call, request: messages.SearchTraces) -> object:
    if not request.locations:
        raise missing("locations")
    check_count(request.locations, "locations")
    named = [place.mlflow_experiment.experiment_id or "" for place in request.locations if place.mlflow_experiment]
    traces, token = search(
        call.raw,
        [experiment.id for experiment in known_experiments(call, named)],
        expression=parse_filter(request.filter or "", TRACES),
        order=parse_order(request.order_by, TRACES),
        limit=check_page_size(request.max_results, 100, 500),
        page_token=request.page_token or None,
    )
    answer: dict[str, Any] = {"traces": infos_json(call, traces)} if traces else {}
    return {**answer, "next_page_token": token} if token else answer


def set_tag(call: Call, request: messages.TraceTag) -> object:
    key = check_required(request.key, "key", MAX_TAG_KEY_LENGTH)
    value = check_text(request.value, "value", MAX_TAG_LENGTH)
    service.set_trace_tag(call.raw, call.project_id, check_id(request.trace_id), key, value)
    return {}


def delete_tag(call: Call, request: messages.TraceTag) -> object:
    key = check_required(request.key, "key", MAX_TAG_KEY_LENGTH)
    service.delete_trace_tag(call.raw, call.project_id, check_id(request.trace_id), key)
    return {}


def delete_traces(call: Call, request: messages.DeleteTraces) -> object:
    """Either those that are named, or those up to a moment."""
    if bool(request.request_ids) == (request.max_timestamp_millis is not None):
        raise invalid("request_ids", len(request.request_ids), "give either these or max_timestamp_millis.")
    if request.max_traces is not None and (request.max_traces < 1 or request.request_ids):
        raise invalid("max_traces", request.max_traces, "it must be above 0, and goes with max_timestamp_millis only.")
    check_count(request.request_ids, "request_ids")
    for name in ("max_timestamp_millis", "max_traces"):
        if getattr(request, name) is not None:
            check_integer(getattr(request, name), name)
    experiment = get_experiment(call.raw, call.project_id, check_experiment_id(request.experiment_id))
    deleted = service.delete_traces(
        call.raw,
        call.actor,
        call.project_id,
        experiment,
        until=request.max_timestamp_millis,
        most=request.max_traces,
        trace_ids=request.request_ids,
    )
    return {"traces_deleted": deleted}


def link_to_run(call: Call, request: messages.LinkTraces) -> object:
    if not request.trace_ids:
        raise missing("trace_ids")
    check_count(request.trace_ids, "trace_ids", MAX_LINKED)
    run = get_run(call.raw, call.project_id, check_run_id(request.run_id))
    trace_ids = [check_new_id(trace_id, "trace_ids") for trace_id in request.trace_ids]
    service.link_to_run(call.raw, call.project_id, trace_ids, run.run_id)
    return {}


def link_prompts(call: Call, request: messages.LinkPrompts) -> object:
    if not request.prompt_versions:
        raise missing("prompt_versions")
    check_count(request.prompt_versions, "prompt_versions", MAX_LINKED)
    named = [
        (
            check_required(item.name, "prompt_versions.name"),
            str(version_number(item.version, "prompt_versions.version")),
        )
        for item in request.prompt_versions
    ]
    service.link_prompts(call.raw, one_trace(call, request.trace_id), named)
    return {}


_READ, _WRITE, _DELETE = (
    Permission.PROJECT_EXPERIMENTS_READ,
    Permission.PROJECT_EXPERIMENTS_WRITE,
    Permission.PROJECT_EXPERIMENTS_DELETE,
)

_IN_BOTH_VERSIONS: list[Endpoint] = [
    writes("PATCH", "traces/{trace_id}/tags", messages.TraceTag, set_tag, _WRITE),
    writes("DELETE", "traces/{trace_id}/tags", messages.TraceTag, delete_tag, _WRITE),
    writes("POST", "traces/delete-traces", messages.DeleteTraces, delete_traces, _DELETE, "trace.deleted"),
    writes("POST", "traces/link-to-run", messages.LinkTraces, link_to_run, _WRITE),
    writes("POST", "traces/link-prompts", messages.LinkPrompts, link_prompts, _WRITE),
]
_IN_VERSION_3: list[Endpoint] = [
    writes("POST", "traces", messages.StartTrace, start_trace, _WRITE),
    reads("GET", "traces/get", messages.TraceRequest, get_trace, _READ),
    reads("GET", "traces/batchGet", messages.TraceIds, get_traces, _READ),
    reads("POST", "traces/batchGetInfos", messages.TraceIds, get_infos, _READ),
    reads("POST", "traces/search", messages.SearchTraces, search_traces, _READ),
    reads("GET", "traces/{trace_id}", messages.TraceRequest, get_info, _READ),
]
ENDPOINTS: list[Endpoint] = [
    *_IN_BOTH_VERSIONS,
    *(replace(endpoint, version="3.0") for endpoint in [*_IN_BOTH_VERSIONS, *_IN_VERSION_3]),
]
