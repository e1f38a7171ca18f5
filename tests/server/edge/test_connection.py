"""What goes over a connection, with a small application behind the real server."""

import asyncio
import contextlib
import inspect
import threading
import time
from collections.abc import Iterator
from importlib.metadata import requires, version

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from modelyard.server.edge.connection import Connection, watched
from modelyard.server.edge.watch import Limits, Watch, owner_of
from tests.support.raw_http import RawClient

IDLE_SECONDS = 0.4
HEAD_SECONDS = 1.2
LIMITS = Limits(
    idle_seconds=IDLE_SECONDS,
    head_seconds=HEAD_SECONDS,
    body_seconds=0.8,
    leaving_seconds=0.6,
    reading_seconds=0.8,
    most=12,
    max_per_address=10,
)
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
    elif path == "/endless":
        await send(start())
        for _ in range(1000):
            await send(body(b"x" * 100_000, more=True))
    elif path == "/all":
        size = 0
        while (message := await receive()).get("more_body", False):
            size += len(message["body"])
        await send(start((LENGTH, b"3")))
        await send(body(b"all"))
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
        http=watched(Watch(LIMITS)),
        loop="uvloop",
        lifespan="off",
        log_config=None,
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


def test_a_head_that_does_not_end_is_given_up(client: RawClient):
    """However many drops it comes in."""
    began = time.monotonic()
    client.send(b"GET /whole HTTP/1.1\r\n")
    while time.monotonic() - began < HEAD_SECONDS * 0.7:
        client.send(b"x: y\r\n")
        time.sleep(0.1)
    assert client.read_head().status == 408
    assert client.read_to_the_end() == b"The request did not arrive in time."
    assert time.monotonic() - began < HEAD_SECONDS * 2


def test_a_connection_on_which_nothing_comes_is_closed(client: RawClient):
    began = time.monotonic()
    assert client.read_to_the_end() == b""
    assert HEAD_SECONDS * 0.7 < time.monotonic() - began < HEAD_SECONDS * 2


def test_a_body_of_which_no_more_comes_is_given_up(client: RawClient):
    client.send(b"POST /all HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nxxx")
    began = time.monotonic()
    assert client.read_to_the_end() == b""
    assert time.monotonic() - began < 2


def test_a_body_that_comes_slowly_is_waited_for(client: RawClient):
    client.send(b"POST /all HTTP/1.1\r\nHost: here\r\nContent-Length: 6\r\n\r\n")
    for _ in range(6):
        time.sleep(0.3)
        client.send(b"x")
    assert client.read_answer().body == b"all"


def test_who_goes_on_sending_after_the_answer_is_left(client: RawClient):
    client.send(b"POST /whole HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n")
    assert client.read_answer().body == b"whole"
    began = time.monotonic()
    with contextlib.suppress(ConnectionError):
        while time.monotonic() - began < 5:
            client.send(b"5\r\nxxxxx\r\n")
            time.sleep(0.05)
    assert time.monotonic() - began < 3


def test_who_reads_no_answer_is_left(client: RawClient):
    client.send(b"GET /endless HTTP/1.1\r\nHost: here\r\n\r\n")
    time.sleep(2)
    with contextlib.suppress(ConnectionResetError):
        client.read_to_the_end()
    assert client.received < 50_000_000


@pytest.mark.parametrize("head", [b"x: " + b"y" * 300_000, b"a: b\r\n" * 60_000], ids=["a long one", "many"])
def test_a_head_that_is_too_large_is_refused(client: RawClient, head: bytes):
    with contextlib.suppress(ConnectionError):
        client.send(b"GET /whole HTTP/1.1\r\nHost: here\r\n" + head)
    assert client.read_head().status == 431


def test_too_many_headers_are_refused(client: RawClient):
    client.send(b"GET /whole HTTP/1.1\r\n" + b"a: b\r\n" * 300 + b"\r\n")
    assert client.read_answer().status == 431


def test_what_follows_a_body_is_passed_over(client: RawClient):
    client.send(b"POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nxxxxx\r\n0\r\n")
    client.send(b"a: b\r\n" * 1000 + b"\r\n")
    assert client.read_answer().body == b"xxxxx"
    assert client.get("/whole").body == b"whole"


def test_idle_connections_make_room_for_new_ones(port: int):
    with contextlib.ExitStack() as stack:
        first, *others = [stack.enter_context(RawClient(port)) for _ in range(10)]
        for client in others:
            assert client.get("/whole").status == 200
        newest = stack.enter_context(RawClient(port))
        assert newest.get("/whole").status == 200
        assert first.read_to_the_end() == b""
        assert others[-1].get("/whole").status == 200


def test_connections_that_are_worked_on_stay_and_others_are_refused(port: int):
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(RawClient(port)) for _ in range(10)]
        for client in clients:
            client.send(b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n")
        time.sleep(0.2)
        refused = stack.enter_context(RawClient(port))
        assert refused.read_head().status == 503
        assert [client.read_answer().body for client in clients] == [b"slow"] * 10


@pytest.mark.parametrize(
    ("address", "other", "is_same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("", "a socket", False),
    ],
)
def test_who_has_an_address(address: str, other: str, is_same: bool):
    assert (owner_of(address) == owner_of(other)) is is_same


def test_what_is_private_to_uvicorn_and_used_is_there():
    """A release without it would go on, and watch nothing: another one is chosen by hand, and this looks at it."""
    (pinned,) = [name for name in requires("modelyard") or [] if name.startswith("uvicorn")]
    assert pinned.partition(";")[0].strip() == f"uvicorn=={version('uvicorn')}"
    overridden = {name for name in vars(Connection) if name.startswith("_") and hasattr(HttpToolsProtocol, name)}
    assert overridden >= {"_unset_keepalive_if_required", "_start_asgi_task"}
    for name in ("connection_made", "connection_lost", "data_received", "on_response_complete"):
        assert callable(getattr(HttpToolsProtocol, name, None)), name
    protocol, cycle = inspect.getsource(HttpToolsProtocol), inspect.getsource(RequestResponseCycle)
    for attribute in ("client", "cycle", "scope", "flow", "pipeline", "transport", "server_state", "headers"):
        assert f"self.{attribute}" in protocol, attribute
    for attribute in ("response_started", "response_complete", "keep_alive", "disconnected", "default_headers"):
        assert f"self.{attribute}" in cycle, attribute
    for attribute in ("waiting_for_100_continue", "message_event", "on_response", "more_body", "transport"):
        assert f"self.{attribute}" in cycle, attribute
