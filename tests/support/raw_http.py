"""A client of HTTP that sends what it is told, byte for byte, and sees when a connection ends."""

import socket
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass
class Answer:
    """`headers` are by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


class RawClient:
    """One connection to this machine."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._read = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def get(self, path: str) -> Answer:
        self.send(f"GET {path} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
        return self.read_answer()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def read_head(self) -> Answer:
        first, *lines = self.read_until(b"\r\n\r\n").decode("latin-1").strip().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        return Answer(int(first.split()[1]), {name.lower(): value for name, value in headers.items()})

    def read_answer(self) -> Answer:
        """One whose length is told."""
        answer = self.read_head()
        length = int(answer.headers["content-length"])
        while len(self._read) < length:
            self._receive()
        answer.body, self._read = self._read[:length], self._read[length:]
        return answer

    def read_until(self, end: bytes) -> bytes:
        while end not in self._read:
            self._receive()
        found, _, self._read = self._read.partition(end)
        return found + end

    @property
    def received(self) -> int:
        """How many bytes wait to be looked at."""
        return len(self._read)

    def read_to_the_end(self) -> bytes:
        """What comes until the server closes the connection."""
        while data := self._socket.recv(65536):
            self._read += data
        return self._read

    def _receive(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError(f"The server closed the connection after {self._read!r}.")
        self._read += data
