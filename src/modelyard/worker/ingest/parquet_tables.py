"""Parquet. It is written anew, so that nothing that reads a dataset meets a damaged file or a type it does not know."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from modelyard.worker.ingest.columns import check_names, literal
from modelyard.worker.ingest.failures import IngestError

_MAX_LEVELS = 50
"""Of the schema, in which a list is two. The time that DuckDB takes grows much faster than this."""


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
        raise (_too_deep() if _is_too_deep(path) else explain(error)) from error
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
    """Names of the top-level columns as they stand in the file; a reader would make duplicates unique.

    :raises IngestError: one is nested too deeply.
    """
    rows = connection.execute("SELECT name, num_children FROM parquet_schema(?)", [str(path)]).fetchall()
    names = []
    left = list[int]()  # at each level, how many fields are still to come
    for name, children in rows[1:]:
        while left and left[-1] == 0:
            left.pop()
        if left:
            left[-1] -= 1
        else:
            names.append(name)
        if children:
            left.append(children)
        if len(left) > _MAX_LEVELS:
            raise _too_deep(names[-1])
    return names


def _is_too_deep(path: Path) -> bool:
    """Of a schema that DuckDB cannot make sense of."""
    import pyarrow as pa  # noqa: PLC0415 - only files that cannot be read need it
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        pq.read_metadata(path)
    except (pa.ArrowException, OSError) as error:
        return "too deeply nested" in str(error)
    return False


def _too_deep(name: str | None = None) -> IngestError:
    what = "A column" if name is None else f"The column {name[:100]!r}"
    return IngestError(
        f"{what} is nested too deeply to be read: more than {_MAX_LEVELS} levels.",
        hint="Flatten it, or write it as JSON text.",
    )
