"""What goes over a connection, with a small application behind the real server."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from modelyard.server.edge.connection import Connection
from tests.support.raw_http import RawClient

IDLE_SECONDS = 0.4
LENGTH, TYPE = b"content-length", b"content-type"


def start(*headers: tuple[bytes, bytes], status: int = 200) -> Message:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(content: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": more}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    path = scope["path"]
    if path == "/whole":
        await send(start((LENGTH, b"5"), (TYPE, b"text/plain")))
        await send(body(b"whole"))
    elif path == "/large":
        await send(start((LENGTH, b"300000")))
        await send(body(b"x" * 300_000))
    elif path == "/pieces":
        await send(start((LENGTH, b"6")))
        await send(body(b"one", more=True))
        await send(body(b"two"))
    elif path == "/stream":
        await send(start((TYPE, b"text/event-stream")))
        await asyncio.sleep(0.3)
        await send(body(b"late"))
    elif path == "/slow":
        await asyncio.sleep(2 * IDLE_SECONDS)
        await send(start((LENGTH, b"4")))
        await send(body(b"slow"))
    elif path == "/echo":
        message = await receive()
        await send(start((LENGTH, str(len(message["body"])).encode())))
        await send(body(message["body"]))
    elif path == "/nothing":
        await send(start(status=204))
        await send(body(b""))
    elif path == "/split":
        await send(start((LENGTH, b"0"), (b"x-name", b"a\r\nx-evil: b")))
        await send(body(b""))
    elif path == "/liar":
        await send(start((LENGTH, b"3")))
        await send(body(b"longer"))
    elif path == "/torn":
        await send(start((LENGTH, b"5")))
        raise RuntimeError


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    config = uvicorn.Config(
        app,
        port=0,
        http=Connection,
        loop="uvloop",
        lifespan="off",
        log_config=None,
        timeout_keep_alive=IDLE_SECONDS,  # type: ignore[arg-type] # whole seconds would make the tests slow
        headers=[("x-always", "there")],
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def client(port: int) -> Iterator[RawClient]:
    with RawClient(port) as opened:
        yield opened


@pytest.mark.parametrize(
    ("path", "content"), [("/whole", b"whole"), ("/large", b"x" * 300_000), ("/pieces", b"onetwo")]
)
def test_an_answer_arrives_whole_with_the_headers_of_all_answers(client: RawClient, path: str, content: bytes):
    for _ in range(3):
        answer = client.get(path)
        assert (answer.status, answer.body) == (200, content)
        assert answer.headers["x-always"] == "there"
        assert answer.headers["content-length"] == str(len(content))


def test_the_head_of_a_stream_does_not_wait_for_its_body(client: RawClient):
    began = time.monotonic()
    client.send(b"GET /stream HTTP/1.1\r\nHost: here\r\n\r\n")
    assert client.read_head().status == 200
    assert time.monotonic() - began < 0.25
    assert client.read_until(b"0\r\n\r\n") == b"4\r\nlate\r\n0\r\n\r\n"


def test_answers_without_a_body_have_none(client: RawClient):
    client.send(b"HEAD /whole HTTP/1.1\r\nHost: here\r\n\r\n")
    assert client.read_head().headers["content-length"] == "5"
    client.send(b"GET /nothing HTTP/1.1\r\nHost: here\r\n\r\n")
    assert client.read_head().status == 204
    assert client.get("/whole").body == b"whole"


def test_requests_that_are_sent_at_once_are_answered_in_order(client: RawClient):
    requests = [b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n%02d" % number for number in range(20)]
    client.send(b"".join(requests))
    assert [client.read_answer().body for _ in requests] == [b"%02d" % number for number in range(20)]


def test_a_header_cannot_add_another(client: RawClient):
    client.send(b"GET /split HTTP/1.1\r\nHost: here\r\n\r\n")
    assert client.read_to_the_end() == b""


def test_an_answer_that_is_not_as_long_as_it_says_ends_the_connection(client: RawClient):
    client.send(b"GET /liar HTTP/1.1\r\nHost: here\r\n\r\n")
    assert client.read_head().headers["content-length"] == "3"
    assert client.read_to_the_end() == b""


def test_an_error_after_the_head_is_an_error(client: RawClient):
    assert client.get("/torn").status == 500


def test_who_asks_for_the_end_of_the_connection_gets_it(client: RawClient):
    client.send(b"GET /whole HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    assert client.read_head().headers["connection"] == "close"
    assert client.read_to_the_end() == b"whole"


def test_an_idle_connection_is_closed_in_time(client: RawClient):
    client.get("/whole")
    time.sleep(IDLE_SECONDS / 2)
    client.get("/whole")
    began = time.monotonic()
    assert client.read_to_the_end() == b""
    assert IDLE_SECONDS * 0.9 < time.monotonic() - began < IDLE_SECONDS * 2


def test_a_connection_that_waits_for_its_answer_is_not_idle(client: RawClient):
    client.get("/whole")
    assert client.get("/slow").body == b"slow"
    assert client.get("/whole").body == b"whole"


def test_a_connection_on_which_a_request_arrives_is_not_idle(client: RawClient):
    client.get("/whole")
    client.send(b"GET /whole HTT")
    time.sleep(IDLE_SECONDS * 2)
    client.send(b"P/1.1\r\nHost: here\r\n\r\n")
    assert client.read_answer().body == b"whole"
