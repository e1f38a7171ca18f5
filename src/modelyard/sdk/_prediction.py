"""Predictions: rows go out as JSON, CSV or Parquet, and come back as the kind of thing they were."""

import math
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from modelyard.sdk._errors import InvalidArgumentError
from modelyard.sdk._frames import frame_kind, read_frame, write_frame
from modelyard.sdk._http import CHUNK_BYTES, Http
from modelyard.sdk._storing import store_file
from modelyard.wire.ingest import table_ending
from modelyard.wire.predictions import MISSING_INPUTS_HEADER, MissingInputs, PredictRequest, PredictResponse

_ROWS_PER_REQUEST = 10_000
_CONTENT_TYPES = {".csv": "text/csv", ".parquet": "application/vnd.apache.parquet"}
_Format = Literal["csv", "parquet"]


def predict(
    http: Http, path: str, rows: Any, output: str | os.PathLike[str] | None, *, strict: bool
) -> tuple[Any, MissingInputs]:
    """See `Version.predict`; returns the missing inputs too."""
    call = _Call(http, path, strict)
    return _predict(call, rows, output), call.missing


def _predict(call: "_Call", rows: Any, output: str | os.PathLike[str] | None) -> Any:
    if isinstance(rows, str | os.PathLike):
        return _predict_file(call, Path(rows), None if output is None else Path(output))
    if output is not None:
        raise InvalidArgumentError("output= is for rows that are given as a file", hint="Write the result yourself.")
    kind = frame_kind(rows)
    if kind is None:
        return _predict_dicts(call, rows)
    with tempfile.TemporaryDirectory(prefix="modelyard-") as folder:
        rows_file, predictions_file = Path(folder) / "rows.parquet", Path(folder) / "predictions.parquet"
        write_frame(rows, kind, rows_file)
        call.exchange(rows_file, predictions_file, "parquet")
        return read_frame(predictions_file, kind)


def _predict_dicts(call: "_Call", rows: Any) -> list[dict[str, Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise InvalidArgumentError(
            f"a {type(rows).__name__} cannot be predicted", hint="Give a list of dicts, a DataFrame or a path."
        )
    predictions: list[dict[str, Any]] = []
    missing: dict[str, None] = {}
    for start in range(0, len(rows), _ROWS_PER_REQUEST):
        batch = [
            {str(key): _json_value(value) for key, value in row.items()} for row in rows[start:][:_ROWS_PER_REQUEST]
        ]
        answer: PredictResponse = call.http.call(
            "POST",
            call.path,
            PredictResponse,
            params={"output": "json", "strict": call.strict},
            body=PredictRequest(rows=batch),
        )
        predictions += answer.rows
        missing |= dict.fromkeys(answer.missing_inputs)
    call.missing = MissingInputs(count=len(missing), names=list(missing))
    return predictions


def _json_value(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    # A NumPy scalar; by its method, so that NumPy need not be imported.
    plain = value.item() if hasattr(value, "item") and hasattr(value, "dtype") else value
    if isinstance(plain, float) and not math.isfinite(plain):
        return "NaN" if math.isnan(plain) else "Infinity" if plain > 0 else "-Infinity"
    return plain


def _predict_file(call: "_Call", rows: Path, output: Path | None) -> Path:
    if not rows.is_file():
        raise InvalidArgumentError(f"there is no file {rows}", hint="A path is looked up from the current folder.")
    input_format = _file_format(rows)
    if output is None:
        output = rows.with_name(f"{rows.name.partition('.')[0]}.predictions.{input_format or 'parquet'}")
    output_format = _file_format(output)
    if output_format is None:
        raise InvalidArgumentError(f"predictions cannot be written to {output}", hint="Name a .csv or .parquet file.")
    if table_ending(rows.name) is None:
        raise InvalidArgumentError(
            f"the format of {rows} cannot be told from its name",
            hint="Give a .csv, .tsv, .jsonl, .json or .parquet file.",
        )
    return call.exchange(rows, output, output_format)


def _file_format(path: Path) -> _Format | None:
    suffix = path.suffix.lower()
    return "csv" if suffix == ".csv" else "parquet" if suffix == ".parquet" else None


@dataclass
class _Call:
    """One prediction with one version."""

    http: Http
    path: str
    strict: bool
    missing: MissingInputs = field(default_factory=lambda: MissingInputs(count=0, names=[]))

    def exchange(self, rows: Path, output: Path, output_format: _Format) -> Path:
        """Send a file as it is, and store the answer. The name's ending tells the format; the rest is the caller's."""
        ending = table_ending(rows.name) or ""
        with self.http.stream(
            "POST",
            self.path,
            params={"output": output_format, "filename": f"rows{ending}", "strict": self.strict},
            content=_read(rows),
            content_type=_CONTENT_TYPES.get(ending, "application/octet-stream"),
            headers={"Content-Length": str(rows.stat().st_size)},
            # A model that is not loaded yet has to be, and a large table takes its time.
            read_timeout_seconds=None,
        ) as response:
            stored = store_file(self.http.chunks(response), output)
            missing = response.headers.get(MISSING_INPUTS_HEADER)
        if missing is not None:
            self.missing = MissingInputs.model_validate_json(missing)
        return stored


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
