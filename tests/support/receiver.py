"""A real HTTP server that takes webhooks, and answers what a test says."""

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SETTINGS: dict[str, Any] = {"webhook_allow_private": True, "webhook_allow_http": True, "webhook_retry_seconds": 0.05}
"""Of a server that sends to receivers on this machine, and soon again."""


@dataclass(frozen=True)
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def delivery_id(self) -> str:
        return self.headers["x-mlflow-delivery-id"]

    @property
    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.body)
        return said

    def is_signed_with(self, secret: str) -> bool:
        signed = f"{self.delivery_id}.{self.headers['x-mlflow-timestamp']}.".encode() + self.body
        digest = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
        return hmac.compare_digest(self.headers.get("x-mlflow-signature", ""), f"v1,{digest}")


@dataclass(frozen=True)
class Answer:
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b"thanks"
    after_seconds: float = 0.0


class Receiver:
    """`answers` are given in turn, the last one to all that follow."""

    def __init__(self, port: int) -> None:
        self.answers: list[Answer] = [Answer()]
        self.port = port
        self.scheme = "http"
        self._received: list[Received] = []
        self._changed = threading.Condition()

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hook"

    @property
    def received(self) -> list[Received]:
        with self._changed:
            return list(self._received)

    def take(self, request: Received) -> Answer:
        with self._changed:
            self._received.append(request)
            self._changed.notify_all()
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def wait_for(self, count: int, seconds: float = 60) -> list[Received]:
        """What was received once it is at least `count`."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self._received) >= count, seconds)
            assert arrived, f"{len(self._received)} of {count} arrived"
            return list(self._received)


@contextmanager
def receiving(tls: ssl.SSLContext | None = None, port: int = 0) -> Iterator[Receiver]:
    """A receiver that listens until the end of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(lambda: receiver))
    receiver = Receiver(server.server_address[1])
    if tls is not None:
        receiver.scheme = "https"
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(receiver: Callable[[], Receiver]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = receiver().take(Received(self.path, headers, body, time.monotonic()))
            time.sleep(answer.after_seconds)
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body)))
            with suppress(BrokenPipeError, ConnectionResetError):  # who asked may have gone meanwhile
                self.end_headers()
                self.wfile.write(answer.body)

        def log_message(self, *_arguments: object) -> None:
            pass

    return Handler
