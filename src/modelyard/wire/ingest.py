"""Messages between the server and the process that reads an uploaded table.

The server writes one `IngestTask` as a line to its standard input, which it keeps open: when it closes, by the server's
death too, the process ends. It answers with one `IngestMessage` a line on its standard output: any number of
progresses, then a result or a failure.
"""

from typing import Literal

from pydantic import Field

from modelyard.wire.base import Record, Request
from modelyard.wire.datasets import Column, ColumnChange
from modelyard.wire.errors import ErrorCode, Problem


class Retyping(Request):
    """A table that was read before, whose columns get other types: the columns as they were, and the changes."""

    columns: list[Column]
    notes: dict[str, list[str]]
    changes: list[ColumnChange]


class IngestTask(Request):
    """Read a table file, write it as Parquet with a profile of its columns."""

    source: str = Field(description="Path of the uploaded file; it is deleted once it is read.")
    size_bytes: int = Field(description="Of the whole file; what is not there yet is still being written.")
    file_name: str = Field(description="The name it was uploaded under; its ending tells the format.")
    folder: str = Field(description="An empty folder for the results and for temporary files.")
    dataset: str
    memory_limit_bytes: int
    max_table_bytes: int
    max_columns: int
    min_free_bytes: int = 0
    """Of the disk: before less is free, reading ends."""
    keeps_source: bool = False
    """It may have to be read again."""
    retyping: Retyping | None = None


class IngestProgress(Record):
    stage: Literal["reading", "profiling"]
    fraction: float | None


class IngestResult(Record):
    """The results are `table.parquet` and `profile.json` in the task's folder."""

    digest: str = Field(description="SHA-256 of table.parquet, 64 hex digits.")
    content_digest: str = Field(description="Of columns and rows, whatever the layout of the file; 64 hex digits.")
    size_bytes: int
    row_count: int
    columns: list[Column]
    reading_ms: int = Field(description="From the start of the process to the whole Parquet file.")
    profiling_ms: int


class IngestFailure(Record):
    code: ErrorCode
    message: str
    hint: str | None = None
    problems: list[Problem] = []


class IngestMessage(Record):
    """Exactly one of the three."""

    progress: IngestProgress | None = None
    result: IngestResult | None = None
    failure: IngestFailure | None = None


PARQUET_NAME = "table.parquet"
PROFILE_NAME = "profile.json"
TEXT_FORMATS = (".csv", ".tsv", ".jsonl", ".ndjson", ".json")
READ_WHILE_ARRIVING = (".csv", ".tsv")
COMPRESSIONS = (".gz", ".zst")
TABLE_FORMATS = (".parquet", *TEXT_FORMATS, *(f + packed for f in TEXT_FORMATS for packed in COMPRESSIONS))
"""The endings of file names that tell a table's format."""


def table_ending(file_name: str) -> str | None:
    """The ending that tells the format, the longest that fits; None where none does."""
    return max((ending for ending in TABLE_FORMATS if file_name.lower().endswith(ending)), key=len, default=None)
