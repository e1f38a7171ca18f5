"""Whose table is read next, and work that nobody waits for."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from modelyard.server.datasets.ingest import Ingest, TableFile
from modelyard.server.datasets.row_conditions import RowConditions
from modelyard.server.datasets.rows import RowQuery
from modelyard.server.datasets.turns import Turns
from modelyard.server.settings import Settings
from tests.support.raw_http import RawClient
from tests.support.server import ModelyardServer, ServerWithOwnReaders
from tests.support.waiting import wait_until


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


class Reads:
    """Turns that are held until the test ends them."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.begun: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def ask(self, name: str, *, is_short: bool = False) -> None:
        """`name` is the caller's, and a number."""
        self._ends[name] = asyncio.Event()

        async def hold() -> None:
            async with self.turns.turn(name[0], is_short=is_short):
                self.begun.append(name)
                await self._ends[name].wait()

        self._tasks[name] = asyncio.create_task(hold())
        await settled()

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await settled()

    async def give_up(self, name: str) -> None:
        self._tasks[name].cancel()
        await settled()


async def test_no_caller_has_all_places():
    reads = Reads()
    for name in ("a1", "a2", "b1", "c1"):
        await reads.ask(name)
    assert reads.begun == ["a1", "b1"]
    for name in ("a3", "b2", "c2"):
        await reads.ask(name, is_short=True)
    assert reads.begun == ["a1", "b1", "a3"]
    await reads.end("a3")
    assert reads.begun == ["a1", "b1", "a3", "c2"]
    await reads.end("b1")
    assert reads.begun[4:] == ["b2"], "who has nothing comes first"
    await reads.end("c2")
    assert reads.begun[5:] == ["c1"]


async def test_a_caller_of_many_small_tables_leaves_a_place():
    reads = Reads()
    for name in ("a1", "a2", "a3", "a4"):
        await reads.ask(name, is_short=True)
    assert reads.begun == ["a1", "a2"]
    await reads.ask("b1", is_short=True)
    assert reads.begun == ["a1", "a2", "b1"]


async def test_who_gives_up_waiting_or_reading_leaves_no_place_taken():
    reads = Reads()
    for name in ("a1", "a2", "a3"):
        await reads.ask(name)
    await reads.give_up("a2")
    await reads.give_up("a1")
    assert reads.begun == ["a1", "a3"]
    await reads.end("a3")
    assert reads.turns.is_free("a", is_short=False)


class Sender(RawClient):
    """Uploads a table of 16 MiB: first most of it, and the rest when it is told to. Closing it is leaving."""

    _FIRST, _REST = b"a,b\n" + b"1,2\n" * (4 * 2**20), b"5,6\n" * 1000

    def __init__(self, server: ModelyardServer, name: str) -> None:
        super().__init__(int(server.url.rpartition(":")[2]))
        length = len(self._FIRST) + len(self._REST)
        path = f"/api/v1/projects/default/datasets/{name}/versions?filename=t.csv"
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n"
        self.send(head.encode() + self._FIRST)

    def send_rest(self) -> None:
        self.send(self._REST)


def readers(server: ModelyardServer) -> set[int]:
    """The processes that read tables."""
    assert server.process is not None
    found = set()
    for child in psutil.Process(server.process.pid).children():
        with suppress(psutil.Error):
            if "modelyard.worker.ingest" in child.cmdline():
                found.add(child.pid)
    return found


def held_reader(server: ModelyardServer, known: set[int] | None = None) -> int:
    """The process that reads what came last: from now on it does nothing, as if it had no end."""
    (process_id,) = wait_until(lambda: readers(server) - (known or set()), 30)
    os.kill(process_id, signal.SIGSTOP)
    return int(process_id)


def upload(server: ModelyardServer, name: str, content: bytes = b"a,b\n1,2\n") -> httpx.Response:
    with server.client() as http:
        return http.post(f"projects/default/datasets/{name}/versions?filename=t.csv", content=content)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Callable[..., ModelyardServer]]:
    """On SQLite: what is tried here has nothing to do with the database."""
    made: list[ModelyardServer] = []

    def make(**settings: object) -> ModelyardServer:
        made.append(ServerWithOwnReaders(tmp_path / f"data-{len(made)}", None, **settings))
        return made[-1].start()

    yield make
    for server in made:
        server.stop()


def test_a_small_table_does_not_wait_for_large_ones_and_reading_ends_with_who_waits(
    own_server: Callable[..., ModelyardServer],
):
    server = own_server()
    with Sender(server, "first") as first:
        held = held_reader(server)
        first.send_rest()
        with Sender(server, "second") as second:
            second.send_rest()
            assert upload(server, "small").status_code == 201
            wait_until(lambda: len(readers(server)) == 2)
        wait_until(lambda: readers(server) == {held}, 10)
    wait_until(lambda: not readers(server), 10)
    wait_until(lambda: not list((server.data_dir / "tmp").glob("upload-*")), 10)
    with Sender(server, "third") as third:
        third.send_rest()
        assert third.read_head().status == 201


def test_reading_has_a_limit_of_time(own_server: Callable[..., ModelyardServer]):
    server = own_server(ingest_timeout_seconds=2)
    with Sender(server, "endless") as sender:
        held_reader(server)
        sender.send_rest()
        answer = sender.read_answer()
    assert (answer.status, b"longer than 2 s" in answer.body) == (413, True)
    assert not readers(server)


@pytest.mark.parametrize("is_announced", [True, False])
def test_uploads_leave_some_of_the_disk(own_server: Callable[..., ModelyardServer], is_announced: bool):
    server = own_server(min_free_disk_mb=2**40)
    content = b"a,b\n" + b"1,2\n" * (5 * 2**20)
    refused = upload(server, "t", content if is_announced else iter([content[: 2**23], content[2**23 :]]))  # type: ignore[arg-type]
    assert (refused.status_code, refused.json()["error"]["code"]) == (507, "storage_full")


async def test_a_query_of_rows_ends_with_who_waits(tmp_path: Path):
    endless = "SELECT count(*) FROM range(1000000000000) AS t(i) WHERE $path <> '' AND i % 7 = $offset + $limit"
    with ThreadPoolExecutor(1) as pool:
        query = RowQuery(tmp_path, endless, RowConditions(), tmp_path / "none", 1, 2)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(query.run_in(pool), 0.5)
        assert await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(pool, lambda: 1), 5) == 1


async def test_a_small_file_that_holds_much_is_read_in_its_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("modelyard.server.datasets.ingest._SHORT_SECONDS", 0.01)
    settings = Settings(data_dir=tmp_path)
    settings.temporary_dir.mkdir()
    folder = settings.temporary_dir / "upload"
    folder.mkdir()
    (folder / "source").write_bytes(b"a,b\n1,2\n")
    async with Ingest(settings).reader(folder, "me") as reader:
        result = await reader.read(TableFile(folder / "source", "t.csv", 8, "t"), lambda _progress: None)
    assert result.row_count == 1
