"""From HTTP requests to the table's request types."""

import json
import re
from typing import Any
from urllib.parse import parse_qs

import msgspec
from starlette.types import Message as AsgiMessage
from starlette.types import Receive

from modelyard.server.kernel.errors import InvalidArgument, ModelyardError, TooLarge, Unavailable
from modelyard.server.kernel.json_texts import UNREADABLE, read_json, unreadable
from modelyard.server.protocols.mlflow.endpoints import Message
from modelyard.server.protocols.mlflow.errors import invalid

MAX_BODY_BYTES = 64 * 1024 * 1024
_SMALL_BODY_BYTES = 1024 * 1024
_MAX_CONCURRENT_BYTES = 8 * MAX_BODY_BYTES

_AT = re.compile(r"^(.*?) - at `(.*)`$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


class Decoder:
    """Reads one request type. Numbers may come as text, NaN and infinities do; unknown fields are passed over."""

    def __init__(self, kind: type[Message]) -> None:
        self._kind = kind
        self._json = msgspec.json.Decoder(kind, strict=False)
        self._lists = {
            field.encode_name for field in msgspec.structs.fields(kind) if str(field.type).startswith("list[")
        }

    def from_body(self, body: bytes, content_type: bytes, parameters: dict[str, str]) -> Message:
        """:raises InvalidArgument: not a JSON object of the right types; the message names the field."""
        _refuse_nul(b"", parameters)
        if not body:
            return self._convert(parameters)
        if not content_type.split(b";")[0].strip().lower() == b"application/json":
            raise InvalidArgument(
                f"Bad Request. Content-Type must be application/json, not {content_type.decode('latin-1')[:80]!r}."
            )
        try:
            if not parameters and body[:1] == b"{":
                return self._json.decode(body)
        except msgspec.ValidationError as error:
            raise _fault(error, _object(body)) from None
        except UNREADABLE as error:
            raise unreadable(error) from None
        return self._convert({**_object(body), **parameters})

    def from_query(self, query: bytes, parameters: dict[str, str]) -> Message:
        """:raises InvalidArgument: a parameter is not of its type; the message names it."""
        _refuse_nul(query, parameters)
        try:
            query_fields = parse_qs(query.decode("utf-8"), keep_blank_values=True, errors="strict")
        except (UnicodeDecodeError, ValueError):
            raise InvalidArgument("The query string is not UTF-8.") from None
        fields: dict[str, Any] = {
            name: values if name in self._lists else values[-1] for name, values in query_fields.items()
        }
        return self._convert({**fields, **parameters})

    def _convert(self, fields: dict[str, Any]) -> Message:
        try:
            return msgspec.convert(fields, self._kind, strict=False)
        except msgspec.ValidationError as error:
            raise _fault(error, fields) from None
        except UNREADABLE as error:
            raise unreadable(error) from None


def _refuse_nul(query: bytes, parameters: dict[str, str]) -> None:
    if b"%00" in query or any("\0" in value for value in parameters.values()):
        raise InvalidArgument("The address contains the character NUL.")


def _object(body: bytes) -> dict[str, Any]:
    """A JSON object; very old clients send it as JSON text in JSON."""
    document = read_json(body)
    if isinstance(document, str):
        document = read_json(document)
    if not isinstance(document, dict):
        raise InvalidArgument("The request must be a JSON object.")
    return document


def _fault(error: msgspec.ValidationError, document: dict[str, Any]) -> ModelyardError:
    match = _AT.match(str(error))
    if match is None:
        return InvalidArgument(f"The request cannot be used: {error}.")
    reason, path = match.groups()
    value: Any = document
    for name, index in _STEP.findall(path):
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and index.isdigit() and int(index) < len(value):
            value = value[int(index)]
    return invalid(path.removeprefix("$."), json.loads(json.dumps(value, default=str)), f"{reason}.")


async def read_body(receive: Receive) -> bytes:
    """The whole body.

    :raises TooLarge: it has more than 64 MiB.
    :raises Unavailable: those of others that are being read have taken the memory for them.
    :raises InvalidArgument: the client went away before its end.
    """
    chunks: list[bytes] = []
    size = taken = 0
    try:
        while True:
            message: AsgiMessage = await receive()
            if message["type"] == "http.disconnect":
                raise InvalidArgument("The request ended too early.")
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            if size > _SMALL_BODY_BYTES:
                if size > MAX_BODY_BYTES:
                    raise TooLarge(f"The request has more than {MAX_BODY_BYTES} bytes.")
                _room.take(size - taken)
                taken = size
            chunks.append(chunk)
            if not message.get("more_body", False):
                return chunks[0] if len(chunks) == 1 else b"".join(chunks)
    finally:
        _room.taken -= taken


class _Room:
    """Memory for large bodies of all who send one at the same time; who sends slowly holds it for long."""

    taken = 0

    def take(self, size: int) -> None:
        if self.taken + size > _MAX_CONCURRENT_BYTES:
            raise Unavailable("Too many large requests arrive at once.", hint="Try again shortly.")
        self.taken += size


_room = _Room()
