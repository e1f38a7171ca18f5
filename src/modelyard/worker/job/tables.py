"""Tables on the wire of predictions: read as uploaded ones are, into text that the model gives its meaning."""

import csv
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from modelyard.worker.inference.columns import InvalidInputError
from modelyard.worker.ingest import csv_tables, parquet_tables
from modelyard.worker.ingest.columns import check_names, storage_expression
from modelyard.worker.ingest.confinement import confine
from modelyard.worker.ingest.failures import IngestError, without_paths
from modelyard.worker.ingest.source_files import SourceFile, open_source

TableFormat = Literal["json", "csv", "parquet"]

_MAX_COLUMNS = 100_000
_MAX_BYTES = 64 * 1024**3


def read_table(path: Path, file_format: str, inputs: Sequence[str]) -> pd.DataFrame:
    """A table in a format by which an uploaded file may be named (`csv`, `tsv.gz`, `json`, ...).

    CSV gives text for every value; what it means, the model says. `inputs` names the columns of rows without names.

    :raises InvalidInputError: the file is no table in that format.
    """
    try:
        # The reader unpacks beside the file, whose name is the task's.
        source = open_source(path, f"table.{file_format}", path.stat().st_size, path.parent, _MAX_BYTES)
        table = _read(source, inputs)
    except IngestError as error:
        hint = f" {error.failure.hint}" if error.failure.hint else ""
        raise InvalidInputError(without_paths(f"{error}{hint}", path.parent)) from error
    except (ValueError, pa.ArrowException, duckdb.Error, csv.Error, KeyError, TypeError) as error:
        if isinstance(error, InvalidInputError):
            raise
        message = without_paths(f"The input is not a table in {file_format.upper()}: {error}", path.parent)
        raise InvalidInputError(message) from error
    finally:
        (path.parent / "unpacked").unlink(missing_ok=True)
    if len(table.columns) == 0:
        raise InvalidInputError("The table has no columns.")
    return table


def _read(source: SourceFile, inputs: Sequence[str]) -> pd.DataFrame:
    if source.ending == ".json":
        return _from_body(json.loads(source.path.read_text(encoding="utf-8")), inputs)
    if source.ending in {".jsonl", ".ndjson"}:
        lines = source.path.read_text(encoding="utf-8").splitlines()
        return _from_rows([json.loads(line) for line in lines if line.strip()])
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        confine(connection, "allowed_paths", [str(source.path)])
        if source.ending == ".parquet":
            return _read_parquet(connection, source.path)
        return _read_text(connection, source)


def _read_text(connection: duckdb.DuckDBPyConnection, source: SourceFile) -> pd.DataFrame:
    last: duckdb.Error | None = None
    for table in csv_tables.open_text(source, _MAX_COLUMNS):
        try:
            return _frame(connection, f"FROM {table.relation()}")
        except duckdb.Error as error:
            if (fault := csv_tables.explain(connection, table)) is not None:
                raise fault from error
            last = error
    assert last is not None
    raise last


def _read_parquet(connection: duckdb.DuckDBPyConnection, path: Path) -> pd.DataFrame:
    (table,) = parquet_tables.open_parquet(connection, path, _MAX_COLUMNS)
    described = connection.execute(f"DESCRIBE FROM {table.relation()}").fetchall()
    expressions = ", ".join(storage_expression(name, kind) for name, kind, *_ in described)
    return _frame(connection, f"SELECT {expressions} FROM {table.relation()}")  # noqa: S608


def _frame(connection: duckdb.DuckDBPyConnection, sql: str) -> pd.DataFrame:
    # Whole numbers with gaps stay whole: as floats, large ones would be others.
    table = connection.sql(sql).to_arrow_table()
    return pd.DataFrame(table.to_pandas(date_as_object=False, integer_object_nulls=True))


def _from_body(body: Any, inputs: Sequence[str]) -> pd.DataFrame:
    """Rows as the API takes them, or in one of the forms of MLflow's scoring servers."""
    if isinstance(body, list):
        return _from_rows(body)
    if not isinstance(body, dict):
        raise InvalidInputError("The body must be an object or a list of rows.")
    if "dataframe_split" in body:
        split = body["dataframe_split"]
        return _from_lists(split["data"], split["columns"])
    for name in ("rows", "dataframe_records"):
        if name in body:
            return _from_rows(body[name])
    rows = body["instances"] if "instances" in body else body["inputs"]
    if isinstance(rows, dict):
        return _from_columns(rows)
    if isinstance(rows, list) and rows and all(isinstance(row, list) for row in rows):
        return _from_lists(rows, list(inputs))
    return _from_rows(rows)


def _from_rows(rows: Any) -> pd.DataFrame:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidInputError("Rows must be a list of objects that map column names to values.")
    names = check_names(list(dict.fromkeys(name for row in rows for name in row)), _MAX_COLUMNS)
    given = list(dict.fromkeys(name for row in rows for name in row))
    return _from_columns(
        {name: [row.get(key) for row in rows] for name, key in zip(names, given, strict=True)}, count=len(rows)
    )


def _from_lists(rows: Any, names: list[str]) -> pd.DataFrame:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise InvalidInputError("Rows must be a list of lists of values.")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(names):
            raise InvalidInputError(f"Row {number} has {len(row)} values for {len(names)} columns.")
    names = check_names([str(name) for name in names], _MAX_COLUMNS)
    return _from_columns({name: [row[place] for row in rows] for place, name in enumerate(names)}, count=len(rows))


def _from_columns(columns: dict[str, Any], count: int | None = None) -> pd.DataFrame:
    """Every value as it came: a guess about the type of a whole column would change some."""
    for name, values in columns.items():
        if not isinstance(values, list):
            raise InvalidInputError(f"Column '{name}' must be a list of values.")
        for number, value in enumerate(values, start=1):
            if isinstance(value, dict | list):
                raise InvalidInputError(f"Column '{name}', row {number}: a value must not be a list or an object.")
    index = None if count is None else range(count)
    return pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()}, index=index)


def write_table(table: pd.DataFrame, path: Path, table_format: TableFormat, missing_inputs: Sequence[str] = ()) -> None:
    """Write predictions; as JSON `{"columns": [...], "rows": [{...}]}` with NaN and infinities as strings."""
    if table_format == "csv":
        table.to_csv(path, index=False)
    elif table_format == "parquet":
        written = pa.Table.from_pandas(table, preserve_index=False)
        metadata = {**(written.schema.metadata or {}), b"modelyard.missing_inputs": json.dumps(list(missing_inputs))}
        pq.write_table(written.replace_schema_metadata(metadata), path)
    else:
        names = [str(name) for name in table.columns]
        columns = [[_json_value(value) for value in table[name].tolist()] for name in table.columns]
        rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
        body = {"columns": names, "rows": rows, "missing_inputs": list(missing_inputs)}
        path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")


def _json_value(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
