"""A version's model folder as one zip file, made while it is sent."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence

from zipstream import ZIP_STORED, ZipStream  # type: ignore[import-untyped]

from modelyard.server.registry.versions.files import MODEL_FOLDER
from modelyard.server.storage import FileStore
from modelyard.wire.models import VersionFile


def zip_model(store: FileStore, files: Sequence[tuple[VersionFile, str]], folder: str) -> tuple[Iterator[bytes], int]:
    """The bytes of the zip, and how many they are. Memory does not grow with the size of the files.

    Iterate beside the event loop: it waits for the store. Files are stored as they are; model files are already
    dense, and so the length is known before the first byte.
    """
    loop = asyncio.get_running_loop()
    archive = ZipStream(compress_type=ZIP_STORED, sized=True)
    for file, key in files:
        name = f"{folder}/{file.path.removeprefix(MODEL_FOLDER)}"
        archive.add(_chunks(store.read(key), loop), name, size=file.size_bytes)
    return iter(archive), len(archive)


def _chunks(stream: AsyncIterator[bytes], loop: asyncio.AbstractEventLoop) -> Iterator[bytes]:
    async def following() -> bytes | None:
        return await anext(stream, None)

    while (chunk := asyncio.run_coroutine_threadsafe(following(), loop).result()) is not None:
        yield chunk
