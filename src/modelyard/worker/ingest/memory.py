"""A wall behind DuckDB's own memory limit, for whatever does not keep to it.

The operating system's limits count address space, of which DuckDB's allocator reserves many times what it uses; so the
process watches the memory that it really holds, and ends itself.
"""

import os
import threading
import time

import psutil

from modelyard.wire.ingest import IngestMessage
from modelyard.worker.ingest.failures import too_much_memory
from modelyard.worker.ingest.progress import send

_SECONDS = 0.1


def limit_memory(most_bytes: int) -> None:
    """From now on, the process says that the table is too large and ends when it holds more than this."""
    process = psutil.Process()

    def watch() -> None:
        while process.memory_info().rss <= most_bytes:
            time.sleep(_SECONDS)
        send(IngestMessage(failure=too_much_memory().failure))
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
