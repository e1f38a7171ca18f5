"""Predictions: rows go out as JSON, CSV or Parquet, and come back as the kind of thing they were."""

import math
import os
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from modelyard.sdk._errors import InvalidArgumentError
from modelyard.sdk._frames import frame_kind, read_frame, write_frame
from modelyard.sdk._http import CHUNK_BYTES, Http
from modelyard.sdk._sources import convert_to_parquet, is_table_name
from modelyard.sdk._storing import store_file
from modelyard.wire.models import PredictRequest, PredictResponse

_ROWS_PER_REQUEST = 10_000
_CONTENT_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
_Format = Literal["csv", "parquet"]


def predict(http: Http, path: str, rows: Any, output: str | os.PathLike[str] | None) -> Any:
    """See `Version.predict`."""
    if isinstance(rows, str | os.PathLike):
        return _predict_file(http, path, Path(rows), None if output is None else Path(output))
    if output is not None:
        raise InvalidArgumentError("output= is for rows that are given as a file", hint="Write the result yourself.")
    kind = frame_kind(rows)
    if kind is None:
        return _predict_dicts(http, path, rows)
    with tempfile.TemporaryDirectory(prefix="modelyard-") as folder:
        given, answered = Path(folder) / "rows.parquet", Path(folder) / "predictions.parquet"
        write_frame(rows, kind, given)
        _exchange(http, path, given, "parquet", answered, output_format="parquet")
        return read_frame(answered, kind)


def _predict_dicts(http: Http, path: str, rows: Any) -> list[dict[str, Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise InvalidArgumentError(
            f"a {type(rows).__name__} cannot be predicted", hint="Give a list of dicts, a DataFrame or a path."
        )
    predictions: list[dict[str, Any]] = []
    for start in range(0, len(rows), _ROWS_PER_REQUEST):
        batch = [
            {str(key): _json_value(value) for key, value in row.items()} for row in rows[start:][:_ROWS_PER_REQUEST]
        ]
        answer: PredictResponse = http.call(
            "POST", path, PredictResponse, params={"output": "json"}, body=PredictRequest(rows=batch)
        )
        predictions += answer.rows
    return predictions


def _json_value(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    # A NumPy scalar; by its method, so that NumPy need not be imported.
    plain = value.item() if hasattr(value, "item") and hasattr(value, "dtype") else value
    if isinstance(plain, float) and not math.isfinite(plain):
        return "NaN" if math.isnan(plain) else "Infinity" if plain > 0 else "-Infinity"
    return plain


def _predict_file(http: Http, path: str, rows: Path, output: Path | None) -> Path:
    if not rows.is_file():
        raise InvalidArgumentError(f"there is no file {rows}", hint="A path is looked up from the current folder.")
    given_format = _file_format(rows)
    if output is None:
        output = rows.with_name(f"{rows.name.partition('.')[0]}.predictions.{given_format or 'parquet'}")
    output_format = _file_format(output)
    if output_format is None:
        raise InvalidArgumentError(f"predictions cannot be written to {output}", hint="Name a .csv or .parquet file.")
    if given_format is not None:
        return _exchange(http, path, rows, given_format, output, output_format=output_format)
    if not is_table_name(rows.name):
        raise InvalidArgumentError(
            f"the format of {rows} is not told by its name", hint="Give a .csv, .tsv, .jsonl, .json or .parquet file."
        )
    with tempfile.TemporaryDirectory(prefix="modelyard-") as folder:
        converted = Path(folder) / "rows.parquet"
        convert_to_parquet(str(rows), converted)
        return _exchange(http, path, converted, "parquet", output, output_format=output_format)


def _file_format(path: Path) -> _Format | None:
    suffix = path.suffix.lower()
    return "csv" if suffix == ".csv" else "parquet" if suffix == ".parquet" else None


def _exchange(http: Http, path: str, rows: Path, rows_format: _Format, output: Path, *, output_format: _Format) -> Path:
    with http.stream(
        "POST",
        path,
        params={"output": output_format},
        content=_read(rows),
        content_type=_CONTENT_TYPES[rows_format],
        headers={"Content-Length": str(rows.stat().st_size)},
        # A model that is not loaded yet has to be, and a large table takes its time.
        read_timeout_seconds=None,
    ) as response:
        return store_file(http.chunks(response), output)


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
