"""`python -m modelyard.worker.ingest`: one table, then the end. See `modelyard.wire.ingest` for what is said."""

import errno
import os
import sys
import threading
import time
import traceback
from pathlib import Path

import duckdb

from modelyard.wire.datasets import Column, DatasetProfile, FeatureType
from modelyard.wire.ingest import PARQUET_NAME, PROFILE_NAME, IngestMessage, IngestResult, IngestTask, Retyping
from modelyard.worker.ingest.confinement import confine
from modelyard.worker.ingest.failures import IngestError, storage_full, told, unexpected
from modelyard.worker.ingest.limits import limit_resources
from modelyard.worker.ingest.meanings import Meanings, give_meaning
from modelyard.worker.ingest.profiles import profile_columns
from modelyard.worker.ingest.progress import Reporter, reporting_queries, send
from modelyard.worker.ingest.reading import (
    Written,
    content_digest_of,
    digest_of,
    raise_if_out_of_room,
    write_parquet,
)
from modelyard.worker.ingest.retyping import retype
from modelyard.worker.ingest.source_files import ARRIVING, open_source

_DUCKDB_SHARE = 0.6
_BYTES_A_THREAD = 128 * 1024 * 1024
_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


def main() -> None:
    task = IngestTask.model_validate_json(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_server, daemon=True).start()
    limit_resources(task.memory_limit_bytes, folder=Path(task.folder), min_free_bytes=task.min_free_bytes)
    try:
        message = IngestMessage(result=read_upload(task))
    except IngestError as error:
        message = IngestMessage(failure=error.failure)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the server's log and the caller learn of it
        if isinstance(error, OSError) and error.errno in _FULL:
            message = IngestMessage(failure=storage_full().failure)
        else:
            traceback.print_exc()
            message = IngestMessage(failure=unexpected(error, Path(task.folder)).failure)
    if message.failure is not None:
        message.failure = told(message.failure, Path(task.folder).parent)
    send(message)
    sys.stderr.flush()
    # Libraries that take their leave write to the same log, and would bury what went wrong.
    os._exit(0)


def _end_with_server() -> None:
    """Input stays open for as long as the server lives and wants the table."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def read_upload(task: IngestTask) -> IngestResult:
    started = time.monotonic()
    folder = Path(task.folder)
    target = folder / PARQUET_NAME
    source = open_source(Path(task.source), task.file_name, task.size_bytes, folder, task.max_table_bytes)
    connection = _connect(folder, task.memory_limit_bytes)
    if Path(task.source).stat().st_size < task.size_bytes:
        from modelyard.worker.ingest.arriving import ArrivingFiles  # noqa: PLC0415 - whole files are read without it

        connection.register_filesystem(ArrivingFiles(task.size_bytes))
    try:
        with reporting_queries(connection):
            written = write_parquet(connection, source, target, task.max_columns)
            meanings, kinds = _meanings(connection, target, written, task.retyping)
        read = time.monotonic()
        digest: list[str] = []

        def finish_files() -> None:
            # What the disk has not written of it yet, it need not write any more.
            if not task.keeps_source:
                source.path.unlink()
                Path(task.source).unlink(missing_ok=True)
            digest.append(digest_of(target))

        finishing = threading.Thread(target=finish_files)
        finishing.start()
        report = Reporter("profiling")
        report(0.0)
        content_digest = content_digest_of(connection, target, meanings.types, chosen=kinds)
        row_count, profiles = profile_columns(connection, target, meanings, report, kinds)
        finishing.join()
    except duckdb.Error as error:
        raise_if_out_of_room(error)
        raise
    finally:
        connection.close()
    profile = DatasetProfile(dataset=task.dataset, number=0, row_count=row_count, columns=profiles)
    (folder / PROFILE_NAME).write_text(profile.model_dump_json())
    return IngestResult(
        digest=digest[0],
        content_digest=content_digest,
        size_bytes=target.stat().st_size,
        row_count=row_count,
        columns=[
            Column(
                name=column.name,
                data_type=column.data_type,
                feature_type=column.feature_type,
                format=column.format,
            )
            for column in profiles
        ],
        reading_ms=round((read - started) * 1000),
        profiling_ms=round((time.monotonic() - read) * 1000),
    )


def _meanings(
    connection: duckdb.DuckDBPyConnection, target: Path, written: Written, retyping: Retyping | None
) -> tuple[Meanings, dict[str, FeatureType]]:
    """What the columns mean, and the feature types that were chosen for them."""
    if retyping is not None:
        return retype(connection, target, written.types, retyping)
    meanings = give_meaning(
        connection, target, written.types, is_typed=not written.is_text, comma_is_likely=written.comma_is_likely
    )
    return meanings, {}


def _connect(folder: Path, memory_limit_bytes: int) -> duckdb.DuckDBPyConnection:
    """DuckDB without network, extensions or files other than the task's own, within the memory limit."""
    memory = int(memory_limit_bytes * _DUCKDB_SHARE)
    processors = os.cpu_count() or 1
    connection = duckdb.connect(
        config={
            "memory_limit": f"{memory // 1024}KiB",
            "temp_directory": str(folder / "spill"),
            "threads": max(1, min(processors, memory // _BYTES_A_THREAD)),
            # Where a row is wrong, its threads for reading and those that parse may wait for each other for ever.
            "async_threads": 0,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = true")
    connection.execute("SET enable_progress_bar_print = false")
    confine(connection, "allowed_directories", [str(folder), f"{ARRIVING}://{folder}"])
    return connection


if __name__ == "__main__":
    main()
