"""Parquet. It is written anew, so that nothing that reads a dataset meets a damaged file or a type it does not know."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from modelyard.worker.ingest.columns import check_names, literal
from modelyard.worker.ingest.failures import IngestError


@dataclass(frozen=True, slots=True)
class ParquetTable:
    path: Path

    def relation(self) -> str:
        """SQL that reads it."""
        return f"read_parquet({literal(str(self.path))})"


def open_parquet(connection: duckdb.DuckDBPyConnection, path: Path, max_columns: int) -> Iterator[ParquetTable]:
    """The one way to read the file.

    :raises IngestError: it is damaged, or its column names cannot be used.
    """
    try:
        check_names(_column_names(connection, path), max_columns)
    except duckdb.Error as error:
        raise explain(error) from error
    yield ParquetTable(path)


def explain(error: duckdb.Error) -> IngestError:
    """What is wrong with a file that could not be read."""
    first = str(error).splitlines()[0].partition("rror: ")[2] or str(error)
    reason = first.replace("No magic bytes found at end of file", "its end is missing")
    for path_start in (" '/", 'file "'):
        reason = reason.partition(path_start)[0]
    return IngestError(
        f"The Parquet file is damaged or cut off: {reason.strip()[:300]}.",
        hint="Write it again and upload it whole.",
    )


def _column_names(connection: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """Names of the top-level columns as they stand in the file; a reader would make duplicates unique."""
    rows = connection.execute("SELECT name, num_children FROM parquet_schema(?)", [str(path)]).fetchall()
    names = []
    inner = 0
    for name, children in rows[1:]:
        if inner == 0:
            names.append(name)
        else:
            inner -= 1
        inner += children or 0
    return names
