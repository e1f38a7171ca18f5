"""What a client asks about the server before anything else, without a login."""

import msgspec

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
