"""One table out of many files. Text stays text: the server reads it as it reads an uploaded file."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.sdk._errors import InvalidTableError

if TYPE_CHECKING:
    import duckdb

_PACKED = (".gz", ".zst")
_ROWS_AT_ONCE = 10_000


def gather(location: str, folder: Path) -> Path:
    """Read `location`, anything DuckDB reads, into one file of `folder`: CSV for CSV and TSV, JSON lines for JSON,
    Parquet for everything else.

    :raises InvalidTableError: it cannot be read, or its files have different columns.
    """
    import duckdb  # noqa: PLC0415

    ending, write = _WRITERS.get(_text_ending(location), (".parquet", _write_parquet))
    target = folder / f"table{ending}"
    with duckdb.connect(config={"python_enable_replacements": "false"}) as connection:
        try:
            write(connection, location, target)
        except duckdb.Error as error:
            raise InvalidTableError(
                f"{location} cannot be read as a table: {str(error).splitlines()[0]}",
                hint="The name ends in .parquet, .csv, .tsv, .jsonl, .ndjson or .json (text formats also in .gz or"
                " .zst), and all files have the same columns.",
            ) from error
    return target


def _text_ending(location: str) -> str:
    name = location.lower().rpartition("/")[2]
    for packed in _PACKED:
        name = name.removesuffix(packed)
    return name[name.rfind(".") :]


def _write_csv(connection: "duckdb.DuckDBPyConnection", location: str, target: Path) -> None:
    delimiter = ", delim='\t'" if _text_ending(location) == ".tsv" else ""
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
