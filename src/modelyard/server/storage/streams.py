"""Streams of bytes to local files and back, beside the event loop and in constant memory."""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NamedTuple, Protocol

_PIECE_BYTES = 4 * 1024 * 1024
_SYNCED_BYTES = 64 * 1024 * 1024
_READ_BYTES = 256 * 1024
"""Of a file at once: little enough to stay in the processor's cache on its way to the socket."""
_NO_WAIT: int | None = getattr(os, "RWF_NOWAIT", None)


class Digest(Protocol):
    def update(self, data: bytes, /) -> object: ...

    def hexdigest(self) -> str: ...


class WrittenStream(NamedTuple):
    """`digest` is hexadecimal."""

    size_bytes: int
    digest: str


async def write_stream(
    path: Path,
    chunks: AsyncIterator[bytes],
    *,
    is_synced: bool = False,
    new_digest: Callable[[], Digest] = hashlib.sha256,
) -> WrittenStream:
    """Writes a stream to a new file. A piece is written and digested, each in a thread, while the next one comes in.

    A synced file is on the disk when this returns; the disk begins with it long before the end.

    :raises OSError: the disk is full, for example.
    """
    digest = new_digest()
    size = unsynced = 0
    with await asyncio.to_thread(path.open, "wb", buffering=0) as file:
        taking: asyncio.Future[tuple[None, None]] | None = None
        syncing: asyncio.Future[None] | None = None
        try:
            async for piece in _pieces(chunks):
                length = sum(map(len, piece))
                size += length
                unsynced += length
                if taking is not None:
                    await asyncio.shield(taking)
                taking = asyncio.gather(
                    asyncio.to_thread(_write, file.fileno(), piece), asyncio.to_thread(_update, digest, piece)
                )
                if is_synced and unsynced >= _SYNCED_BYTES and (syncing is None or syncing.done()):
                    unsynced = 0
                    syncing = asyncio.ensure_future(asyncio.to_thread(os.fdatasync, file.fileno()))
        finally:
            # The file must not be closed under a thread that works on it; hence the shields.
            for work in (taking, syncing):
                if work is not None:
                    await asyncio.shield(work)
        if is_synced:
            await asyncio.to_thread(os.fsync, file.fileno())
    return WrittenStream(size, digest.hexdigest())


async def read_stream(path: Path, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
    """The bytes of a file from `start` up to, not including, `end`, in chunks.

    What the system has in memory is read at once; only for the disk another thread waits.
    """
    with await asyncio.to_thread(path.open, "rb", buffering=0) as file:
        buffer = memoryview(bytearray(_READ_BYTES))
        position = start
        while end is None or position < end:
            size = _READ_BYTES if end is None else min(_READ_BYTES, end - position)
            chunk = _read_cached(file.fileno(), buffer[:size], position)
            if chunk is None:
                chunk = await asyncio.to_thread(os.pread, file.fileno(), size, position)
            if not chunk:
                return
            position += len(chunk)
            yield chunk


def _read_cached(descriptor: int, buffer: memoryview, position: int) -> bytes | None:
    """None when the disk would have to be waited for."""
    if _NO_WAIT is None:
        return None
    try:
        return bytes(buffer[: os.preadv(descriptor, [buffer], position, _NO_WAIT)])
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EOPNOTSUPP):
            return None
        raise


async def _pieces(chunks: AsyncIterator[bytes]) -> AsyncIterator[list[bytes]]:
    piece: list[bytes] = []
    size = 0
    async for chunk in chunks:
        piece.append(chunk)
        size += len(chunk)
        if size >= _PIECE_BYTES:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


def _write(descriptor: int, piece: list[bytes]) -> None:
    for chunk in piece:
        rest = memoryview(chunk)
        while rest:
            rest = rest[os.write(descriptor, rest) :]


def _update(digest: Digest, piece: list[bytes]) -> None:
    for chunk in piece:
        digest.update(chunk)
