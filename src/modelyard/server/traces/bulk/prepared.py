"""Traces made ready for the database before the transaction begins, so that it is short."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.traces.assessments import moment
from modelyard.server.traces.limits import clean, clean_optional
from modelyard.server.traces.otlp import read_spans
from modelyard.server.traces.service import Span, TraceReport
from modelyard.wire.imports import AssessmentLine, TraceLine


class PreparedTrace(NamedTuple):
    """`assessments` are of kind, body and the moment when it was made."""

    line: TraceLine
    told: TraceReport
    spans: list[Span]
    assessments: list[tuple[str, dict[str, Any], int]]


def prepare_trace(line: TraceLine) -> PreparedTrace:
    """:raises InvalidArgument: one of its spans is not one of OpenTelemetry, or an issue has no name."""
    report = TraceReport(
        trace_id=line.trace_id,
        request_time=line.started_at,
        duration_ms=line.duration_ms,
        state=line.state,
        client_request_id=clean_optional(line.client_request_id),
        request_preview=clean_optional(line.request_preview),
        response_preview=clean_optional(line.response_preview),
        metadata=_pairs(line.metadata),
        tags=_pairs(line.tags),
    )
    return PreparedTrace(
        line,
        report,
        read_spans(line.trace_id, line.spans) if line.spans else [],
        [(each.type, _body(line.trace_id, each), each.created_at) for each in line.assessments],
    )


def _body(trace_id: str, line: AssessmentLine) -> dict[str, Any]:
    """As clients of the protocol write it."""
    optional = {
        "rationale": line.rationale,
        "metadata": line.metadata or None,
        "span_id": line.span_id or None,
        "overrides": line.overrides or None,
    }
    return {
        "assessment_id": line.assessment_id,
        "assessment_name": line.name,
        "trace_id": trace_id,
        "source": {"source_type": line.source_type, **({"source_id": line.source_id} if line.source_id else {})},
        "create_time": moment(line.created_at),
        "last_update_time": moment(line.updated_at),
        line.type: _said(line),
        **{name: value for name, value in optional.items() if value is not None},
        "valid": line.valid,
    }


def _said(line: AssessmentLine) -> dict[str, Any]:
    if line.type == "issue":
        if not isinstance(line.value, str):
            raise InvalidArgument(f"The value of the issue {line.assessment_id!r} must be a text, the issue's name.")
        return {"issue_name": line.value}
    if line.type == "expectation" and isinstance(line.value, dict | list):
        packed = json.dumps(line.value, ensure_ascii=False)
        return {"serialized_value": {"serialization_format": "JSON_FORMAT", "value": packed}}
    return {"value": line.value, **({"error": line.error} if line.error else {})}


def _pairs(pairs: Mapping[str, str]) -> dict[str, str]:
    return {clean(key): clean(value) for key, value in pairs.items()}
