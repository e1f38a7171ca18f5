"""Spans over OpenTelemetry's protocol, `POST /v1/traces`, as protobuf or JSON."""

import asyncio
import base64
import binascii
import json
import zlib
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from modelyard.server.access.permissions import Permission
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import InvalidArgument, TooLarge
from modelyard.server.protocols.mlflow.errors import missing
from modelyard.server.protocols.mlflow.projects import find_project
from modelyard.server.protocols.mlflow.requests import MOST_BODY_BYTES, read_body
from modelyard.server.traces.service import Span, put_spans
from modelyard.server.tracking.experiments.queries import get_experiment

PATH = "/v1/traces"
_LONGEST_PREVIEW = 1000
_EXPERIMENT_HEADER = "x-mlflow-experiment-id"
_PROTOBUF, _JSON = "application/x-protobuf", "application/json"
_TAG_PREFIX = "mlflow.traceTag."
_STATUSES = {0: "UNSET", 1: "OK", 2: "ERROR"}
_IDS = ("traceId", "spanId", "parentSpanId")


async def serve(state: State, project: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers one export, in the encoding of the request; all of its spans are kept, or none.

    :raises ModelyardError: before the answer begins.
    """
    request = Request(scope, receive)
    caller = await state.identifier.identify(scope)
    experiment_id = request.headers.get(_EXPERIMENT_HEADER)
    if not experiment_id:
        raise missing(_EXPERIMENT_HEADER)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (_PROTOBUF, _JSON):
        raise InvalidArgument(f"Content-Type must be {_PROTOBUF} or {_JSON}, not {kind[:80]!r}.")
    body = _unpacked(await read_body(receive), request.headers.get("content-encoding", "").lower())
    spans = await asyncio.to_thread(_spans, body, is_json=kind == _JSON)

    def write(connection: Connection) -> None:
        raw = Raw(connection)
        project_id = find_project(raw, caller, project, Permission.PROJECT_EXPERIMENTS_WRITE)
        experiment = get_experiment(raw, project_id, experiment_id)
        if experiment.lifecycle_stage != "active":
            raise InvalidArgument(f"The experiment with ID '{experiment_id}' was deleted.")
        put_spans(raw, project_id, experiment, spans)

    await state.database.write(write)
    await Response(b"{}" if kind == _JSON else b"", media_type=kind)(scope, receive, send)


def _unpacked(body: bytes, encoding: str) -> bytes:
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "deflate"):
        raise InvalidArgument(f"Content-Encoding must be gzip or deflate, not {encoding[:80]!r}.")
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        unpacked = unpack.decompress(body, MOST_BODY_BYTES)
    except zlib.error as error:
        raise InvalidArgument(f"The request is not valid {encoding}: {error}.") from error
    if unpack.unconsumed_tail:
        raise TooLarge(f"The request expands to more than {MOST_BODY_BYTES} bytes.")
    return unpacked


def _spans(body: bytes, *, is_json: bool) -> list[Span]:
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
            ParseDict(_with_base64(json.loads(body)), export, ignore_unknown_fields=True)
        else:
            export.ParseFromString(body)
    except (DecodeError, ParseError, ValueError, AttributeError, TypeError, RecursionError) as error:
        raise InvalidArgument(f"The request is not an OpenTelemetry export: {str(error)[:200]}") from error
    spans = [span for of in export.resource_spans for scope in of.scope_spans for span in scope.spans]
    if not spans:
        raise InvalidArgument("The request has no spans.")
    return [_span(span, MessageToDict(span, preserving_proto_field_name=True)) for span in spans]


def _span(span: Any, document: dict[str, Any]) -> Span:
    if len(span.trace_id) != 16 or len(span.span_id) != 8:
        raise InvalidArgument("A span must have a trace_id of 16 bytes and a span_id of 8.")
    attributes = {attribute.key: _value(attribute.value) for attribute in span.attributes}
    is_root = not span.parent_span_id
    tags = {
        key.removeprefix(_TAG_PREFIX)[:250]: _text(value)
        for key, value in attributes.items()
        if key.startswith(_TAG_PREFIX)
    }
    return Span(
        trace_id=f"tr-{span.trace_id.hex()}",
        span_id=span.span_id.hex(),
        is_root=is_root,
        name=_clean(span.name),
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
    """What an AnyValue holds."""
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
    return _clean(value)


def _preview(value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _clean(text)[:_LONGEST_PREVIEW]


def _clean(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _with_base64(export: Any) -> Any:
    """OpenTelemetry writes ids in JSON as hexadecimal digits, protobuf reads them as base64."""
    for of in _list(export, "resourceSpans"):
        for scope in _list(of, "scopeSpans"):
            for span in _list(scope, "spans"):
                for named in (span, *_list(span, "links")):
                    for key in _IDS:
                        if named.get(key):
                            named[key] = _base64(named[key])
    return export


def _list(value: Any, key: str) -> Iterable[Any]:
    return value.get(key) or ()


def _base64(digits: str) -> str:
    try:
        return base64.b64encode(binascii.unhexlify(digits)).decode("ascii")
    except (binascii.Error, UnicodeEncodeError) as error:
        raise InvalidArgument(f"The id {digits[:40]!r} is not in hexadecimal digits.") from error
