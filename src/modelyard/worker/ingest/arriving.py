"""A file that is read while the rest of it is still being written."""

import io
from pathlib import Path
from typing import Any

import fsspec

from modelyard.worker.ingest.source_files import ARRIVING, wait_for


class ArrivingFiles(fsspec.AbstractFileSystem):  # type: ignore[misc]
    """Files that will have `size_bytes` each, to be registered with DuckDB: reading waits for what is still to come."""

    protocol = ARRIVING
    cachable = False

    def __init__(self, size_bytes: int) -> None:
        super().__init__()
        self._size_bytes = size_bytes

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        return {"name": path, "size": self._size_bytes, "type": "file"}

    def modified(self, path: str) -> float:
        return Path(self._strip_protocol(path)).stat().st_mtime

    def _open(self, path: str, *_: Any, **__: Any) -> "_ArrivingFile":
        return _ArrivingFile(Path(path), self._size_bytes)


class _ArrivingFile(io.FileIO):
    def __init__(self, path: Path, size_bytes: int) -> None:
        super().__init__(path)
        self._path = path
        self._size_bytes = size_bytes

    def read(self, size: int | None = -1, /) -> bytes:
        most = self._size_bytes - self.tell()
        wanted = most if size is None or size < 0 else min(size, most)
        wait_for(self._path, self.tell() + wanted)
        return super().read(wanted)
