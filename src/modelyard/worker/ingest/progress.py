"""Messages to the server, a line each."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import duckdb

from modelyard.wire.ingest import IngestMessage, IngestProgress

_SECONDS = 0.25


def send(message: IngestMessage) -> None:
    sys.stdout.write(message.model_dump_json() + "\n")
    sys.stdout.flush()


class Reporter:
    """Tells how far a stage is, a few times a second."""

    def __init__(self, stage: Literal["reading", "profiling"]) -> None:
        self._stage = stage
        self._last = 0.0

    def __call__(self, fraction: float | None) -> None:
        if time.monotonic() - self._last >= _SECONDS:
            self._last = time.monotonic()
            send(IngestMessage(progress=IngestProgress(stage=self._stage, fraction=fraction)))


@contextmanager
def reporting_queries(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Reports the progress of the queries that run inside."""
    report = Reporter("reading")
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_SECONDS):
            percent = connection.query_progress()
            report(percent / 100 if percent >= 0 else None)

    report(None)
    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
