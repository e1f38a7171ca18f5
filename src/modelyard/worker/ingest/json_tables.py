"""JSON: an array of objects, or an object a line. Nested values become JSON text."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from modelyard.worker.ingest.columns import check_names, literal
from modelyard.worker.ingest.failures import IngestError

_SAMPLE = 20_480
_WHOLE_FILE = -1
_LARGEST_OBJECT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class JsonTable:
    path: Path
    layout: str
    sample_size: int

    def relation(self) -> str:
        """SQL that reads it."""
        return (
            f"read_json({literal(str(self.path))}, format='{self.layout}', records='true',"
            f" maximum_object_size={_LARGEST_OBJECT_BYTES}, sample_size={self.sample_size})"
        )


def open_json(connection: duckdb.DuckDBPyConnection, path: Path, ending: str, max_columns: int) -> Iterator[JsonTable]:
    """Ways to read the file, cheapest first; the next is for when a value does not fit the one before.

    :raises IngestError: it is not JSON, not made of objects, or its keys cannot be column names.
    """
    layout = "auto" if ending == ".json" else "newline_delimited"
    for sample_size in (_SAMPLE, _WHOLE_FILE):
        table = JsonTable(path, layout, sample_size)
        try:
            names = [row[0] for row in connection.execute(f"DESCRIBE FROM {table.relation()}").fetchall()]
        except duckdb.Error as error:
            raise explain(error) from error
        check_names(names, max_columns)
        yield table


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
