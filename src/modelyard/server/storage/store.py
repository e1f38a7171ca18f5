"""Files by key, streamed, over obstore."""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, S3Store

from modelyard.server.kernel.errors import CorruptFile, NotFound
from modelyard.server.storage.faults import translated
from modelyard.server.storage.streams import read_stream, write_stream

CHUNK_BYTES = 8 * 1024 * 1024
"""S3 refuses parts below 5 MiB."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    key: str
    size_bytes: int
    digest: str
    """SHA-256, 64 hexadecimal digits."""


class FileStore:
    """Keys are relative paths with `/`. A file appears whole or not at all: it is written under a temporary name and
    renamed (local), or completes a multipart upload (S3). What was written survives a power cut.
    """

    def __init__(self, store: LocalStore | S3Store | MemoryStore, kind: Literal["local", "s3", "memory"]) -> None:
        self._store = store
        self.kind = kind

    async def write(self, key: str, chunks: AsyncIterator[bytes]) -> StoredFile:
        """Stores a stream in constant memory, replacing what was there.

        :raises StorageFull: no space; nothing is left behind.
        :raises Unavailable: the store cannot be reached.
        """
        path = self.local_path(key)
        with translated(key):
            if path is not None:
                return await self._write_local(key, path, chunks)
            hashed = _Hashed(chunks)
            await obstore.put_async(self._store, key, hashed.stream(), chunk_size=CHUNK_BYTES, max_concurrency=4)
        return StoredFile(key, hashed.size_bytes, hashed.digest())

    async def write_file(self, key: str, path: Path) -> StoredFile:
        """Stores a local file."""
        return await self.write(key, read_stream(path))

    async def adopt(self, file: StoredFile, path: Path) -> StoredFile:
        """Stores a local file whose size and digest are known, and takes it away from `path`.

        In a local folder on the same disk it is renamed, not copied.

        :raises StorageFull: no space; nothing is left behind.
        :raises Unavailable: the store cannot be reached.
        """
        target = self.local_path(file.key)
        with translated(file.key):
            if target is not None and await asyncio.to_thread(_move, path, target):
                await asyncio.to_thread(self._sync, target)
                return file
        stored = await self.write_file(file.key, path)
        await asyncio.to_thread(path.unlink)
        return stored

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`, in chunks.

        :raises NotFound: there is no such file.
        """
        path = self.local_path(key)
        if path is not None:
            with translated(key):
                async for piece in read_stream(path, start, end):
                    yield piece
            return
        with translated(key):
            if start == 0 and end is None:
                result = await obstore.get_async(self._store, key)
                async for chunk in result.stream(min_chunk_size=CHUNK_BYTES):
                    yield bytes(chunk)
                return
            stop = end if end is not None else await self.size(key)
            while start < stop:
                step = min(start + CHUNK_BYTES, stop)
                yield bytes(await obstore.get_range_async(self._store, key, start=start, end=step))
                start = step

    async def read_all(self, key: str) -> bytes:
        """A small file, whole."""
        with translated(key):
            return bytes(await (await obstore.get_async(self._store, key)).bytes_async())

    async def read_checked(self, file: StoredFile) -> bytes:
        """A small file, whole, if it is what was written.

        :raises CorruptFile: its digest is another, or it is not there.
        """
        try:
            content = await self.read_all(file.key)
        except NotFound:
            content = b""
        if hashlib.sha256(content).hexdigest() != file.digest:
            raise CorruptFile.of(file.key)
        return content

    async def sign(self, method: Literal["GET", "PUT"], keys: Sequence[str], seconds: int) -> list[str] | None:
        """Addresses at the storage itself that are valid for so long; None where the storage has none.

        :raises Unavailable: there are no credentials to sign with.
        """
        if not isinstance(self._store, S3Store):
            return None
        with translated(keys[0]):
            return list(await obstore.sign_async(self._store, method, keys, timedelta(seconds=seconds)))

    async def size(self, key: str) -> int:
        with translated(key):
            return (await obstore.head_async(self._store, key))["size"]

    async def delete(self, key: str) -> None:
        """Deletes a file; one that is not there is fine."""
        path = self.local_path(key)
        with translated(key):
            if path is not None:
                await asyncio.to_thread(_partial(path).unlink, missing_ok=True)
            try:
                await obstore.delete_async(self._store, key)
            except (FileNotFoundError, BaseError) as error:
                if not _is_missing(error):
                    raise

    async def keys(self, prefix: str = "") -> AsyncIterator[str]:
        """Every key below a prefix, in no promised order."""
        with translated(prefix):
            async for batch in obstore.list(self._store, prefix=prefix or None):
                for item in batch:
                    yield item["path"]

    def local_path(self, key: str) -> Path | None:
        """The path of a file on this machine's disk, or None."""
        if isinstance(self._store, LocalStore) and self._store.prefix is not None:
            return Path(self._store.prefix) / key
        return None

    async def _write_local(self, key: str, path: Path, chunks: AsyncIterator[bytes]) -> StoredFile:
        partial = _partial(path)
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        try:
            written = await write_stream(partial, chunks, is_synced=True)
            await asyncio.to_thread(partial.rename, path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        await asyncio.to_thread(self._sync_names, path)
        return StoredFile(key, written.size_bytes, written.digest)

    def _sync(self, path: Path) -> None:
        """Puts a file of the local folder, and the names on the way to it, on the disk."""
        _sync_to_disk(path)
        self._sync_names(path)

    def _sync_names(self, path: Path) -> None:
        root = self.local_path("")
        for folder in path.parents:
            _sync_to_disk(folder)
            if folder == root:
                break


class _Hashed:
    """A stream that counts and digests what passes, in pieces large enough to hash beside the event loop."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks
        self._sha256 = hashlib.sha256()
        self.size_bytes = 0

    async def stream(self) -> AsyncIterator[bytes]:
        waiting = bytearray()
        digesting: asyncio.Future[None] | None = None
        async for chunk in self._chunks:
            waiting += chunk
            if len(waiting) >= CHUNK_BYTES:
                piece, waiting = bytes(waiting), bytearray()
                digesting = await self._digest(piece, digesting)
                yield piece
        piece = bytes(waiting)
        digesting = await self._digest(piece, digesting)
        yield piece
        await digesting

    def digest(self) -> str:
        return self._sha256.hexdigest()

    async def _digest(self, piece: bytes, before: "asyncio.Future[None] | None") -> "asyncio.Future[None]":
        """Begins to digest a piece after the one before it; meanwhile the store writes it and the next one comes."""
        if before is not None:
            await before
        self.size_bytes += len(piece)
        return asyncio.get_running_loop().run_in_executor(None, self._sha256.update, piece)


def _partial(path: Path) -> Path:
    """The path of an incomplete file: a name that obstore leaves out when it lists the folder."""
    return path.with_name(f"{path.name}#1")


def _move(path: Path, target: Path) -> bool:
    """Renames a file; False when the target is on another disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.rename(target)
    except OSError as error:
        if error.errno == errno.EXDEV:
            return False
        raise
    return True


def _sync_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_missing(error: Exception) -> bool:
    return isinstance(error, FileNotFoundError)
