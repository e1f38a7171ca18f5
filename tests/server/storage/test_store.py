"""Files in a local folder, in memory and in a real S3 server."""

import hashlib
import os
import resource
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from modelyard.server.kernel.errors import CorruptFile, InvalidArgument, NotFound
from modelyard.server.storage import FileStore, StoredFile, open_store
from tests.support import s3

MIB = 1024 * 1024


@pytest.fixture(params=["local", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileStore:
    if request.param == "local":
        return open_store(str(tmp_path / "files"))
    if request.param == "memory":
        return open_store("memory://")
    endpoint = request.getfixturevalue("s3_server")
    for name, value in s3.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return open_store(s3.storage_url(endpoint, tmp_path.name))


async def _pieces(content: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def _read(store: FileStore, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in store.read(key, start, end)])


@pytest.mark.parametrize("size", [0, 1, 100_000, 11 * MIB + 7])
async def test_what_is_written_is_read_and_digested(store: FileStore, size: int):
    content = os.urandom(size)
    written = await store.write("a/b c/ü.bin", _pieces(content))
    assert written.size_bytes == size
    assert written.digest == hashlib.sha256(content).hexdigest()
    assert await _read(store, "a/b c/ü.bin") == content
    assert await store.size("a/b c/ü.bin") == size
    if size > 10:
        assert await _read(store, "a/b c/ü.bin", 3, 9) == content[3:9]
        assert await _read(store, "a/b c/ü.bin", size - 5) == content[-5:]


async def test_keys_are_listed_and_deleted(store: FileStore):
    for key in ("x/1", "x/2", "y/1"):
        await store.write(key, _pieces(b"1"))
    assert sorted([key async for key in store.keys("x")]) == ["x/1", "x/2"]
    await store.delete("x/1")
    await store.delete("x/1")
    assert sorted([key async for key in store.keys()]) == ["x/2", "y/1"]


async def test_a_missing_file_is_not_found(store: FileStore):
    with pytest.raises(NotFound, match="nothing/here"):
        await _read(store, "nothing/here")


async def test_a_write_that_fails_leaves_nothing(store: FileStore):
    async def broken() -> AsyncIterator[bytes]:
        yield os.urandom(6 * MIB)
        raise RuntimeError("the client went away")

    with pytest.raises(Exception, match="the client went away"):
        await store.write("half", broken())
    assert [key async for key in store.keys()] == []


async def test_a_file_that_is_no_longer_what_was_written_is_named(store: FileStore):
    written = await store.write("report", _pieces(b"content"))
    assert await store.read_checked(written) == b"content"
    await store.write("report", _pieces(b"c0ntent"))
    with pytest.raises(CorruptFile, match="'report' is damaged or missing"):
        await store.read_checked(written)
    await store.delete("report")
    with pytest.raises(CorruptFile):
        await store.read_checked(written)


async def test_a_file_is_taken_over(store: FileStore, tmp_path: Path):
    path = tmp_path / "table"
    path.write_bytes(b"content")
    file = StoredFile("a/b/table", 7, hashlib.sha256(b"content").hexdigest())
    assert await store.adopt(file, path) == file
    assert not path.exists()
    assert await store.read_all("a/b/table") == b"content"


async def test_a_replaced_file_is_never_seen_half(tmp_path: Path):
    store = open_store(str(tmp_path))
    await store.write("k", _pieces(b"old" * 1000))

    async def slow() -> AsyncIterator[bytes]:
        yield b"new" * MIB
        assert await _read(store, "k") == b"old" * 1000
        yield b"new" * MIB

    await store.write("k", slow())
    assert await _read(store, "k") == b"new" * 2 * MIB


async def test_a_large_file_needs_little_memory(tmp_path: Path):
    store = open_store(str(tmp_path))
    piece = os.urandom(MIB)

    async def many() -> AsyncIterator[bytes]:
        for _ in range(600):
            yield piece

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await store.write("large", many())
    async for _ in store.read("large"):
        pass
    grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown_mib < 200


@pytest.mark.parametrize(
    ("url", "fault"), [("ftp://host/x", "scheme 'ftp'"), ("s3://", "s3://bucket"), ("s3://b?colour=1", "s3://bucket")]
)
def test_a_wrong_url_says_what_is_wrong(url: str, fault: str):
    with pytest.raises(InvalidArgument, match=fault):
        open_store(url)
