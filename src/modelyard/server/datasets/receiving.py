"""Taking an upload's bytes: to a temporary file, digested on the way."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

from blake3 import blake3

from modelyard.server.kernel.errors import StorageFull, TooLarge
from modelyard.server.storage.faults import translated
from modelyard.server.storage.streams import Written, write_stream


async def receive(chunks: AsyncIterator[bytes], path: Path, max_bytes: int, report: Callable[[int], None]) -> Written:
    """Writes a stream to a file and answers its size and BLAKE3 digest, 64 hexadecimal digits.

    `report` gets the bytes so far. The digest only tells whether the same file comes again, and BLAKE3 takes a third
    of the time of SHA-256.

    :raises TooLarge: it is longer than `max_bytes`.
    :raises StorageFull: the disk is full.
    """
    with translated(path.name):
        return await write_stream(path, _counted(chunks, max_bytes, report), new_digest=blake3)


def too_large(max_bytes: int) -> TooLarge:
    return TooLarge(
        f"The upload is larger than the limit of {max_bytes:,} bytes.",
        hint="Split the table, compress it, or raise the server's setting max_upload_bytes.",
    )


def storage_full() -> StorageFull:
    return StorageFull("The disk filled up during the upload; nothing was kept.", hint="Free space and try again.")


async def _counted(chunks: AsyncIterator[bytes], max_bytes: int, report: Callable[[int], None]) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise too_large(max_bytes)
        report(size)
        yield chunk
