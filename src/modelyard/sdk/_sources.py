"""The sources of a table: a file, a file object, a DataFrame, a glob or a URL. All become a stream of bytes."""

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import httpx

from modelyard.sdk._errors import InvalidArgumentError, InvalidTableError
from modelyard.sdk._frames import frame_kind, write_frame
from modelyard.sdk._globs import gather
from modelyard.sdk._http import CHUNK_BYTES
from modelyard.wire.ingest import table_ending

UploadProgress = Callable[[int, int | None], None]
"""Called with the bytes sent so far and how many there are in all, or None where that is not known."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_BUCKETS = frozenset({"s3", "s3a", "gs", "az", "azure", "abfs", "abfss"})
_BY_CONTENT_TYPE = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".ndjson",
    "application/vnd.apache.parquet": ".parquet",
}


@dataclass(frozen=True)
class TableStream:
    """The bytes of one table file, in pieces, under the name that tells its format."""

    file_name: str
    size_bytes: int | None
    chunks: Iterator[bytes]


@contextmanager
def open_table(source: Any, file_name: str | None = None) -> Iterator[TableStream]:
    """Open `source` for reading once.

    `source` is a path, a binary file object, a DataFrame (pandas, polars, or anything with an Arrow stream), a glob or
    a URL. A single file behind http(s), s3, gs or az is passed on as it is; DuckDB makes one
    table of the rest, in which text stays text.
    `file_name` overrides the name whose ending tells the format. Raises InvalidArgumentError when `source` is none of
    these, InvalidTableError when it cannot be read.
    """
    kind = frame_kind(source)
    if kind is not None:
        with _temporary_folder() as folder:
            path = folder / "table.parquet"
            write_frame(source, kind, path)
            with _open_file(path, file_name or "dataframe.parquet") as table:
                yield table
    elif isinstance(source, str | os.PathLike):
        with _open_location(os.fspath(source), file_name) as table:
            yield table
    elif hasattr(source, "read"):
        yield _open_stream(source, file_name)
    else:
        raise InvalidArgumentError(
            f"a table cannot be read from a {type(source).__name__}",
            hint="Give a path, a URL, a file opened in binary mode or a DataFrame.",
        )


@contextmanager
def _open_location(location: str, file_name: str | None) -> Iterator[TableStream]:
    path = Path(location)
    scheme = location.partition("://")[0].lower() if _URL.match(location) else None
    if scheme == "file":
        path, scheme = Path(url2pathname(urlsplit(location).path)), None
    if scheme is None and path.is_dir():
        raise InvalidArgumentError(
            f"{location} is a folder", hint=f"Name the files in it, such as {path / '*.parquet'} or {path / '*.csv'}."
        )
    if scheme is None and path.exists() and table_ending(file_name or path.name):
        opened = _open_file(path, file_name or path.name)
    elif scheme in {"http", "https"}:
        opened = _open_http(location, file_name)
    elif scheme in _BUCKETS and table_ending(file_name or _url_file_name(location)) and not _is_glob(location):
        opened = _open_bucket(location, file_name or _url_file_name(location))
    elif scheme is not None or path.exists() or _is_glob(location):
        opened = _open_with_duckdb(location if scheme else str(path), file_name)
    else:
        raise InvalidArgumentError(f"there is no file {location}", hint="A path is looked up from the current folder.")
    with opened as table:
        yield table


@contextmanager
def _open_file(path: Path, file_name: str) -> Iterator[TableStream]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise InvalidArgumentError(f"{path} cannot be read: {error.strerror}") from error
    with file:
        yield TableStream(file_name, os.fstat(file.fileno()).st_size, _read_chunks(file))


def _open_stream(file: Any, file_name: str | None) -> TableStream:
    name = file_name or PurePosixPath(str(getattr(file, "name", ""))).name
    if table_ending(name) is None:
        raise _unknown_format(
            name or "this file object", "Pass file_name= with the name the bytes would have as a file."
        )
    return TableStream(name, None, _read_chunks(file))


def _read_chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        if not isinstance(chunk, bytes):
            raise InvalidArgumentError(
                "the file object is in text mode", hint='Open the file in binary mode: open(path, "rb").'
            )
        yield chunk


@contextmanager
def _open_http(url: str, file_name: str | None) -> Iterator[TableStream]:
    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=60.0) as response:
            if not response.is_success:
                raise InvalidTableError(f"{url} answered {response.status_code} {response.reason_phrase}")
            name = file_name or _url_file_name(url)
            if table_ending(name) is None:
                content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                name = (PurePosixPath(name).stem or "table") + _BY_CONTENT_TYPE.get(content_type, "")
            if table_ending(name) is None:
                raise _unknown_format(url, "Pass a file name with the right ending, such as table.csv.")
            # A body that was packed for the way has another length once it is unpacked.
            packed = "content-encoding" in response.headers
            size = None if packed else response.headers.get("content-length")
            yield TableStream(name, int(size) if size else None, _read_http(url, response))
    except httpx.HTTPError as error:
        raise _unreadable_url(url, error) from error


def _read_http(url: str, response: httpx.Response) -> Iterator[bytes]:
    # Caught here and not around the upload, where it would look like a fault of the Modelyard server.
    try:
        yield from response.iter_bytes(CHUNK_BYTES)
    except httpx.HTTPError as error:
        raise _unreadable_url(url, error) from error


@contextmanager
def _open_bucket(url: str, file_name: str) -> Iterator[TableStream]:
    import obstore  # noqa: PLC0415
    from obstore.exceptions import BaseError  # noqa: PLC0415
    from obstore.store import from_url  # noqa: PLC0415

    folder, _, key = url.rpartition("/")

    def read() -> Iterator[bytes]:
        try:
            for chunk in answer.stream(min_chunk_size=CHUNK_BYTES):
                yield bytes(chunk)
        except (BaseError, OSError) as error:
            raise unreadable(error) from error

    def unreadable(error: Exception) -> InvalidTableError:
        reason = "there is no such object" if isinstance(error, FileNotFoundError) else str(error).splitlines()[0]
        return InvalidTableError(
            f"{url} cannot be read: {reason}",
            hint="Credentials and region come from the environment, such as AWS_ACCESS_KEY_ID and AWS_REGION.",
        )

    try:
        answer = obstore.get(from_url(folder), key)
    except (BaseError, OSError) as error:
        raise unreadable(error) from error
    yield TableStream(file_name, answer.meta["size"], read())


@contextmanager
def _open_with_duckdb(location: str, file_name: str | None) -> Iterator[TableStream]:
    with _temporary_folder() as folder:
        path = gather(location, folder)
        name = PurePosixPath(file_name).stem if file_name else re.sub(r"[*?\[\]]+", "_", _url_file_name(location))
        with _open_file(path, f"{PurePosixPath(name).stem or 'table'}{path.suffix}") as table:
            yield table


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="modelyard-") as folder:
        yield Path(folder)


def _is_glob(location: str) -> bool:
    return any(character in location for character in "*?[")


def _url_file_name(url: str) -> str:
    return PurePosixPath(unquote(urlsplit(url).path)).name


def _unreadable_url(url: str, error: httpx.HTTPError) -> InvalidTableError:
    return InvalidTableError(f"{url} cannot be read: {error or type(error).__name__}")


def _unknown_format(source: str, hint: str) -> InvalidArgumentError:
    return InvalidArgumentError(f"the format of {source} cannot be told from its name", hint=hint)
