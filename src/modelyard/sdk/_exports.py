"""Lists of the API as files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from modelyard.sdk._errors import InvalidArgumentError
from modelyard.sdk._http import Http, api_path
from modelyard.sdk._storing import store_file

FORMATS = ("csv", "parquet")
_ON_SERVER = frozenset({"engines", "projects"})
"""Lists of the whole server."""


def export_table(
    http: Http,
    project: str,
    table: str,
    target: str | Path | BinaryIO,
    *,
    kind: str | None,
    columns: Sequence[str],
    choice: Mapping[str, Any],
) -> None:
    """Raises InvalidArgumentError if neither `format` nor the file's name tells the format."""
    parts = table.strip("/").split("/")
    path = api_path(*parts) if parts[0] in _ON_SERVER else api_path("projects", project, *parts)
    params = {**choice, "columns": list(columns) or None, "format": kind or _format_of(target)}
    with http.stream("GET", path, params=params, read_timeout_seconds=None) as response:
        chunks = http.chunks(response)
        if isinstance(target, str | Path):
            store_file(chunks, Path(target))
        else:
            for chunk in chunks:
                target.write(chunk)


def _format_of(target: str | Path | BinaryIO) -> str:
    ending = Path(target).suffix.lower().removeprefix(".") if isinstance(target, str | Path) else ""
    if ending not in FORMATS:
        raise InvalidArgumentError(
            "The format is not clear from the name of the file.",
            hint=f"End the name with .csv or .parquet, or give the format: {' or '.join(FORMATS)}.",
        )
    return ending
