"""Reading table files as a server has them read, by a process of its own, without the server."""

import os
import sys
import uuid
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from modelyard.server.settings import MIB, Settings
from modelyard.wire.ingest import PARQUET_NAME, IngestFailure, IngestMessage, IngestResult, IngestTask
from tests.support.forks import Forker

_PROGRAM = "modelyard.worker.ingest.__main__"


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
    source = folder / "source"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    settings = Settings(data_dir=folder)
    task = IngestTask(
        source=str(source),
        size_bytes=source.stat().st_size,
        file_name=file_name,
        folder=str(folder),
        dataset="table",
        memory_limit_bytes=settings.ingest_memory_limit_mb * MIB,
        max_table_bytes=settings.max_table_bytes,
        max_columns=settings.max_columns,
    )
    done = _forker().run(f"{__name__}:read", [task.model_dump_json()], timeout=60)
    assert done.returncode == 0, done.stderr
    return Reading(IngestMessage.model_validate_json(done.stdout.splitlines()[-1]), folder)


def read(arguments: list[str]) -> None:
    """The whole process; its input stays open, as by a server that waits for the table."""
    reading, writing = os.pipe()
    os.dup2(reading, sys.stdin.fileno())
    os.write(writing, arguments[0].encode() + b"\n")
    import_module(_PROGRAM).main()


@cache
def _forker() -> Forker:
    return Forker(_PROGRAM, __name__)
