"""Which application answers a path."""

from starlette.types import ASGIApp, Receive, Scope, Send


class Dispatch:
    """The native API has `/api/v1` and `/health`; everything else is the web page. Lifespan belongs to the API."""

    def __init__(self, api: ASGIApp, pages: ASGIApp) -> None:
        self._api = api
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"].startswith("/api/") or scope["path"] == "/health":
            await self._api(scope, receive, send)
        else:
            await self._pages(scope, receive, send)
