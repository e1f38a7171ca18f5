"""From a storage URL to a store."""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from obstore.store import LocalStore, MemoryStore, S3Store

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.storage.store import FileStore

if TYPE_CHECKING:
    from obstore.store import S3Config  # exists for type checkers only


def open_store(url: str) -> FileStore:
    """Opens `file:///folder` (or a plain path), `s3://bucket/prefix?endpoint=...&region=...` or `memory://`.

    S3 credentials come from the environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, ...).

    :raises InvalidArgument: for another scheme, or an S3 URL without a bucket.
    """
    parts = urlsplit(url)
    if parts.scheme == "memory":
        return FileStore(MemoryStore(), "memory")
    if parts.scheme == "s3":
        return _open_s3(url)
    if parts.scheme in ("", "file"):
        folder = Path(parts.path if parts.scheme == "file" else url).expanduser().resolve()
        folder.mkdir(parents=True, exist_ok=True)
        return FileStore(LocalStore(folder, automatic_cleanup=True), "local")
    raise InvalidArgument(
        f"The storage URL {url!r} has the unknown scheme {parts.scheme!r}.",
        hint="Use a folder, file:///folder or s3://bucket/prefix.",
    )


def _open_s3(url: str) -> FileStore:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    unknown = options.keys() - {"endpoint", "region"}
    if not parts.netloc or unknown:
        raise InvalidArgument(
            f"The storage URL {url!r} is not s3://bucket/prefix?endpoint=...&region=....",
            hint=f"Unknown options: {', '.join(sorted(unknown))}." if unknown else "Name the bucket.",
        )
    endpoint = options.get("endpoint", "")
    config: S3Config = {}
    if endpoint:
        config["endpoint"] = endpoint
    if "region" in options:
        config["region"] = options["region"]
    plain = urlunsplit(("s3", parts.netloc, parts.path, "", ""))
    store = S3Store.from_url(plain, config=config, client_options={"allow_http": endpoint.startswith("http://")})
    return FileStore(store, "s3")
