"""Traces and assessments as the protocol writes them in JSON."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from modelyard.sdk._errors import ModelyardError
from modelyard.wire.imports import AssessmentLine, TraceLine

STATES = frozenset({"OK", "ERROR", "IN_PROGRESS"})
_DURATION = re.compile(r"(\d+)(?:\.(\d+))?s")


def trace_line(experiment: str, info: Mapping[str, Any], tags: dict[str, str], metadata: dict[str, str]) -> TraceLine:
    """Raises ValueError, KeyError or TypeError when it is no trace."""
    return TraceLine(
        trace_id=info["trace_id"],
        experiment=experiment,
        state=state_of(info.get("state")),
        started_at=milliseconds(info["request_time"]),
        duration_ms=_duration(info),
        client_request_id=info.get("client_request_id"),
        request_preview=info.get("request_preview"),
        response_preview=info.get("response_preview"),
        tags=tags,
        metadata=metadata,
        assessments=[assessment_line(item) for item in info.get("assessments") or ()],
    )


def assessment_line(item: Mapping[str, Any]) -> AssessmentLine:
    """Raises ModelyardError, ValueError, KeyError or TypeError when it is none."""
    kind: Any = next((kind for kind in ("feedback", "expectation", "issue") if kind in item), None)
    if kind is None:
        raise ModelyardError(f"The assessment {item['assessment_id']!r} is neither feedback nor an expectation.")
    said, source = item[kind] or {}, item["source"]
    packed = said.get("serialized_value")
    return AssessmentLine(
        assessment_id=item["assessment_id"],
        name=item["assessment_name"],
        type=kind,
        value=json.loads(packed["value"]) if packed else said.get("issue_name" if kind == "issue" else "value"),
        error=texts(said.get("error")) or None,
        source_type=source["source_type"],
        source_id=source.get("source_id") or "",
        created_at=milliseconds(item["create_time"]),
        updated_at=milliseconds(item.get("last_update_time") or item["create_time"]),
        span_id=item.get("span_id") or "",
        rationale=item.get("rationale"),
        metadata=texts(item.get("metadata")),
        overrides=item.get("overrides") or "",
        valid=item.get("valid", True),
    )


def trace_document(
    line: TraceLine, experiment_id: str, metadata: Mapping[str, str], assessments: Sequence[AssessmentLine]
) -> dict[str, Any]:
    """The document that `trace_line` reads, with these metadata and assessments."""
    return _without_none(
        trace_id=line.trace_id,
        trace_location={"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment_id}},
        state=line.state,
        request_time=_moment(line.started_at),
        execution_duration=None if line.duration_ms is None else f"{line.duration_ms / 1000:.3f}s",
        client_request_id=line.client_request_id,
        request_preview=line.request_preview,
        response_preview=line.response_preview,
        tags=line.tags,
        trace_metadata=metadata,
        assessments=[assessment_document(each, line.trace_id) for each in assessments],
    )


def assessment_document(line: AssessmentLine, trace_id: str) -> dict[str, Any]:
    """The document that `assessment_line` reads."""
    said: dict[str, Any] = {"value": line.value}
    if line.type == "issue":
        said = {"issue_name": line.value}
    elif line.type == "feedback":
        said = _without_none(value=line.value, error=line.error)
    elif isinstance(line.value, list | dict):
        said = {"serialized_value": {"serialization_format": "JSON_FORMAT", "value": json.dumps(line.value)}}
    return _without_none(
        assessment_id=line.assessment_id,
        assessment_name=line.name,
        trace_id=trace_id,
        span_id=line.span_id or None,
        source={"source_type": line.source_type, "source_id": line.source_id},
        create_time=_moment(line.created_at),
        last_update_time=_moment(line.updated_at),
        rationale=line.rationale,
        metadata=line.metadata,
        overrides=line.overrides or None,
        **{line.type: said},
    )


def state_of(text: Any) -> Any:
    return text if text in STATES else "STATE_UNSPECIFIED"


def texts(pairs: Mapping[str, Any] | None) -> dict[str, str]:
    """Pairs without those that have no value."""
    return {key: str(value) for key, value in (pairs or {}).items() if value is not None}


def milliseconds(moment: str) -> int:
    at = datetime.fromisoformat(moment)
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _without_none(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _duration(info: Mapping[str, Any]) -> int | None:
    """Files have milliseconds, answers seconds as protobuf writes them."""
    text = info.get("execution_duration")
    if text is None:
        return info.get("execution_duration_ms")
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ModelyardError(f"The duration {text!r} is not in seconds.")
    return int(match[1]) * 1000 + int((match[2] or "").ljust(3, "0")[:3])
