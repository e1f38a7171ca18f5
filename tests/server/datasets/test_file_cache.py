"""The local copies of files in a remote store."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from modelyard.server.datasets.file_cache import FileCache
from modelyard.server.kernel.errors import NotFound
from modelyard.server.storage import FileStore


async def content(text: str) -> AsyncIterator[bytes]:
    yield text.encode()


async def filled_store(*keys: str) -> FileStore:
    store = FileStore(MemoryStore(), "memory")
    for key in keys:
        await store.write(key, content(f"<{key}>"))
    return store


def test_a_file_is_fetched_once_and_kept(tmp_path: Path):
    async def run() -> None:
        store = await filled_store("a")
        cache = FileCache(store, tmp_path / "cache")
        async with cache.local("a", 3) as path:
            assert path.read_text() == "<a>"
        await store.delete("a")
        async with cache.local("a", 3) as path:
            assert path.read_text() == "<a>"

    asyncio.run(run())


def test_what_was_used_longest_ago_goes_first_and_what_is_read_stays(tmp_path: Path):
    async def run() -> None:
        cache = FileCache(await filled_store("a", "b", "c"), tmp_path / "cache", max_bytes=6)
        async with cache.local("a", 3) as a:
            async with cache.local("b", 3) as b:
                pass
            async with cache.local("c", 3) as c:
                assert a.exists()
                assert not b.exists()
                assert c.exists()

    asyncio.run(run())


def test_many_readers_of_one_file_fetch_it_together(tmp_path: Path):
    async def run() -> None:
        cache = FileCache(await filled_store("a"), tmp_path / "cache")

        async def read() -> str:
            async with cache.local("a", 3) as path:
                return path.read_text()

        assert await asyncio.gather(*(read() for _ in range(20))) == ["<a>"] * 20

    asyncio.run(run())


def test_a_file_that_is_not_there_leaves_nothing(tmp_path: Path):
    async def run() -> None:
        cache = FileCache(await filled_store(), tmp_path / "cache")
        with pytest.raises(NotFound):
            async with cache.local("a", 3):
                pass
        assert list((tmp_path / "cache").iterdir()) == []

    asyncio.run(run())
