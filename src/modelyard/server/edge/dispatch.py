"""Which application answers a path."""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

_PROTOCOL = ("/api/2.0/", "/api/3.0/", "/ajax-api/", "/v1/traces", "/get-artifact", "/model-versions/get-artifact")
_PROJECTS = "/projects/"
# Below the address of a page, which somebody took for that of the server: the protocol says what is wrong.
_MISPLACED = re.compile(r"/(ajax-)?api/[23]\.0/mlflow")


class Dispatch:
    """The native API has `/api/v1` and `/health`, the MLflow protocol its own paths, the web page everything else.

    A project's protocol is also below `/projects/<project>`, so that a tracking URI can name the project. Lifespan
    belongs to the API.
    """

    def __init__(self, api: ASGIApp, protocol: ASGIApp, pages: ASGIApp) -> None:
        self._api = api
        self._protocol = protocol
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._api(scope, receive, send)
            return
        path: str = scope["path"]
        if path.startswith(_PROTOCOL) or path == "/version":
            await self._protocol(scope, receive, send)
        elif path.startswith("/api/") or path == "/health":
            await self._api(scope, receive, send)
        elif path.startswith(_PROJECTS) and (inner := _of_project(path)) is not None:
            project, rest = inner
            await self._protocol({**scope, "path": rest, "modelyard.project": project}, receive, send)
        elif _MISPLACED.search(path) is not None:
            await self._protocol(scope, receive, send)
        else:
            await self._pages(scope, receive, send)


def _of_project(path: str) -> tuple[str, str] | None:
    """The project and the rest of a path of the protocol below a project; None when it is a page."""
    project, slash, rest = path.removeprefix(_PROJECTS).partition("/")
    inner = slash + rest
    if project and (inner.startswith(_PROTOCOL) or inner in ("/version", "/health")):
        return project, inner
    return None
