"""Spans in OpenTelemetry's encodings: exports of them as protobuf or JSON, and single ones in JSON."""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.json_texts import read_json
from modelyard.server.traces.limits import MAX_TAG_KEY_LENGTH, clean
from modelyard.server.traces.service import Span

_MAX_PREVIEW_LENGTH = 1000
_TAG_PREFIX = "mlflow.traceTag."
_STATUSES = {0: "UNSET", 1: "OK", 2: "ERROR"}
_IDS = ("traceId", "spanId", "parentSpanId")


def read_export(body: bytes, *, is_json: bool) -> list[Span]:
    """:raises InvalidArgument: it is not an export of spans."""
    # Loading protobuf takes as long as starting the rest of the server; most servers never see a trace.
    from google.protobuf.json_format import MessageToDict, ParseDict, ParseError  # noqa: PLC0415
    from google.protobuf.message import DecodeError  # noqa: PLC0415
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (  # noqa: PLC0415
        ExportTraceServiceRequest,
    )

    export = ExportTraceServiceRequest()
    try:
        if is_json:
            ParseDict(_with_base64(read_json(body)), export, ignore_unknown_fields=True)
        else:
            export.ParseFromString(body)
    except (DecodeError, ParseError, ValueError, AttributeError, TypeError, RecursionError) as error:
        raise InvalidArgument(f"The request is not an OpenTelemetry export: {str(error)[:200]}") from error
    spans = [span for of in export.resource_spans for scope in of.scope_spans for span in scope.spans]
    if not spans:
        raise InvalidArgument("The request has no spans.")
    return [_span(span, MessageToDict(span, preserving_proto_field_name=True)) for span in spans]


def read_spans(trace_id: str, documents: Sequence[dict[str, Any]]) -> list[Span]:
    """Spans of one trace, each as OpenTelemetry's JSON, whatever id of a trace is in them.

    :raises InvalidArgument: one of them is not a span; the message names it.
    """
    from google.protobuf.json_format import MessageToDict, ParseDict, ParseError  # noqa: PLC0415
    from opentelemetry.proto.trace.v1.trace_pb2 import Span as Message  # noqa: PLC0415

    spans = []
    for document in documents:
        try:
            _turn_ids(document)
            message = ParseDict(document, Message(), ignore_unknown_fields=True)
        except (ParseError, ValueError, AttributeError, TypeError, RecursionError) as error:
            named = str(document.get("spanId"))[:40]
            raise InvalidArgument(f"The span {named!r} is not one of OpenTelemetry: {str(error)[:200]}") from error
        spans.append(_span(message, MessageToDict(message, preserving_proto_field_name=True), trace_id))
    return spans


def _span(span: Any, document: dict[str, Any], trace_id: str | None = None) -> Span:
    if len(span.trace_id) != 16 or len(span.span_id) != 8:
        raise InvalidArgument("A span must have a trace_id of 16 bytes and a span_id of 8.")
    attributes = {attribute.key: _value(attribute.value) for attribute in span.attributes}
    is_root = not span.parent_span_id
    tags = {
        clean(key.removeprefix(_TAG_PREFIX)[:MAX_TAG_KEY_LENGTH]): _text(value)
        for key, value in attributes.items()
        if key.startswith(_TAG_PREFIX) and key != _TAG_PREFIX
    }
    return Span(
        trace_id=trace_id or f"tr-{span.trace_id.hex()}",
        span_id=span.span_id.hex(),
        is_root=is_root,
        name=clean(span.name),
        type=_text(attributes.get("mlflow.spanType", "UNKNOWN")),
        status=_STATUSES.get(span.status.code, "UNSET"),
        start_ns=min(span.start_time_unix_nano, 2**63 - 1),
        end_ns=min(span.end_time_unix_nano or span.start_time_unix_nano, 2**63 - 1),
        content=json.dumps(document, ensure_ascii=False),
        request=_preview(attributes.get("mlflow.spanInputs")),
        response=_preview(attributes.get("mlflow.spanOutputs")),
        tags=tags if is_root else {},
    )


def _value(value: Any) -> Any:
    """The value in an AnyValue."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(item) for item in value.array_value.values]
    if kind == "kvlist_value":
        return {item.key: _value(item.value) for item in value.kvlist_value.values}
    if kind == "bytes_value":
        return base64.b64encode(value.bytes_value).decode("ascii")
    return None if kind is None else getattr(value, kind)


def _text(value: Any) -> str:
    """Some exporters write a text as JSON once more."""
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if value.startswith('"') and value.endswith('"') and len(value) > 1:
        with suppress(ValueError):
            value = str(json.loads(value))
    return clean(value)


def _preview(value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return clean(text)[:_MAX_PREVIEW_LENGTH]


def _with_base64(export: Any) -> Any:
    """OpenTelemetry writes ids in JSON as hexadecimal digits, protobuf reads them as base64."""
    for of in _list(export, "resourceSpans"):
        for scope in _list(of, "scopeSpans"):
            for span in _list(scope, "spans"):
                _turn_ids(span)
    return export


def _turn_ids(span: Any) -> None:
    for named in (span, *_list(span, "links")):
        for key in _IDS:
            if named.get(key):
                named[key] = _base64(named[key])


def _list(value: Any, key: str) -> Iterable[Any]:
    return value.get(key) or ()


def _base64(digits: str) -> str:
    try:
        return base64.b64encode(binascii.unhexlify(digits)).decode("ascii")
    except (binascii.Error, UnicodeEncodeError) as error:
        raise InvalidArgument(f"The id {digits[:40]!r} is not in hexadecimal digits.") from error
