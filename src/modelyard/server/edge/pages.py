"""The web page's files: hashed assets are cached for ever, the page itself never."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

_STATIC = Path(__file__).parent.parent / "static"

_NOT_BUILT = (
    "Modelyard is running, but this checkout's web page is not built.\n"
    "Run `make web`, then load this page again. The API is at /api/v1.\n"
)


class _Pages(StaticFiles):
    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)
        self._page = folder / "index.html"

    async def get_response(self, path: str, scope: Scope) -> Response:
        is_asset = path == "assets" or path.startswith("assets/")
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or is_asset:
                return PlainTextResponse(error.detail, error.status_code, error.headers)
            # Every other path is a view of the one page; its router says when there is no such view.
            return FileResponse(self._page, headers={"Cache-Control": "no-cache"})
        if is_asset:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def web_pages(folder: Path = _STATIC) -> ASGIApp:
    """The web page, or a line that says how to build it."""
    if not (folder / "index.html").is_file():
        return PlainTextResponse(_NOT_BUILT, status_code=404)
    return GZipMiddleware(_Pages(folder), minimum_size=1024)
