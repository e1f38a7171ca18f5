"""The process that forks workers: started with the first job, asked for later ones, ended when none come any more."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from modelyard.server.engines.local import processes

_ANSWER_SECONDS = 5.0
_END_SECONDS = 0.2
_CAN_FORK = sys.platform == "linux"
"""Elsewhere libraries of the system do not survive a fork."""


class Child(Protocol):
    """A worker that this server has started."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None:
        """The exit code, negative for the signal that ended it; None while it runs."""

    def wait(self, timeout: float) -> int:
        """The exit code, once it has ended.

        :raises subprocess.TimeoutExpired: it runs for longer.
        """


class ForkedChild:
    """A worker that the fork server started for this server, and whose end it tells."""

    def __init__(self, pid: int, request: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._request = request

    def poll(self) -> int | None:
        """As of Popen, but None for ever where the fork server ended before the worker."""
        return self._receive(0)

    def wait(self, timeout: float) -> int:
        """As of Popen."""
        code = self._receive(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("worker", timeout)
        return code

    def _receive(self, seconds: float) -> int | None:
        if self._request.fileno() < 0:
            return self.returncode
        self._request.settimeout(seconds)
        told = b""
        try:
            with contextlib.suppress(ConnectionError):
                told = self._request.recv(32)
        except (TimeoutError, BlockingIOError):
            return None
        self._request.close()
        self.returncode = int(told) if told else None
        return self.returncode


class ForkServer:
    """None runs until it is started; what cannot be forked is started in another way."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._is_ready = False

    def start(self, python: str, environment: Mapping[str, str], output: Path) -> None:
        """Lets it import what jobs use, if it does not run; `environment` is to have nothing of any job."""
        if not _CAN_FORK or (self._process is not None and self._process.poll() is None):
            return
        self.close()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = processes.spawn(
                [python, "-m", "modelyard.worker", "fork-server", "--socket", str(theirs.fileno())],
                environment,
                output,
                memory_limit_bytes=None,
                processors=None,
                descriptors=[theirs.fileno()],
            )
        self._control = ours

    def fork(
        self,
        job: str,
        environment: Mapping[str, str],
        output: Path,
        *,
        memory_limit_bytes: int | None,
        processors: Sequence[int] | None,
    ) -> ForkedChild | None:
        """A worker for the job; None where there is no fork server that has imported all.

        :raises OSError: the file for its output cannot be made.
        """
        if not self._ready():
            return None
        assert self._control is not None
        output.parent.mkdir(parents=True, exist_ok=True)
        ours, theirs = socket.socketpair()
        with output.open("ab") as file:
            try:
                with theirs:
                    socket.send_fds(self._control, [b"f"], [theirs.fileno(), file.fileno()])
                ours.sendall(json.dumps({"job": job, "environment": dict(environment)}).encode() + b"\n")
                ours.settimeout(_ANSWER_SECONDS)
                pid = int(ours.recv(32))
            except (OSError, ValueError):
                # It has ended, or is short of memory: the next job tries another.
                ours.close()
                self.close()
                return None
        ours.settimeout(None)
        processes.limit(pid, memory_limit_bytes=memory_limit_bytes, processors=processors)
        return ForkedChild(pid, ours)

    def close(self) -> None:
        """Ends it; its workers go on."""
        self._is_ready = False
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            self._process = None

    def _ready(self) -> bool:
        if self._control is None or self._is_ready:
            return self._is_ready
        try:
            with contextlib.suppress(ConnectionError):
                self._is_ready = bool(self._control.recv(1, socket.MSG_DONTWAIT))
        except BlockingIOError:
            return False
        if not self._is_ready:
            self.close()
        return self._is_ready
