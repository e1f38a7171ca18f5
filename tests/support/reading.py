"""Reading table files as a server has them read, by a process of its own, without the server."""

import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from modelyard.wire.ingest import PARQUET_NAME, IngestFailure, IngestMessage, IngestResult
from tests.support.ingesting import ingest_task
from tests.support.workers import READER, ready_reader


@dataclass(frozen=True)
class Reading:
    """What became of a file."""

    last: IngestMessage
    folder: Path

    @property
    def result(self) -> IngestResult:
        assert self.last.result is not None, self.last
        return self.last.result

    @property
    def failure(self) -> IngestFailure:
        assert self.last.failure is not None, self.last
        return self.last.failure

    @property
    def types(self) -> dict[str, str]:
        return {column.name: column.data_type for column in self.result.columns}

    @property
    def rows(self) -> list[list[Any]]:
        assert self.last.result is not None, self.last
        return [list(row.values()) for row in pq.read_table(self.folder / PARQUET_NAME).to_pylist()]


def read_table(below: Path, content: bytes | str, file_name: str = "table.csv") -> Reading:
    """Reads the content, with a server's usual limits, in a new folder below the given one."""
    folder = below / uuid.uuid4().hex
    folder.mkdir()
    task = ingest_task(folder, content, file_name)
    # The input stays open, as by a server that waits for the table.
    reading, writing = os.pipe()
    try:
        os.write(writing, task.model_dump_json().encode() + b"\n")
        done = ready_reader().run(["-m", READER], timeout=60, input_file=reading)
    finally:
        os.close(reading)
        os.close(writing)
    assert done.returncode == 0, done.stderr
    return Reading(IngestMessage.model_validate_json(done.stdout.splitlines()[-1]), folder)
