"""Tables on the wire of predictions: JSON rows, CSV or Parquet, in and out."""

import csv
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from modelyard.worker.inference.columns import InvalidInputError

TableFormat = Literal["json", "csv", "parquet"]


def read_table(path: Path, table_format: TableFormat) -> pd.DataFrame:
    """Raises InvalidInputError if the file is not a table in that format."""
    try:
        table = _READERS[table_format](path)
    except (ValueError, pa.ArrowException, csv.Error, KeyError, TypeError) as error:
        if isinstance(error, InvalidInputError):
            raise
        raise InvalidInputError(f"The input is not a table in {table_format.upper()}: {error}") from error
    if len(table.columns) == 0:
        raise InvalidInputError("The table has no columns.")
    return table


def _read_json(path: Path) -> pd.DataFrame:
    body = json.loads(path.read_text(encoding="utf-8"))
    rows = body["rows"] if isinstance(body, dict) else body
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidInputError("Rows must be a list of objects that map column names to values.")
    for number, row in enumerate(rows, start=1):
        for column, value in row.items():
            if isinstance(value, dict | list):
                raise InvalidInputError(f"Column '{column}', row {number}: a value must not be a list or an object.")
    return pd.DataFrame(rows)


def _read_csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, low_memory=False, encoding="utf-8")


def _read_parquet(path: Path) -> pd.DataFrame:
    return pd.DataFrame(pq.read_table(path).to_pandas(date_as_object=False))


_READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "json": _read_json,
    "csv": _read_csv,
    "parquet": _read_parquet,
}


def write_table(table: pd.DataFrame, path: Path, table_format: TableFormat) -> None:
    """Write predictions; as JSON `{"columns": [...], "rows": [{...}]}` with NaN and infinities as strings."""
    if table_format == "csv":
        table.to_csv(path, index=False)
    elif table_format == "parquet":
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), path)
    else:
        names = [str(name) for name in table.columns]
        columns = [[_json_value(value) for value in table[name].tolist()] for name in table.columns]
        rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
        path.write_text(json.dumps({"columns": names, "rows": rows}, ensure_ascii=False), encoding="utf-8")


def _json_value(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
