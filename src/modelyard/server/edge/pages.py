"""The web page's files: hashed assets are cached for ever, the page itself never."""

from pathlib import Path

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

STATIC = Path(__file__).parent.parent / "static"

_NOT_BUILT = (
    "Modelyard is running, but this checkout's web page is not built.\n"
    "Run `make web`, then load this page again. The API is at /api/v1.\n"
)


class _Pages(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        if not path.startswith("assets/") and not (STATIC / path).is_file():
            # Every other path is a view of the one page; its router says when there is no such view.
            return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})
        response = await super().get_response(path, scope)
        if path.startswith("assets/"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def web_pages() -> ASGIApp:
    """The web page, or a line that says how to build it."""
    if not (STATIC / "index.html").is_file():
        return PlainTextResponse(_NOT_BUILT, status_code=404)
    return GZipMiddleware(_Pages(directory=STATIC), minimum_size=1024)
