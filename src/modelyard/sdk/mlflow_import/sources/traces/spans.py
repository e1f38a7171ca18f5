"""Spans as OpenTelemetry's JSON, from every form in which MLflow keeps them or answers with them."""

import base64
import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

from modelyard.sdk._errors import ModelyardError
from modelyard.sdk.mlflow_import.sources.records import json_value
from modelyard.sdk.mlflow_import.sources.traces.source import Span

_TRACE_BYTES, _SPAN_BYTES = 16, 8
_IDS = {"trace_id": ("traceId", _TRACE_BYTES), "span_id": ("spanId", _SPAN_BYTES)}
_PARENT = {"parent_span_id": ("parentSpanId", _SPAN_BYTES)}
_KINDS = {str: "stringValue", bool: "boolValue", int: "intValue", float: "doubleValue"}
_INTEGER_LIMIT = 2**63


def spans_of_file(content: bytes, name: str) -> list[Span]:
    """The spans in a file among a trace's artifacts. Raises ModelyardError when it is not one."""
    try:
        return [otlp_span(span) for span in json.loads(content)["spans"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelyardError(f"{name} is not what MLflow writes: {error!r}") from error


def otlp_span(written: Mapping[str, Any]) -> Span:
    """Raises ValueError, KeyError, TypeError or AttributeError when it is no span."""
    span = _of_version_2(written) if "context" in written else written
    status = span.get("status") or {}
    return {
        **_with_ids(span, _IDS | _PARENT),
        "attributes": _attributes(span.get("attributes"), unpack=True),
        "events": [{**event, "attributes": _attributes(event.get("attributes"))} for event in span.get("events") or ()],
        "links": [
            {**_with_ids(link, _IDS), "attributes": _attributes(link.get("attributes"))}
            for link in span.get("links") or ()
        ],
        "status": {"code": _status(status.get("code")), "message": status.get("message") or ""},
    }


def _of_version_2(written: Mapping[str, Any]) -> Span:
    """As MLflow 2 wrote spans."""
    return {
        "trace_id": written["context"]["trace_id"],
        "span_id": written["context"]["span_id"],
        "parent_span_id": written.get("parent_id"),
        "name": written["name"],
        "start_time_unix_nano": written["start_time"],
        "end_time_unix_nano": written.get("end_time"),
        "status": {"code": written.get("status_code"), "message": written.get("status_message")},
        "attributes": written.get("attributes"),
        "events": [
            {"name": event["name"], "time_unix_nano": event["timestamp"], "attributes": event.get("attributes")}
            for event in written.get("events") or ()
        ],
    }


def _with_ids(written: Mapping[str, Any], ids: Mapping[str, tuple[str, int]]) -> Span:
    rest = {key: value for key, value in written.items() if key not in ids and value is not None}
    return {**rest, **{new: _digits(written[old], length) for old, (new, length) in ids.items() if written.get(old)}}


def _digits(text: str, length: int) -> str:
    """An id in hexadecimal digits, from those, from a number in Python's notation or from base64."""
    plain = text.rpartition("tr-")[2]
    # Base64 of either length ends in a padding, and may begin with what looks like a number.
    if plain.startswith("0x") and not plain.endswith("="):
        return f"{int(plain, 16):0{2 * length}x}"
    if len(plain) == 2 * length:
        return plain
    return base64.b64decode(plain, validate=True).hex()


def _attributes(attributes: Any, *, unpack: bool = False) -> list[dict[str, Any]]:
    """Already in OpenTelemetry's form, or by key. What MLflow keeps of spans is JSON in texts, to be unpacked."""
    if isinstance(attributes, list):
        return attributes
    return [
        {"key": key, "value": _any_value(_unpacked(value) if unpack else value)}
        for key, value in (attributes or {}).items()
    ]


def _unpacked(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _any_value(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if isinstance(value, list):
        return {"arrayValue": {"values": [_any_value(item) for item in value]}}
    if isinstance(value, dict):
        return {"kvlistValue": {"values": _attributes(value)}}
    kind = _KINDS.get(type(value), "")
    if not kind or (kind == "intValue" and not -_INTEGER_LIMIT <= value < _INTEGER_LIMIT):
        return {"stringValue": str(value)}
    return {kind: str(json_value(value)) if kind == "doubleValue" and not isfinite(value) else value}


def _status(code: Any) -> Any:
    if code is None:
        return "STATUS_CODE_UNSET"
    return code if not isinstance(code, str) or code.startswith("STATUS_CODE_") else f"STATUS_CODE_{code}"
