"""Taking an upload's bytes: to a temporary file, digested on the way."""

import asyncio
import errno
import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import IO

from modelyard.server.kernel.errors import StorageFull, TooLarge

_PIECE_BYTES = 4 * 1024 * 1024
_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


async def receive(chunks: AsyncIterator[bytes], path: Path, max_bytes: int, report: Callable[[int], None]) -> str:
    """Writes a stream to a file and answers its SHA-256, 64 hexadecimal digits. `report` gets the bytes so far.

    A piece is written and digested, each in a thread of its own, while the next one comes in.

    :raises TooLarge: it is longer than `max_bytes`.
    :raises StorageFull: the disk is full.
    """
    digest = hashlib.sha256()
    total = 0
    with await asyncio.to_thread(path.open, "wb", buffering=0) as file:
        taking: asyncio.Future[tuple[None, None]] | None = None
        try:
            async for piece in _pieces(chunks):
                total += sum(len(chunk) for chunk in piece)
                if total > max_bytes:
                    raise too_large(max_bytes)
                if taking is not None:
                    await asyncio.shield(taking)
                taking = asyncio.gather(
                    asyncio.to_thread(_write, file, piece), asyncio.to_thread(_digest, digest, piece)
                )
                report(total)
        finally:
            # The file must not be closed under a thread that writes to it; hence the shields.
            if taking is not None:
                await asyncio.shield(taking)
    return digest.hexdigest()


def too_large(max_bytes: int) -> TooLarge:
    return TooLarge(
        f"The upload is larger than the limit of {max_bytes:,} bytes.",
        hint="Split the table, compress it, or raise the server's setting max_upload_bytes.",
    )


def storage_full() -> StorageFull:
    return StorageFull("The disk filled up during the upload; nothing was kept.", hint="Free space and try again.")


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


def _write(file: IO[bytes], piece: list[bytes]) -> None:
    try:
        for chunk in piece:
            rest = memoryview(chunk)
            while rest:
                rest = rest[file.write(rest) :]
    except OSError as error:
        if error.errno in _FULL:
            raise storage_full() from error
        raise


def _digest(digest: "hashlib._Hash", piece: list[bytes]) -> None:
    for chunk in piece:
        digest.update(chunk)
