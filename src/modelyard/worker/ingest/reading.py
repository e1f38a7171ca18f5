"""From a source file to Parquet."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb

from modelyard.worker.ingest import csv_tables, json_tables, parquet_tables
from modelyard.worker.ingest.columns import ROW_NUMBER, literal, quoted, storage_expression
from modelyard.worker.ingest.csv_tables import CsvTable
from modelyard.worker.ingest.failures import IngestError, no_rows, storage_full, too_much_memory
from modelyard.worker.ingest.source_files import SourceFile
from modelyard.worker.ingest.wide_tables import usual_memory_after

_FULL_GROUP_ROWS = 122_880
_GROUP_CELLS = 48 * _FULL_GROUP_ROWS
_VECTOR_ROWS = 2048
_HASHED_AT_ONCE = 500
_DISK_FULL = ("no space left", "file too large", "disk quota exceeded", "temp_directory_size", "error 28", "error 27")


class Table(Protocol):
    """One way to read a file."""

    def relation(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Format:
    ways: Iterator[Table]
    is_misfit: Callable[[duckdb.Error], bool]
    explain: Callable[[Table, duckdb.Error], IngestError | None]


@dataclass(frozen=True, slots=True)
class Written:
    """A table as it was written: the types by column's name, and what its file was like."""

    types: dict[str, str]
    is_text: bool
    """The file knew nothing but text."""
    comma_is_likely: bool
    """As the decimal mark."""


def write_parquet(connection: duckdb.DuckDBPyConnection, source: SourceFile, target: Path, max_columns: int) -> Written:
    """Writes the table to `target`, and answers how it came.

    How rows fall into row groups differs with the memory that is free, so the bytes do too; `content_digest_of` tells
    whether two files hold the same table.

    :raises IngestError: the file cannot be read as a table, or the disk is full.
    """
    with usual_memory_after(connection):
        return _write_parquet(connection, _format(connection, source, max_columns), target)


def _write_parquet(connection: duckdb.DuckDBPyConnection, layout: _Format, target: Path) -> Written:
    last: duckdb.Error | None = None
    for table in layout.ways:
        try:
            types = _copy(connection, table, target)
            return Written(types, isinstance(table, CsvTable), getattr(table, "delimiter", None) == ";")
        except duckdb.Error as error:
            raise_if_out_of_room(error)
            if not layout.is_misfit(error) and (fault := layout.explain(table, error)) is not None:
                raise fault from error
            last = error
    reason = " ".join(str(last).split()[:60])
    raise IngestError(f"The file cannot be read as a table: {reason}") from last


def digest_of(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_digest_of(
    connection: duckdb.DuckDBPyConnection, path: Path, types: Mapping[str, str], chosen: Mapping[str, str]
) -> str:
    """A digest of a Parquet file's columns and rows, in their order, 64 hexadecimal digits.

    It does not depend on the row groups, so the same rows as CSV and as Parquet are known to be the same. Feature types
    that someone chose belong to the content.
    """
    digest = hashlib.sha256(json.dumps(list(types.items())).encode())
    if chosen:
        digest.update(json.dumps(list(chosen.items())).encode())
    names = list(types)
    for start in range(0, len(names), _HASHED_AT_ONCE):
        columns = ", ".join(quoted(name) for name in names[start : start + _HASHED_AT_ONCE])
        row = connection.execute(
            f"SELECT count(*), bit_xor(h), sum(h) FROM (SELECT hash({ROW_NUMBER}, {columns}) AS h"  # noqa: S608
            f" FROM read_parquet({literal(str(path))}, {ROW_NUMBER}=true))"
        ).fetchone()
        digest.update(repr(row).encode())
    return digest.hexdigest()


def _format(connection: duckdb.DuckDBPyConnection, source: SourceFile, max_columns: int) -> _Format:
    if source.ending in (".csv", ".tsv"):
        return _Format(
            csv_tables.open_csv(connection, source, max_columns),
            csv_tables.is_misfit,
            lambda table, _error: csv_tables.explain(connection, table),  # type: ignore[arg-type]
        )
    if source.ending == ".parquet":
        return _Format(
            parquet_tables.open_parquet(connection, source.whole(), max_columns),
            lambda _error: False,
            lambda _table, error: parquet_tables.explain(error),
        )
    return _Format(
        json_tables.open_json(connection, source.whole(), source.ending, max_columns),
        json_tables.is_misfit,
        lambda _table, error: json_tables.explain(error),
    )


def _copy(connection: duckdb.DuckDBPyConnection, table: Table, target: Path) -> dict[str, str]:
    described = connection.execute(f"DESCRIBE FROM {table.relation()}").fetchall()
    expressions = ", ".join(storage_expression(name, kind) for name, kind, *_ in described)
    fitting = _GROUP_CELLS // len(described) // _VECTOR_ROWS * _VECTOR_ROWS
    group_rows = max(_VECTOR_ROWS, min(_FULL_GROUP_ROWS, fitting))
    # Version 2's encodings are smaller, and faster to write and to read.
    connection.execute(
        f"COPY (SELECT {expressions} FROM {table.relation()}) TO {literal(str(target))}"  # noqa: S608
        f" (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2,"
        f" ROW_GROUP_SIZE {group_rows})"
    )
    stored = connection.execute(f"DESCRIBE FROM read_parquet({literal(str(target))})").fetchall()
    count = connection.execute("SELECT num_rows FROM parquet_file_metadata(?)", [str(target)]).fetchone()
    if count is None or count[0] == 0:
        raise no_rows("it has columns alone")
    return {name: kind for name, kind, *_ in stored}


def raise_if_out_of_room(error: duckdb.Error) -> None:
    """Raises what a full disk or too little memory means to the person who uploaded the table."""
    text = str(error).lower()
    if any(sign in text for sign in _DISK_FULL):
        raise storage_full() from error
    if isinstance(error, duckdb.OutOfMemoryException):
        raise too_much_memory() from error
