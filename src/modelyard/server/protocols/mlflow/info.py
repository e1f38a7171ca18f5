"""Questions about the server that a client asks before anything else, without a login."""

import re

import msgspec

from modelyard.server.kernel.errors import NotFound

VERSION = "3.18.0"
"""The version of the protocol that is spoken; clients decide by it what they may use."""

_INFO = {
    "store_type": "SqlStore",
    "workspaces_enabled": True,
    "multipart_uploads_enabled": True,
    "artifacts_presigned_only": False,
    "artifact_serving_enabled": True,
    "trace_archival_enabled": False,
}

_ROOT = re.compile(r"/(?:ajax-)?api/[23]\.0/mlflow")
_OF_PROJECT = re.compile(r"/(?:p|projects)/([^/]+)")


def misplaced(path: str) -> NotFound | None:
    """The error for a request below the address of a page, which is not a tracking URI."""
    page, *rest = _ROOT.split(path, maxsplit=1)
    if not page or not rest:
        return None
    shown = _OF_PROJECT.match(page)
    project = "<project>" if shown is None else shown[1]
    return NotFound(
        f"Nothing of MLflow is below {page!r}. Set the tracking URI to the address of the server alone, such as "
        f"http://127.0.0.1:7300, or for a project to /projects/{project} below it."
    )


def answer(method: str, path: str, *, direct_downloads: bool) -> tuple[bytes, bytes] | None:
    """Body and content type, or None when the path is not one of these.

    Clients ask for a signed address of every file they fetch where that is enabled, which pays only with
    `direct_downloads`, from the storage itself.
    """
    if method not in ("GET", "HEAD"):
        return None
    if path == "/version":
        return VERSION.encode(), b"text/plain; charset=utf-8"
    if path == "/health":
        return b"OK", b"text/plain; charset=utf-8"
    if path in ("/api/3.0/mlflow/server-info", "/ajax-api/3.0/mlflow/server-info"):
        return msgspec.json.encode({**_INFO, "multipart_downloads_enabled": direct_downloads}), b"application/json"
    return None
