"""Spans as the native API shows them, from the JSON that OpenTelemetry's protocol makes of them."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from modelyard.server.kernel.readable import readable
from modelyard.server.traces.json_values import value_of
from modelyard.wire.traces import Span, SpanEvent, SpanStatus

_INPUTS, _OUTPUTS, _TYPE = "mlflow.spanInputs", "mlflow.spanOutputs", "mlflow.spanType"
_STATUSES = {"STATUS_CODE_OK": SpanStatus.OK, "STATUS_CODE_ERROR": SpanStatus.ERROR}

Body = dict[str, Any]


def to_spans(trace_id: str, contents: Sequence[str]) -> list[Span]:
    """The spans of one trace; their times count from the first of them."""
    noun = f"A span of the trace {trace_id}"
    bodies: list[Body] = readable(contents, json.loads, noun)
    starts = (_time(body, "start_time_unix_nano") for body in bodies)
    began = min((start for start in starts if start > 0), default=0)
    return readable(bodies, lambda body: _span(body, began), noun)


def _span(body: Body, began: int) -> Span:
    attributes = attributes_of(body)
    status = body.get("status", {})
    start, end = _time(body, "start_time_unix_nano"), _time(body, "end_time_unix_nano")
    return Span(
        id=_id(body["span_id"]),
        parent_id=_id(body["parent_span_id"]) if body.get("parent_span_id") else None,
        name=body.get("name", ""),
        type=_type(attributes.pop(_TYPE, None)),
        status=_STATUSES.get(status.get("code"), SpanStatus.UNSET),
        status_message=status.get("message", ""),
        offset_ns=max(0, start - began),
        duration_ns=end - start if end >= start else None,
        inputs=_unpacked(attributes.pop(_INPUTS, None)),
        outputs=_unpacked(attributes.pop(_OUTPUTS, None)),
        attributes=attributes,
        events=[
            SpanEvent(
                name=event.get("name", ""),
                offset_ns=max(0, _time(event, "time_unix_nano") - began),
                attributes=attributes_of(event),
            )
            for event in body.get("events", [])
        ],
    )


def attributes_of(body: Body) -> Body:
    return {item.get("key", ""): _value(item.get("value", {})) for item in body.get("attributes", [])}


def _value(value: Body) -> Any:
    """The value in a value of OpenTelemetry. Whole numbers travel as text."""
    for kind, held in value.items():
        if kind == "int_value":
            return int(held)
        if kind == "array_value":
            return [_value(item) for item in held.get("values", [])]
        if kind == "kvlist_value":
            return {item.get("key", ""): _value(item.get("value", {})) for item in held.get("values", [])}
        return held
    return None


def _unpacked(value: Any) -> Any:
    """Some exporters write what goes in and out as JSON in a text."""
    if isinstance(value, str) and value[:1] in ("{", "[", '"'):
        return value_of(value)
    return value


def _type(value: Any) -> str:
    unpacked = _unpacked(value)
    return unpacked if isinstance(unpacked, str) and unpacked else "UNKNOWN"


def _time(body: Body, name: str) -> int:
    return int(body.get(name, 0))


def _id(text: str) -> str:
    return base64.b64decode(text).hex()
