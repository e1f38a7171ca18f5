"""Uploads that end badly: limits, a full disk, a client or a server that goes away."""

import contextlib
import gzip
import os
import random
import resource
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from tests.support.server import ModelyardServer, ServerWithOwnReaders

VERSIONS = "projects/default/datasets/table/versions"
ROWS = "".join(f"{number},{random.Random(number).random()}\n" for number in range(100_000))
CSV = f"a,b\n{ROWS}".encode()


def post(server: ModelyardServer, content: bytes, filename: str = "t.csv") -> httpx.Response:
    with server.client() as client:
        return client.post(VERSIONS, params={"filename": filename}, content=content)


def left_behind(server: ModelyardServer) -> list[Path]:
    folders = (server.data_dir / "files", server.data_dir / "tmp")
    # Unlike rglob, os.walk does not mind folders that vanish meanwhile.
    return [Path(root) / name for folder in folders for root, _, names in os.walk(folder) for name in names]


def assert_nothing_is_left(server: ModelyardServer) -> None:
    deadline = time.monotonic() + 10
    while left_behind(server) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left_behind(server) == []
    with server.client() as client:
        assert client.get("projects/default/datasets").json()["items"] == []


def error_code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_limits_of_size(new_server: Callable[..., ModelyardServer]):
    server = new_server(max_upload_bytes=1_000_000, max_table_bytes=2_000_000).start()
    assert error_code(post(server, CSV)) == (413, "too_large")
    with server.client() as client:
        chunked = (CSV[start : start + 100_000] for start in range(0, len(CSV), 100_000))
        assert error_code(client.post(VERSIONS, params={"filename": "t.csv"}, content=chunked)) == (413, "too_large")
    bomb = gzip.compress(b"a,b\n" + b"0,0\n" * 20_000_000)
    assert len(bomb) < 1_000_000
    started = time.monotonic()
    answer = post(server, bomb, "t.csv.gz")
    assert error_code(answer) == (413, "too_large")
    assert "2,000,000 bytes" in answer.json()["error"]["message"]
    assert time.monotonic() - started < 10
    assert_nothing_is_left(server)


@pytest.mark.footprint
def test_a_table_that_needs_too_much_memory(new_server: Callable[..., ModelyardServer]):
    server = new_server(ServerWithOwnReaders, ingest_memory_limit_mb=16).start()
    answer = post(server, CSV)
    assert error_code(answer) == (413, "too_large")
    assert "memory" in answer.json()["error"]["message"]
    assert_nothing_is_left(server)


def test_a_disk_that_fills_up(new_server: Callable[..., ModelyardServer]):
    server = new_server(ServerWithOwnReaders).start()
    assert server.process is not None
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1_000_000, hard))
    assert len(CSV) > 1_000_000
    assert error_code(post(server, CSV)) == (507, "storage_full"), "while it is received"
    packed = gzip.compress(b"a,b\n" + b"0,0\n" * 1_000_000)
    assert error_code(post(server, packed, "t.csv.gz")) == (507, "storage_full"), "while it is unpacked"
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
    assert_nothing_is_left(server)
    assert post(server, CSV).status_code == 201


def test_a_client_that_vanishes(new_server: Callable[..., ModelyardServer]):
    server = new_server(ServerWithOwnReaders).start()
    address = urlsplit(server.url)
    assert address.hostname is not None
    for body in (b"", CSV[:100_000], CSV):
        with socket.create_connection((address.hostname, address.port or 0)) as client:
            head = f"POST /api/v1/{VERSIONS}?filename=t.csv HTTP/1.1\r\nHost: {address.netloc}\r\n"
            client.sendall(f"{head}Content-Length: 50000000\r\n\r\n".encode() + body)
            deadline = time.monotonic() + 10
            while not list((server.data_dir / "tmp").glob("upload-*")) and time.monotonic() < deadline:
                time.sleep(0.01)
        assert_nothing_is_left(server)
    assert "ERROR" not in server.log_file.read_text()


def test_a_server_that_is_killed_during_an_upload(new_server: Callable[..., ModelyardServer]):
    server = new_server(ServerWithOwnReaders).start()
    address = urlsplit(server.url)
    assert address.hostname is not None
    with socket.create_connection((address.hostname, address.port or 0)) as client:
        head = f"POST /api/v1/{VERSIONS}?filename=t.csv HTTP/1.1\r\nHost: {address.netloc}\r\n"
        client.sendall(f"{head}Content-Length: 50000000\r\n\r\n".encode() + CSV)
        time.sleep(0.3)
        server.kill()
    server.restart()
    assert_nothing_is_left(server)
    assert post(server, CSV).status_code == 201
    assert server.verify()["faults"] == []


def test_the_reading_process_ends_with_its_server(new_server: Callable[..., ModelyardServer]):
    server = new_server(ServerWithOwnReaders).start()
    assert server.process is not None

    def send() -> None:
        with contextlib.suppress(httpx.TransportError):
            post(server, b"a,b\n" + CSV[4:] * 20)

    sender = threading.Thread(target=send)
    sender.start()
    readers: list[psutil.Process] = []
    deadline = time.monotonic() + 20
    while not readers and time.monotonic() < deadline:
        readers = psutil.Process(server.process.pid).children()
    server.kill()
    sender.join(20)
    assert len(readers) == 1
    assert psutil.wait_procs(readers, timeout=10)[1] == []
    server.restart()
    assert_nothing_is_left(server)


@pytest.mark.parametrize("header", ["abc", "-5"])
def test_a_length_that_is_no_number(server: ModelyardServer, header: str):
    address = urlsplit(server.url)
    assert address.hostname is not None
    with socket.create_connection((address.hostname, address.port or 0)) as client:
        client.settimeout(10)
        head = f"POST /api/v1/{VERSIONS}?filename=t.csv HTTP/1.1\r\nHost: {address.netloc}\r\n"
        client.sendall(f"{head}Content-Length: {header}\r\n\r\n".encode())
        assert b" 400 " in client.recv(1000)
