"""One table out of many files. Text stays text: the server reads it as it reads an uploaded file."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.sdk._errors import InvalidTableError
from modelyard.wire.ingest import COMPRESSIONS, TEXT_FORMATS, table_ending

if TYPE_CHECKING:
    import duckdb

_ROWS_AT_ONCE = 10_000


def gather(location: str, folder: Path) -> Path:
    """Read `location`, anything DuckDB reads, into one file of `folder`: CSV for CSV and TSV, JSON lines for JSON,
    Parquet for everything else.

    :raises InvalidTableError: it cannot be read. A column that one text file lacks is missing in its rows.
    """
    import duckdb  # noqa: PLC0415

    ending, write = _WRITERS.get(_plain_ending(location), (".parquet", _write_parquet))
    target = folder / f"table{ending}"
    with duckdb.connect(config={"python_enable_replacements": "false"}) as connection:
        try:
            write(connection, location, target)
        except duckdb.Error as error:
            raise InvalidTableError(
                f"{location} cannot be read as a table: {str(error).splitlines()[0]}",
                hint=f"A name ends in .parquet, {', '.join(TEXT_FORMATS)} (text formats also in "
                f"{' or '.join(COMPRESSIONS)}); Parquet files have the same columns.",
            ) from error
    return target


def _plain_ending(location: str) -> str:
    ending = table_ending(location) or ""
    for packed in COMPRESSIONS:
        ending = ending.removesuffix(packed)
    return ending


def _write_csv(connection: "duckdb.DuckDBPyConnection", location: str, target: Path) -> None:
    delimiter = ", delim='\t'" if _plain_ending(location) == ".tsv" else ""
    source = f"read_csv({_literal(location)}, all_varchar=true, header=true, union_by_name=true{delimiter})"
    _copy(connection, source, target, "FORMAT csv, HEADER")


def _write_json_lines(connection: "duckdb.DuckDBPyConnection", location: str, target: Path) -> None:
    rows = connection.execute(f"SELECT json FROM read_json_objects({_literal(location)})")  # noqa: S608
    with target.open("w", encoding="utf-8") as file:
        while batch := rows.fetchmany(_ROWS_AT_ONCE):
            # A line end inside a text is escaped in JSON: those that are left only lay the object out.
            file.writelines(re.sub(r"[\r\n]+", " ", text) + "\n" for (text,) in batch)


def _write_parquet(connection: "duckdb.DuckDBPyConnection", location: str, target: Path) -> None:
    _copy(connection, _literal(location), target, "FORMAT parquet, COMPRESSION zstd")


def _copy(connection: "duckdb.DuckDBPyConnection", source: str, target: Path, options: str) -> None:
    connection.execute(f"COPY (FROM {source}) TO {_literal(str(target))} ({options})")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_WRITERS: dict[str, tuple[str, Callable[["duckdb.DuckDBPyConnection", str, Path], None]]] = {
    ".csv": (".csv", _write_csv),
    ".tsv": (".csv", _write_csv),
    ".json": (".jsonl", _write_json_lines),
    ".jsonl": (".jsonl", _write_json_lines),
    ".ndjson": (".jsonl", _write_json_lines),
}
