"""Stored files as HTTP answers, with ranges."""

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from modelyard.server.kernel.numbers import MAX_INTEGER, read_digits
from modelyard.server.storage.store import FileStore, StoredFile

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def file_response(
    store: FileStore, file: StoredFile, request_headers: Mapping[str, str], *, media_type: str, download_name: str
) -> Response:
    """Streams a file, or one requested range of it: 206, or 416 when the range lies outside.

    The entity tag is the file's digest. A range that is malformed, or one of several, is answered with the whole file.
    """
    tag = f'"{file.digest}"'
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Content-Disposition": content_disposition(download_name),
        # Should a browser show it in spite of that, it is a page of nobody.
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    range_header = request_headers.get("range")
    if range_header is None or request_headers.get("if-range", tag) != tag:
        span: tuple[int, int] | None = (0, file.size_bytes)
        partial = False
    else:
        span, partial = _parse(range_header, file.size_bytes)
    if span is None:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{file.size_bytes}"})
    start, end = span
    headers["Content-Length"] = str(end - start)
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size_bytes}"
    chunks = store.read(file.key, start, end) if partial else store.read(file.key)
    return StreamingResponse(chunks, status_code=206 if partial else 200, headers=headers, media_type=media_type)


def content_disposition(download_name: str) -> str:
    """`attachment` with the name (RFC 6266), quoted, so that no name can end the header or escape.

    A name beyond ASCII is told twice: in UTF-8, percent-encoded, and for older readers as far as ASCII goes.
    """
    plain = unicodedata.normalize("NFKD", download_name).encode("ascii", "ignore").decode("ascii")
    plain = _CONTROL.sub("", plain) or "download"
    shown = plain if _TOKEN.fullmatch(plain) else '"' + re.sub(r'(["\\])', r"\\\1", plain) + '"'
    if plain == download_name:
        return f"attachment; filename={shown}"
    return f"attachment; filename={shown}; filename*=UTF-8''{quote(download_name, safe='')}"


def _parse(range_header: str, size: int) -> tuple[tuple[int, int] | None, bool]:
    """The bytes from, and up to not including; None where they lie outside the file. And whether it is a range."""
    match = _RANGE.fullmatch(range_header.strip())
    if match is None or match.groups() == ("", ""):
        return (0, size), False
    first, last = match.groups()
    if not first:
        start, end = max(0, size - _position(last)), size
    else:
        start, end = _position(first), min(_position(last) + 1 if last else size, size)
    return ((start, end) if start < end else None), True


def _position(digits: str) -> int:
    """The position; beyond every file, the largest integer stands for all."""
    number = read_digits(digits.lstrip("0") or "0")
    return MAX_INTEGER if number is None else number
