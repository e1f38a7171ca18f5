"""What a client asks about the server before anything else, without a login."""

import msgspec

VERSION = "3.18.0"
"""The version of the protocol that is spoken; clients decide by it what they may use."""

_INFO = {
    "store_type": "SqlStore",
    "workspaces_enabled": True,
    "multipart_uploads_enabled": False,
    "multipart_downloads_enabled": False,
    "artifacts_presigned_only": False,
    "artifact_serving_enabled": True,
    "trace_archival_enabled": False,
}


def answer(method: str, path: str) -> tuple[bytes, bytes] | None:
    """Body and content type, or None when the path is not one of these."""
    if method not in ("GET", "HEAD"):
        return None
    if path == "/version":
        return VERSION.encode(), b"text/plain; charset=utf-8"
    if path == "/health":
        return b"OK", b"text/plain; charset=utf-8"
    if path in ("/api/3.0/mlflow/server-info", "/ajax-api/3.0/mlflow/server-info"):
        return msgspec.json.encode(_INFO), b"application/json"
    return None
