"""Processes of a program of ours that start at once: they are forked from one that has imported everything."""

import atexit
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from functools import cache
from itertools import count
from multiprocessing.connection import Connection, Pipe
from pathlib import Path

from tests.support.forker import Ended, Order, Started

_ROOT = Path(__file__).resolve().parents[2]


class Fork:
    """A process with an id, signals and an exit code of its own, as `subprocess.Popen` has it."""

    def __init__(self, forker: "Forker", number: int, process_id: int) -> None:
        self._forker = forker
        self._number = number
        self.pid = process_id

    def poll(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self._forker.exit_code(self._number)

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            time.sleep(0.005)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


class Forker:
    """A process that has imported `modules`. When whoever made it ends, however it ends, so does all that it forked."""

    def __init__(self, *modules: str) -> None:
        self._numbers = count()
        self._started: dict[int, int] = {}
        self._exit_codes: dict[int, int] = {}
        self._lock = threading.Lock()
        self._connection, theirs = Pipe()
        program = "import sys; from tests.support.forker import main; main(int(sys.argv[1]), sys.argv[2:])"
        self._process = subprocess.Popen(
            [sys.executable, "-c", program, str(theirs.fileno()), *modules],
            stdin=subprocess.DEVNULL,
            cwd=_ROOT,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        atexit.register(self.close)

    def start(
        self,
        function: str,
        arguments: list[str],
        *,
        output_file: Path,
        error_file: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Fork:
        """Calls `package.module:function` with the arguments, in a process that ends with it.

        What it writes is added to the files.
        """
        error_file = error_file or output_file
        for file in (output_file, error_file):
            file.touch()
        order = Order(
            number=next(self._numbers),
            function=function,
            arguments=arguments,
            environment=dict(os.environ if environment is None else environment),
            folder=str(Path.cwd()),
            output_file=str(output_file.absolute()),
            error_file=str(error_file.absolute()),
        )
        with self._lock:
            self._connection.send(order)
            while order.number not in self._started:
                self._take(self._connection)
            return Fork(self, order.number, self._started[order.number])

    def run(
        self, function: str, arguments: list[str], *, timeout: float, environment: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """As `subprocess.run` with captured text."""
        with tempfile.TemporaryDirectory(prefix="modelyard-fork-") as folder:
            output, errors = Path(folder) / "output", Path(folder) / "errors"
            process = self.start(function, arguments, output_file=output, error_file=errors, environment=environment)
            try:
                code = process.wait(timeout)
            finally:
                process.send_signal(signal.SIGKILL)
            return subprocess.CompletedProcess(arguments, code, output.read_text(), errors.read_text())

    def exit_code(self, number: int) -> int | None:
        with self._lock:
            while self._connection.poll():
                self._take(self._connection)
            return self._exit_codes.get(number)

    def close(self) -> None:
        """Ends it, and all that it forked."""
        self._connection.close()
        self._process.wait(20)

    def _take(self, connection: "Connection[Order, Started | Ended]") -> None:
        match connection.recv():
            case Started(number, process_id):
                self._started[number] = process_id
            case Ended(number, exit_code):
                self._exit_codes[number] = exit_code


@cache
def server_forker() -> Forker:
    """Has imported the server; one for all tests of this process."""
    return Forker("modelyard.server.command", "modelyard.server.run", "modelyard.server.verify_command")
