"""Taking an upload's bytes: to a temporary file, digested on the way."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from blake3 import blake3

from modelyard.server.kernel.errors import StorageFull, TooLarge
from modelyard.server.settings import GIB, MIB, Settings
from modelyard.server.storage.faults import translated
from modelyard.server.storage.streams import WrittenStream, write_stream

_LOOK_BYTES = 16 * MIB


async def receive(
    chunks: AsyncIterator[bytes], path: Path, settings: Settings, report: Callable[[int], None]
) -> WrittenStream:
    """Writes a stream to a file and answers its size and BLAKE3 digest, 64 hexadecimal digits.

    `report` gets the bytes so far. The digest only tells whether the same file comes again, and BLAKE3 takes a third
    of the time of SHA-256.

    :raises TooLarge: it is longer than the settings allow.
    :raises StorageFull: the disk is full.
    """
    with translated(path.name):
        return await write_stream(path, _counted(chunks, path.parent, settings, report), new_digest=blake3)


def check_room(settings: Settings, size_bytes: int) -> None:
    """:raises StorageFull: the disk has no room for so many bytes more."""
    room = shutil.disk_usage(settings.temporary_dir).free - min_free_bytes(settings)
    if size_bytes > room:
        raise StorageFull(
            f"The disk has no room for the upload: {size_bytes:,} bytes, and {max(0, room):,} may be taken.",
            hint="Free space, or lower the server's setting min_free_disk_mb.",
        )


def min_free_bytes(settings: Settings) -> int:
    """The disk space that uploads leave free for everything else."""
    if settings.min_free_disk_mb is not None:
        return settings.min_free_disk_mb * MIB
    return min(GIB, shutil.disk_usage(settings.temporary_dir).total // 20)


def too_large(max_bytes: int) -> TooLarge:
    return TooLarge(
        f"The upload is larger than the limit of {max_bytes:,} bytes.",
        hint="Split the table, compress it, or raise the server's setting max_upload_bytes.",
    )


def storage_full() -> StorageFull:
    return StorageFull("The disk filled up during the upload; nothing was kept.", hint="Free space and try again.")


async def _counted(
    chunks: AsyncIterator[bytes], folder: Path, settings: Settings, report: Callable[[int], None]
) -> AsyncIterator[bytes]:
    size = looked_at = 0
    min_free = min_free_bytes(settings)
    async for chunk in chunks:
        size += len(chunk)
        if size > settings.max_upload_bytes:
            raise too_large(settings.max_upload_bytes)
        if size - looked_at > _LOOK_BYTES:
            looked_at = size
            if shutil.disk_usage(folder).free < min_free:
                raise storage_full()
        report(size)
        yield chunk
