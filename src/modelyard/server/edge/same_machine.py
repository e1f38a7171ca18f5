"""Keeps other people's web pages out of a server that is open to its own machine.

A browser on this machine can be made to call 127.0.0.1 by any page it shows: by DNS rebinding (the Host header then
names a foreign host) or by a cross-site request (the Origin header then does). Both are refused.
"""

from functools import lru_cache
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from modelyard.server.edge.errors import error_response
from modelyard.wire.errors import ErrorCode, ErrorDetail

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


class SameMachineOnly:
    """ASGI middleware for a server bound to a loopback address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (fault := _fault(scope)) is not None:
            detail = ErrorDetail(
                code=ErrorCode.PERMISSION_DENIED,
                message=fault,
                hint="This server is open to its own machine only; use http://127.0.0.1 or http://localhost.",
            )
            await error_response(403, detail)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _fault(scope: Scope) -> str | None:
    host = origin = b""
    for name, value in scope["headers"]:
        if name == b"host":
            host = value
        elif name == b"origin":
            origin = value
    if host and _hostname(f"//{host.decode('latin-1')}") not in _LOCAL:
        return f"The request is for the host {host.decode('latin-1')!r}."
    if origin and _hostname(origin.decode("latin-1")) not in _LOCAL:
        return f"The request comes from a page of {origin.decode('latin-1')!r}."
    return None


@lru_cache(maxsize=1024)
def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
