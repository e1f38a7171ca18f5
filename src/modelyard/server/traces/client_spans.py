"""Spans as the file `traces.json` has them, in which clients keep the spans of a trace."""

import json
from collections.abc import Sequence
from typing import Any

from modelyard.server.traces.json_values import value_of
from modelyard.server.traces.spans import Body, attributes_of

FILE_NAME = "traces.json"
_TRACE_ID = "mlflow.traceRequestId"


def to_file(trace_id: str, contents: Sequence[str]) -> bytes:
    """The file with the spans of one trace."""
    spans = [_span(trace_id, json.loads(content)) for content in contents]
    return json.dumps({"spans": spans}, ensure_ascii=False, separators=(",", ":")).encode()


def _span(trace_id: str, body: Body) -> Body:
    status = body.get("status", {})
    ended = int(body.get("end_time_unix_nano", 0))
    attributes = {key: _dumped(value) for key, value in attributes_of(body).items()}
    return {
        "trace_id": body["trace_id"],
        "span_id": body["span_id"],
        "parent_span_id": body.get("parent_span_id"),
        "name": body.get("name", ""),
        "kind": body.get("kind", "SPAN_KIND_INTERNAL"),
        "start_time_unix_nano": int(body.get("start_time_unix_nano", 0)),
        "end_time_unix_nano": ended or None,
        "events": [
            {
                "name": event.get("name", ""),
                "time_unix_nano": int(event.get("time_unix_nano", 0)),
                "attributes": attributes_of(event),
            }
            for event in body.get("events", [])
        ],
        "status": {"code": status.get("code", "STATUS_CODE_UNSET"), "message": status.get("message", "")},
        "attributes": {**attributes, _TRACE_ID: json.dumps(trace_id)},
        "links": [],
    }


def _dumped(value: Any) -> str:
    """Each attribute is JSON in a text; some exporters have made it that already."""
    if isinstance(value, str) and value[:1] in ('"', "{", "[") and value_of(value) != value:
        return value
    return json.dumps(value, ensure_ascii=False)
