"""HTTP over a connection: uvicorn's, without what costs it as much as a small request is worth."""

import asyncio
import re
from functools import lru_cache
from typing import Any, ClassVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from modelyard.server.edge.watch import Phase, Watch

_MAX_BYTES = 64 * 1024
_MAX_HEAD_BYTES = 128 * 1024
_MAX_HEADERS = 200
_REFUSAL_HEADERS = ((b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"))
_BODILESS = frozenset({204, 304})
_LENGTH = b"content-length"
_ABOUT_SENDING = frozenset({b"connection", b"transfer-encoding"})

# RFC 9110: a name is a token, a value has no control characters.
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]*")


class Connection(HttpToolsProtocol):
    """Sends an answer that is there at once in one piece, and is watched instead of having timers.

    `watch` is set by `watched`.
    """

    watch: ClassVar[Watch]
    address = ""
    _pieces = 0
    _head_of: object = None
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        if not self.watch.admit(self):
            self._refuse(503, "Too many connections.")

    def connection_lost(self, exc: Exception | None) -> None:
        self.watch.forget(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._pieces += 1
        super().data_received(data)
        if self._is_in_head():
            self._bound_head(len(data))

    def phase(self) -> Phase:
        cycle = self.cycle
        if cycle is None or (cycle.response_complete and self._is_in_head()):
            return Phase.HEAD
        if self.flow.write_paused:
            return Phase.READING
        if cycle.response_complete:
            return Phase.LEAVING if cycle.more_body else Phase.IDLE
        return Phase.BODY if cycle.more_body and not self.flow.read_paused else Phase.ANSWER

    def progress(self, phase: Phase) -> object:
        if phase is Phase.HEAD:
            return id(self.scope)  # however many drops it comes in
        if phase is Phase.LEAVING:
            return id(self.cycle)
        return self._pieces, self.transport.get_write_buffer_size()

    def end(self) -> None:
        if self.flow.write_paused:
            self.transport.abort()  # what nobody reads would keep it open
        elif self.phase() is Phase.HEAD and self._is_in_head():
            self._refuse(408, "The request did not arrive in time.")
        else:
            self.transport.close()

    def on_response_complete(self) -> None:
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()

    def _unset_keepalive_if_required(self) -> None:
        """There is no timer to cancel."""

    def _is_in_head(self) -> bool:
        # The parser's callbacks make a scope at the first byte of a request, and fill it at the end of its head.
        return self.scope is not None and "method" not in self.scope

    def _bound_head(self, arrived: int) -> None:
        if self._head_of is not self.scope:
            self._head_of, self._head_bytes = self.scope, 0
        self._head_bytes += arrived
        if self._head_bytes > _MAX_HEAD_BYTES and not self.transport.is_closing():
            self._refuse(431, "The head of the request is too large.")

    def _refuse(self, status: int, reason: str) -> None:
        """Answers at once and closes."""
        headers = [*self.server_state.default_headers, *_REFUSAL_HEADERS, (_LENGTH, b"%d" % len(reason))]
        lines = [_line(name, value) for name, value in headers]
        self.transport.write(b"".join((STATUS_LINE[status], *lines, b"\r\n", reason.encode())))
        self.transport.close()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if cycle.scope is self.scope:
            if len(self.headers) > _MAX_HEADERS:
                app = _too_many_headers
            self.headers = _TRAILERS
        super()._start_asgi_task(cycle, _InOnePiece(app, cycle))  # type: ignore[arg-type]


def watched(watch: Watch) -> type[Connection]:
    """The class of connections that a watch keeps."""
    return type("Connection", (Connection,), {"watch": watch})


class _Dropped(list[tuple[bytes, bytes]]):
    """Takes what comes after a head that is complete: nobody reads trailers, and they may be without end."""

    def append(self, _item: tuple[bytes, bytes]) -> None:
        pass


_TRAILERS = _Dropped()


async def _too_many_headers(_scope: Scope, _receive: Receive, send: Send) -> None:
    reason = b"The request has too many headers."
    headers = [*_REFUSAL_HEADERS, (_LENGTH, b"%d" % len(reason))]
    await send({"type": "http.response.start", "status": 431, "headers": headers})
    await send({"type": "http.response.body", "body": reason})


class _InOnePiece:
    """ASGI middleware: a head that says how long its body is waits for it, and both are written at once."""

    __slots__ = ("_app", "_cycle", "_head")

    def __init__(self, app: ASGIApp, cycle: RequestResponseCycle) -> None:
        self._app = app
        self._cycle = cycle
        self._head: Message | None = None

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        await self._app(scope, receive, self._send)

    async def _send(self, message: Message) -> None:
        cycle = self._cycle
        if self._head is not None:
            head, self._head = self._head, None
            if self._is_written(head, message):
                return
            await cycle.send(head)  # type: ignore[arg-type]
        elif message["type"] == "http.response.start" and any(name == _LENGTH for name, _ in message["headers"]):
            self._head = message
            return
        await cycle.send(message)  # type: ignore[arg-type]

    def _is_written(self, head: Message, message: Message) -> bool:
        """Whether it was the whole body of an answer without anything special, and both have been written."""
        cycle = self._cycle
        body = message.get("body", b"")
        if (
            message.get("more_body", False)
            or len(body) > _MAX_BYTES
            or not cycle.keep_alive
            or cycle.disconnected
            or cycle.flow.write_paused
            or cycle.scope["method"] == "HEAD"
            or head["status"] in _BODILESS
        ):
            return False
        lines = [_line(name, value) for name, value in (*cycle.default_headers, *head["headers"])]
        if _length_line(len(body)) not in lines or b"" in lines:
            return False
        cycle.waiting_for_100_continue = False
        cycle.response_started = cycle.response_complete = True
        cycle.transport.write(b"".join((STATUS_LINE[head["status"]], *lines, b"\r\n", body)))
        cycle.message_event.set()
        cycle.on_response()
        return True


@lru_cache(maxsize=4096)
def _line(name: bytes, value: bytes) -> bytes:
    """A line of a head; empty for one that is not valid, or that says how to send what follows."""
    if name in _ABOUT_SENDING or _NAME.fullmatch(name) is None or _VALUE.fullmatch(value) is None:
        return b""
    return b"%s: %s\r\n" % (name, value)


def _length_line(length: int) -> bytes:
    return _line(_LENGTH, b"%d" % length)
