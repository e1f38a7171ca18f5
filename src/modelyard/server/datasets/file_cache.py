"""Files of a remote store on this machine's disk, for readers that need a path."""

import asyncio
import shutil
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

from modelyard.server.storage import FileStore
from modelyard.server.storage.faults import translated

_MAX_BYTES = 10 * 1024**3


class FileCache:
    """Keeps what was used last, up to a limit. A file that is being read stays, whatever the limit.

    The folder is emptied at start: what is in it is only ever a copy.
    """

    def __init__(self, store: FileStore, folder: Path, max_bytes: int = _MAX_BYTES) -> None:
        self._store = store
        self._folder = folder
        self._max_bytes = max_bytes
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._readers: dict[str, int] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        shutil.rmtree(folder, ignore_errors=True)

    @asynccontextmanager
    async def local(self, key: str, size_bytes: int) -> AsyncIterator[Path]:
        """The file's path, for as long as the context lasts.

        :raises NotFound: the store does not have it.
        :raises Unavailable: the store cannot be reached.
        """
        path = self._store.local_path(key)
        if path is not None:
            yield path
            return
        self._readers[key] = self._readers.get(key, 0) + 1
        try:
            async with self._locks.setdefault(key, asyncio.Lock()):
                if key not in self._sizes:
                    await self._fetch(key)
                    self._sizes[key] = size_bytes
                self._sizes.move_to_end(key)
            self._evict()
            yield self._path(key)
        finally:
            self._readers[key] -= 1
            if self._readers[key] == 0:
                del self._readers[key]
                self._locks.pop(key, None)

    async def _fetch(self, key: str) -> None:
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        partial = self._path(key).with_suffix(".partial")
        try:
            with translated(key), partial.open("wb") as file:
                async for chunk in self._store.read(key):
                    await asyncio.to_thread(file.write, chunk)
            partial.rename(self._path(key))
        finally:
            partial.unlink(missing_ok=True)

    def _evict(self) -> None:
        total = sum(self._sizes.values())
        for key in [key for key in self._sizes if key not in self._readers]:
            if total <= self._max_bytes:
                return
            total -= self._sizes.pop(key)
            self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{sha256(key.encode()).hexdigest()}.parquet"
