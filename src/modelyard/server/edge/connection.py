"""HTTP over a connection: uvicorn's, without what costs it as much as a small request is worth."""

import re
from functools import lru_cache
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

_MOST_BYTES = 64 * 1024
_BODILESS = frozenset({204, 304})
_LENGTH = b"content-length"
_ABOUT_SENDING = frozenset({b"connection", b"transfer-encoding"})

# RFC 9110: a name is a token, a value has no control characters.
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]*")


class Connection(HttpToolsProtocol):
    """Sends an answer that is there at once in one piece, and has one timer for all its idle times."""

    _idle_since: float | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._close_after(self.timeout_keep_alive)

    def timeout_keep_alive_handler(self) -> None:
        self.timeout_keep_alive_task = None
        if self._idle_since is None:
            return  # the end of the request that is being answered begins another idle time
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._close_after(left)
        else:
            super().timeout_keep_alive_handler()

    def _close_after(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def _unset_keepalive_if_required(self) -> None:
        # Called for every piece of a request. Making and cancelling a timer for each would cost more than its answer.
        self._idle_since = None

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        super()._start_asgi_task(cycle, _InOnePiece(app, cycle))  # type: ignore[arg-type]


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
            or len(body) > _MOST_BYTES
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
