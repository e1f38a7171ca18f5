"""JSON: an array of objects, or an object a line. Nested values become JSON text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from modelyard.worker.ingest.columns import check_names, literal
from modelyard.worker.ingest.failures import IngestError
from modelyard.worker.ingest.wide_tables import make_room_for

_SAMPLE = 20_480
_WHOLE_FILE = -1
_GUESSED = re.compile(r"DATE|TIME.*|UUID")
_MAX_OBJECT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class JsonTable:
    path: Path
    layout: str
    sample_size: int
    types: dict[str, str] | None = None
    """None where they are still to be found."""

    def relation(self) -> str:
        """SQL that reads it."""
        return (
            f"read_json({literal(str(self.path))}, format='{self.layout}', records='true',"
            f" maximum_object_size={_MAX_OBJECT_BYTES}, {self._columns()})"
        )

    def _columns(self) -> str:
        if self.types is None:
            return f"sample_size={self.sample_size}"
        columns = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in self.types.items())
        return f"auto_detect=false, columns={{{columns}}}"


def open_json(connection: duckdb.DuckDBPyConnection, path: Path, ending: str, max_columns: int) -> Iterator[JsonTable]:
    """Ways to read the file, cheapest first; the next is for when a value does not fit the one before.

    :raises IngestError: it is not JSON, not made of objects, or its keys cannot be column names.
    """
    layout = "auto" if ending == ".json" else "newline_delimited"
    for sample_size in (_SAMPLE, _WHOLE_FILE):
        table = JsonTable(path, layout, sample_size)
        try:
            described = connection.execute(f"DESCRIBE FROM {table.relation()}").fetchall()
        except duckdb.Error as error:
            raise explain(error) from error
        check_names([name for name, *_ in described], max_columns)
        if sample_size == _SAMPLE:
            make_room_for(connection, len(described))
        # What text means, whatever the format of the file, is decided in one place; DuckDB would guess dates.
        types = {name: "VARCHAR" if _GUESSED.fullmatch(kind) else kind for name, kind, *_ in described}
        yield replace(table, types=types)


def explain(error: duckdb.Error) -> IngestError:
    """What is wrong with a file that could not be read."""
    text = " ".join(str(error).partition("\nLINE 1:")[0].split())
    if "non-record JSON" in text:
        return IngestError(
            "The file is not a table: it needs objects whose keys are column names.",
            hint='Write [{"a": 1}, {"a": 2}], or one object a line in a .jsonl file.',
        )
    where = text.partition("JSON in file ")[2].partition('", ')[2] or text
    return IngestError(f"The file is not JSON that can be read as a table: {where[:400]}")


def is_misfit(error: duckdb.Error) -> bool:
    """Whether the error says that a value does not fit its column's type."""
    return "JSON transform error" in str(error) or isinstance(error, duckdb.ConversionException)
