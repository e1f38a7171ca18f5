"""Large tables are read while the rest of them is still on its way."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from tests.support.server import ModelyardServer, ServerWithOwnReaders
from tests.support.waiting import wait_until

VERSIONS = "projects/default/datasets/{}/versions"
ROWS = "".join(f"{number},{number / 7},some words and {number % 97}\n" for number in range(900_000)).encode()
CSV = b"a,b,c\n" + ROWS
HELD_BACK = 100_000


class Sending:
    """An upload whose last part is held back until `finish`."""

    def __init__(self, server: ModelyardServer, dataset: str, content: bytes, *, announces_length: bool = True) -> None:
        self.answer: httpx.Response | None = None
        self._server = server
        self._dataset = dataset
        self._content = content
        self._headers = {"Content-Length": str(len(content))} if announces_length else {}
        self._rest = threading.Event()
        self._thread = threading.Thread(target=self._send, daemon=True)
        self._thread.start()

    def finish(self) -> httpx.Response:
        self._rest.set()
        self._thread.join(60)
        assert self.answer is not None
        return self.answer

    def _send(self) -> None:
        with self._server.client() as client:
            path = VERSIONS.format(self._dataset)
            params = {"filename": "t.csv"}
            self.answer = client.post(path, params=params, headers=self._headers, content=self._parts())

    def _parts(self) -> Iterator[bytes]:
        until = len(self._content) - HELD_BACK
        for start in range(0, until, 1_000_000):
            yield self._content[start : min(start + 1_000_000, until)]
        assert self._rest.wait(60)
        yield self._content[until:]


@pytest.fixture
def server(new_server: Callable[..., ModelyardServer]) -> ModelyardServer:
    return new_server(ServerWithOwnReaders).start()


def tables_being_written(server: ModelyardServer) -> list[Path]:
    return list((server.data_dir / "tmp").glob("upload-*/table.parquet"))


@contextmanager
def read_while_arriving(server: ModelyardServer, dataset: str, content: bytes) -> Iterator[Sending]:
    assert len(content) > 16 * 1024 * 1024 + HELD_BACK
    sending = Sending(server, dataset, content)
    wait_until(lambda: tables_being_written(server) != [])
    yield sending
    wait_until(lambda: list((server.data_dir / "tmp").glob("upload-*")) == [])


def test_the_version_is_the_same_as_of_a_file_that_was_whole(server: ModelyardServer):
    with read_while_arriving(server, "table", CSV) as sending:
        answer = sending.finish()
    assert answer.status_code == 201
    assert answer.json()["version"]["row_count"] == 900_000
    # Other bytes, the same rows: only a table that was read right is known to be the one before.
    again = Sending(server, "table", CSV.removesuffix(b"\n"), announces_length=False).finish()
    assert (again.status_code, again.json()["created"]) == (200, False)


def test_a_last_value_of_another_kind_makes_the_column_fit_it(server: ModelyardServer):
    with read_while_arriving(server, "table", CSV + b"many,0.5,word\n") as sending:
        answer = sending.finish()
    assert answer.status_code == 201
    types = {column["name"]: column["data_type"] for column in answer.json()["version"]["columns"]}
    assert types == {"a": "VARCHAR", "b": "DOUBLE", "c": "VARCHAR"}


@pytest.mark.parametrize(
    ("last_row", "problem"),
    [
        (b"1,2\n", {"path": "row 900002", "message": "it has 2 values, the header has 3 columns"}),
        (b"1,2,\xff\n", {"path": "row 900002", "message": "is not UTF-8"}),
    ],
)
def test_what_is_wrong_with_the_last_row_is_said(server: ModelyardServer, last_row: bytes, problem: dict[str, str]):
    with read_while_arriving(server, "table", CSV + last_row) as sending:
        answer = sending.finish()
    assert answer.status_code == 422
    told = answer.json()["error"]["problems"][0]
    assert told["path"] == problem["path"]
    assert problem["message"] in told["message"]
    with server.client() as client:
        assert client.get("projects/default/datasets").json()["items"] == []


def test_slow_clients_keep_nobody_from_having_a_table_read(server: ModelyardServer):
    assert server.process is not None
    slow = [Sending(server, f"slow{number}", CSV) for number in range(2)]
    # One caller has one place for large tables; small ones have theirs.
    wait_until(lambda: len(tables_being_written(server)) == 1)
    with server.client() as client:
        quick = client.post(VERSIONS.format("quick"), params={"filename": "t.csv"}, content=b"a\n1\n")
    assert quick.status_code == 201
    # Who waits too long for the rest is given up, and read again when it is there.
    program = psutil.Process(server.process.pid)
    wait_until(lambda: program.children() == [])
    for sending in slow:
        answer = sending.finish()
        assert answer.status_code == 201
        assert answer.json()["version"]["row_count"] == 900_000
    assert "ERROR" not in server.log_file.read_text()
