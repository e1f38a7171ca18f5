"""Processes of Python that start at once: they are forked from one that has imported everything."""

import atexit
import fcntl
import os
import select
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from tests.support.run_ready import request

_SERVE, _RUN = (Path(__file__).with_name(f"{name}.py") for name in ("ready_python", "run_ready"))


class Fork:
    """A process with an id, signals and an exit code of its own, as `subprocess.Popen` has it."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._exit_code: int | None = None
        try:
            self.pid = self._number()
        except BaseException:
            connection.close()
            raise

    def poll(self) -> int | None:
        """Its exit code, or None while it runs."""
        with self._lock:
            if self._exit_code is None and self._has_ended_within(0):
                self._exit_code = self._number()
                self._connection.close()
            return self._exit_code

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            with suppress(ValueError):  # another thread has closed the connection: the exit code is there
                self._has_ended_within(0.2)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _has_ended_within(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self._connection, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def _number(self) -> int:
        line = b""
        while not line.endswith(b"\n"):
            byte = self._connection.recv(1)
            if not byte:
                raise ConnectionError("the Python that had forked this process is gone")
            line += byte
        return int(line)


class ReadyPython:
    """A Python in a folder, which has its modules imported and lives as long as the process `owner`."""

    def __init__(self, folder: Path) -> None:
        self.executable = str(folder / "python")
        """Does what that Python does. The process is not the program's own, but gets its signals and ends with it."""
        self._address = str(folder / "socket")
        self._log = folder / "log"

    def serve(self, python: str, modules: list[str], *, owner: int, environment: Mapping[str, str]) -> None:
        """The modules are imported with these variables."""
        with socket.socket(socket.AF_UNIX) as listener, self._log.open("wb") as log:
            listener.bind(self._address)
            listener.listen(128)
            subprocess.run(
                [python, str(_SERVE), str(listener.fileno()), str(owner), *modules],
                check=True,
                pass_fds=[listener.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._log.parent,
                env=dict(environment),
            )
        command = shlex.join([python, "-I", "-S", str(_RUN), self._address])
        executable = Path(self.executable)
        executable.write_text(f'#!/bin/sh\nexec {command} "$0" "$@"\n')
        executable.chmod(0o755)

    def start(
        self,
        arguments: list[str],
        *,
        output_file: Path,
        error_file: Path | None = None,
        input_file: int | None = None,
        environment: Mapping[str, str] | None = None,
        executable: str | None = None,
    ) -> Fork:
        """Does what `python ARGUMENTS...` does, which takes `executable` for its Python.

        What it writes is added to the files.
        """
        variables = os.environ if environment is None else environment
        with (
            Path(os.devnull).open("rb") as nothing,
            output_file.open("ab") as output,
            (error_file or output_file).open("ab") as errors,
        ):
            files = (nothing.fileno() if input_file is None else input_file, output.fileno(), errors.fileno())
            try:
                return Fork(request(self._address, executable or self.executable, arguments, variables, files))
            except ConnectionError as error:
                raise RuntimeError(f"the Python that forks has ended:\n{self._log.read_text()}") from error

    def run(
        self,
        arguments: list[str],
        *,
        timeout: float,
        input_file: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> "subprocess.CompletedProcess[str]":
        """As `subprocess.run` with captured text."""
        with tempfile.TemporaryDirectory(prefix="modelyard-fork-") as folder:
            output, errors = Path(folder) / "output", Path(folder) / "errors"
            process = self.start(
                arguments, output_file=output, error_file=errors, input_file=input_file, environment=environment
            )
            try:
                code = process.wait(timeout)
            finally:
                process.send_signal(signal.SIGKILL)
            return subprocess.CompletedProcess(arguments, code, output.read_text(), errors.read_text())


def own_python(python: str, *modules: str) -> ReadyPython:
    """For this process alone."""
    folder = Path(tempfile.mkdtemp(prefix="modelyard-ready-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    ready = ReadyPython(folder)
    ready.serve(python, list(modules), owner=os.getpid(), environment=os.environ)
    return ready


def shared_python(
    folder: Path, find: Callable[[], str], modules: list[str], environment: Mapping[str, str]
) -> ReadyPython:
    """For all processes of a test session. Whoever comes first makes it, of the Python that is found.

    Who uses it while its modules are still being imported waits.
    """
    folder.mkdir(exist_ok=True)
    ready = ReadyPython(folder)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not Path(ready.executable).exists():
            owner = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
            ready.serve(find(), modules, owner=owner, environment=environment)
    return ready
