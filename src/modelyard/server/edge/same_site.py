"""Keeps other people's web pages out.

A browser can be made to call this server by any page it shows, one of another program on the same machine among them:
by DNS rebinding (the Host header then names a foreign host), by a cross-site request (the Origin header then names the
page, or the browser says so in Sec-Fetch-Site). All are refused. Following a link to a page is no such request.
"""

from functools import lru_cache
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from modelyard.server.edge.errors import error_response
from modelyard.wire.errors import ErrorCode, ErrorDetail

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_OWN_SITES = frozenset({b"same-origin", b"none"})
_PORTS = {"http": 80, "https": 443}


class SameSiteOnly:
    """ASGI middleware. `is_local` is of a server bound to a loopback address, where every name of a host is known."""

    def __init__(self, app: ASGIApp, *, is_local: bool, public_url: str | None = None) -> None:
        self._app = app
        self._is_local = is_local
        self._public = None if public_url is None else _place(public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (fault := self._fault(scope)) is not None:
            hint = "This server is open to its own pages only."
            if self._is_local:
                hint = "This server is open to its own machine only; use http://127.0.0.1 or http://localhost."
            detail = ErrorDetail(code=ErrorCode.PERMISSION_DENIED, message=fault, hint=hint)
            await error_response(403, detail)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _fault(self, scope: Scope) -> str | None:
        headers = dict(scope["headers"])
        site = headers.get(b"sec-fetch-site")
        if self._is_local:
            host, origin = headers.get(b"host"), headers.get(b"origin")
            if host and not _is_local(host.decode("latin-1")):
                return f"The request is for the host {host.decode('latin-1')!r}."
            if origin and not self._is_own(origin.decode("latin-1"), host):
                return f"The request comes from a page of {origin.decode('latin-1')!r}."
        if site is not None and site not in _OWN_SITES and not _is_navigation(scope["method"], headers):
            return "The request comes from a page of another site."
        return None

    def _is_own(self, origin: str, host: bytes | None) -> bool:
        """Whether a page comes from the same name and port as the request goes to, or from the public address."""
        place = _place(origin)
        if place is None:
            return False
        scheme = origin.partition(":")[0]
        return place == self._public or (host is not None and place == _place(f"{scheme}://{host.decode('latin-1')}"))


def _is_navigation(method: str, headers: dict[bytes, bytes]) -> bool:
    """Whether somebody follows a link, or types the address, so that a page appears."""
    return (
        method in ("GET", "HEAD")
        and headers.get(b"sec-fetch-mode") == b"navigate"
        and headers.get(b"sec-fetch-dest") == b"document"
    )


@lru_cache(maxsize=1024)
def _is_local(host: str) -> bool:
    place = _place(f"http://{host}")
    return place is not None and place[0] in _LOCAL


@lru_cache(maxsize=1024)
def _place(url: str) -> tuple[str, int] | None:
    """Host and port that a URL leads to; None when it leads nowhere."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname or parts.scheme not in _PORTS:
        return None
    return parts.hostname, port or _PORTS[parts.scheme]
