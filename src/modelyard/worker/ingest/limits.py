"""Walls behind DuckDB's own limits, for whatever does not keep to them: of memory, and of what the disk has free.

The operating system's limits count address space, of which DuckDB's allocator reserves many times what it uses; so the
process watches the memory that it really holds, and ends itself.
"""

import os
import shutil
import threading
import time
from pathlib import Path

import psutil

from modelyard.wire.ingest import IngestMessage
from modelyard.worker.ingest.failures import IngestError, storage_full, too_much_memory
from modelyard.worker.ingest.progress import send

_SECONDS = 0.1


def limit_resources(max_bytes: int, *, folder: Path, min_free_bytes: int) -> None:
    """From now on, the process says what there is too little of and ends, when it holds more memory than this or has
    left less of the folder's disk.
    """
    process = psutil.Process()

    def exceeded() -> IngestError | None:
        if process.memory_info().rss > max_bytes:
            return too_much_memory()
        return storage_full() if shutil.disk_usage(folder).free < min_free_bytes else None

    def watch() -> None:
        while (error := exceeded()) is None:
            time.sleep(_SECONDS)
        send(IngestMessage(failure=error.failure))
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
