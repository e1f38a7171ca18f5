"""A real Modelyard server as a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import httpx

from tests.support.forks import Fork, ReadyPython, own_python
from tests.support.sqlite import put_tables
from tests.support.workers import python_with_ready_readers

_PROGRAM = ["-m", "modelyard.server"]


class ModelyardServer:
    """A server on a free port with a data directory of its own, as `python -m modelyard.server` is.

    On SQLite it finds its tables there; that a server makes them itself is seen where one is started by `modelyard up`.
    """

    def __init__(self, data_dir: Path, database_url: str | None = None, **settings: object) -> None:
        self.data_dir = data_dir
        self.database_url = database_url
        # Where workers start at once by other means, or are scripts, there is nothing to keep warm.
        self.settings = {"worker_warm_seconds": 0} | settings
        self.url = ""
        self.process: Fork | subprocess.Popen[bytes] | None = None
        self._clients: list[httpx.Client] = []

    @property
    def log_file(self) -> Path:
        return self.data_dir.with_suffix(".log")

    def arguments(self, *words: str) -> list[str]:
        """What stands on this server's command line, with this server's settings."""
        options = [f"--data-dir={self.data_dir}"]
        if self.database_url:
            options.append(f"--database-url={self.database_url}")
        for name, value in self.settings.items():
            flag = "--" + name.replace("_", "-")
            if value is not None:
                options.append(flag if value is True else f"{flag}={value}")
        return [*words, *options]

    def run(self, *words: str, timeout: float = 60) -> "subprocess.CompletedProcess[str]":
        """Waits for the server's program with this server's settings to end."""
        return ready_server().run(
            [*_PROGRAM, *self.arguments(*words)], timeout=timeout, environment=environment_without_settings()
        )

    def start(self, port: int = 0, timeout: float = 30) -> "ModelyardServer":
        (self.data_dir / "server.json").unlink(missing_ok=True)
        if self.database_url is None:
            put_tables(self.data_dir)
        self.process = self.launch([*self.arguments("run"), f"--port={port}"])
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended at start:\n{self.log_file.read_text()}")
            if self._answers():
                return self
            time.sleep(0.02)
        raise TimeoutError(f"the server did not answer within {timeout} s:\n{self.log_file.read_text()}")

    def launch(self, arguments: list[str]) -> "Fork | subprocess.Popen[bytes]":
        """The process, which writes to the log file."""
        return ready_server().start(
            [*_PROGRAM, *arguments],
            output_file=self.log_file,
            environment=environment_without_settings(),
            executable=self.python(),
        )

    def python(self) -> str:
        """What the server starts its processes with, if no setting says otherwise."""
        return python_with_ready_readers()

    def kill(self) -> None:
        """As a power cut or the kernel would: no chance to clean up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        while self._clients:
            self._clients.pop().close()
        self._end(signal.SIGTERM)

    def restart(self) -> "ModelyardServer":
        """Starts again after `kill` or `stop`, on another port."""
        return self.start()

    def verify(self) -> dict[str, object]:
        """What `modelyard verify` finds."""
        report: dict[str, object] = json.loads(self.run("verify", "--json").stdout)
        return report

    def client(self, **options: object) -> httpx.Client:
        """A client of the native API, which is closed when the server is stopped, if not before."""
        made = httpx.Client(base_url=f"{self.url}/api/v1", timeout=60, trust_env=False, **options)  # type: ignore[arg-type]
        self._clients.append(made)
        return made

    def _answers(self) -> bool:
        server_file = self.data_dir / "server.json"
        if not server_file.exists():
            return False
        self.url = json.loads(server_file.read_text())["url"]
        try:
            return httpx.get(f"{self.url}/health", timeout=5, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def _end(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(timeout=20)


class ServerWithOwnReaders(ModelyardServer):
    """A server whose processes that read tables are looked at, limited or stopped."""

    def python(self) -> str:
        return sys.executable


class FreshServer(ModelyardServer):
    """A server in an interpreter of its own, which finds out anew what is installed."""

    python_options: tuple[str, ...] = ()

    def launch(self, arguments: list[str]) -> "subprocess.Popen[bytes]":
        command = [sys.executable, *self.python_options, *_PROGRAM, *arguments]
        with self.log_file.open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=environment_without_settings())


def environment_without_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("MODELYARD_")}


@cache
def ready_server() -> ReadyPython:
    """Has imported the server."""
    return own_python(
        sys.executable, "modelyard.server.command", "modelyard.server.run", "modelyard.server.verify_command"
    )
