"""Assessments of traces: what people, code and judges think of them."""

import re
from dataclasses import replace
from typing import Any

import msgspec

from modelyard.server.access.permissions import Permission
from modelyard.server.protocols.mlflow.endpoints import Call, Endpoint, reads, writes
from modelyard.server.protocols.mlflow.errors import invalid, missing
from modelyard.server.protocols.mlflow.limits import check_text
from modelyard.server.protocols.mlflow.messages import traces as messages
from modelyard.server.protocols.mlflow.trace_fields import (
    check_id,
    check_new_id,
    milliseconds,
    one_trace,
)
from modelyard.server.traces import assessments as service
from modelyard.server.traces.limits import MAX_ID_LENGTH

_WITH_ZONE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_SOURCES = ("HUMAN", "LLM_JUDGE", "CODE", "SOURCE_TYPE_UNSPECIFIED")


def add_assessment(call: Call, request: messages.AddAssessment) -> object:
    trace = one_trace(call, request.trace_id)
    if request.assessment is None:
        raise missing("assessment")
    fields = assessment_body(request.assessment)
    return {"assessment": service.add_assessment(call.raw, trace.id, trace.trace_id, fields)}


def get_assessment(call: Call, request: messages.AssessmentRequest) -> object:
    trace = one_trace(call, request.trace_id)
    return {"assessment": service.get_assessment(call.raw, trace.id, check_id(request.assessment_id, "assessment_id"))}


def update_assessment(call: Call, request: messages.UpdateAssessment) -> object:
    trace = one_trace(call, request.trace_id)
    if request.assessment is None:
        raise missing("assessment")
    if not request.update_mask:
        raise missing("update_mask")
    mask = [_snake(path) for path in request.update_mask.split(",")]
    assessment_id = check_id(request.assessment_id, "assessment_id")
    changes = assessment_body(request.assessment)
    return {"assessment": service.update_assessment(call.raw, trace.id, assessment_id, changes, mask)}


def delete_assessment(call: Call, request: messages.AssessmentRequest) -> object:
    trace = one_trace(call, request.trace_id)
    service.delete_assessment(call.raw, trace.id, check_id(request.assessment_id, "assessment_id"))
    return {}


def assessment_body(assessment: messages.Assessment) -> dict[str, Any]:
    """:raises InvalidArgument: a source, a time or an id that no client could read again."""
    if assessment.source is not None and assessment.source.source_type not in _SOURCES:
        raise invalid("assessment.source.source_type", assessment.source.source_type, f"one of {', '.join(_SOURCES)}.")
    if assessment.assessment_id:
        check_new_id(assessment.assessment_id, "assessment.assessment_id")
    check_text(assessment.overrides, "assessment.overrides", MAX_ID_LENGTH)
    body: dict[str, Any] = msgspec.to_builtins(assessment)
    for name in ("create_time", "last_update_time"):
        if (at := body.get(name)) is not None:
            moment = milliseconds(at, f"assessment.{name}")
            # Clients read a time only as protobuf writes it, with a zone.
            body[name] = at if _WITH_ZONE.fullmatch(at) else service.moment(moment)
    return body


def _snake(path: str) -> str:
    """Masks are written in camel case."""
    return re.sub(r"([A-Z])", lambda match: f"_{match[1].lower()}", path.strip())


_READ, _WRITE = Permission.PROJECT_EXPERIMENTS_READ, Permission.PROJECT_EXPERIMENTS_WRITE
_ONE = "traces/{trace_id}/assessments/{assessment_id}"

ENDPOINTS: list[Endpoint] = [
    replace(endpoint, version="3.0")
    for endpoint in (
        writes("POST", "traces/{trace_id}/assessments", messages.AddAssessment, add_assessment, _WRITE),
        reads("GET", _ONE, messages.AssessmentRequest, get_assessment, _READ),
        writes("PATCH", _ONE, messages.UpdateAssessment, update_assessment, _WRITE),
        writes("DELETE", _ONE, messages.AssessmentRequest, delete_assessment, _WRITE),
    )
]
