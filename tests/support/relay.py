"""A relay to a server that passes a number of bytes on and not one more."""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Relay(socketserver.ThreadingTCPServer):
    """Calls `when_full` once `most` bytes have gone to the server, over all connections."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, server_url: str, most: int, when_full: Callable[[], object]) -> None:
        parts = urlsplit(server_url)
        self.server_place = (str(parts.hostname), int(parts.port or 80))
        self._left, self._when_full = most, when_full
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Connection)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def pass_on(self, data: bytes, there: socket.socket) -> bool:
        """Whether more may follow."""
        with self._lock:
            there.sendall(data[: self._left])
            self._left = max(self._left - len(data), 0)
            if self._left:
                return True
            self._when_full()
            return False


class _Connection(socketserver.BaseRequestHandler):
    server: Relay

    def handle(self) -> None:
        with socket.create_connection(self.server.server_place) as there:
            threading.Thread(target=self._answer, args=[there], daemon=True).start()
            with suppress(ConnectionError):
                while (data := self.request.recv(65536)) and self.server.pass_on(data, there):
                    pass

    def _answer(self, there: socket.socket) -> None:
        with suppress(OSError):  # either side may have gone
            while data := there.recv(65536):
                self.request.sendall(data)
            self.request.shutdown(socket.SHUT_WR)


@contextmanager
def relaying(server_url: str, most: int, when_full: Callable[[], object]) -> Iterator[Relay]:
    with Relay(server_url, most, when_full) as relay:
        thread = threading.Thread(target=relay.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield relay
        relay.shutdown()
        thread.join()
