"""A real Modelyard server as a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.support.sqlite import put_tables


class ModelyardServer:
    """`python -m modelyard.server` on a free port with a data directory of its own.

    On SQLite it finds its tables there; that a server makes them itself is seen where one is started by `modelyard up`.
    """

    def __init__(self, data_dir: Path, database_url: str | None = None, **settings: object) -> None:
        self.data_dir = data_dir
        self.database_url = database_url
        self.settings = settings
        self.url = ""
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log_file(self) -> Path:
        return self.data_dir.with_suffix(".log")

    def command(self, *words: str) -> list[str]:
        """A command line of this server's program with this server's settings."""
        options = [f"--data-dir={self.data_dir}"]
        if self.database_url:
            options.append(f"--database-url={self.database_url}")
        for name, value in self.settings.items():
            flag = "--" + name.replace("_", "-")
            if value is not None:
                options.append(flag if value is True else f"{flag}={value}")
        return [sys.executable, "-m", "modelyard.server", *words, *options]

    def start(self, port: int = 0, timeout: float = 30) -> "ModelyardServer":
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MODELYARD_")}
        (self.data_dir / "server.json").unlink(missing_ok=True)
        if self.database_url is None:
            put_tables(self.data_dir)
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.command("run"), f"--port={port}"], stdout=log, stderr=log, env=environment
            )
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended at start:\n{self.log_file.read_text()}")
            if self._answers():
                return self
            time.sleep(0.02)
        raise TimeoutError(f"the server did not answer within {timeout} s:\n{self.log_file.read_text()}")

    def kill(self) -> None:
        """As a power cut or the kernel would: no chance to clean up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def restart(self) -> "ModelyardServer":
        """Starts again after `kill` or `stop`, on another port."""
        return self.start()

    def verify(self) -> dict[str, object]:
        """What `modelyard verify` finds."""
        result = subprocess.run(self.command("verify", "--json"), capture_output=True, check=False, timeout=60)
        report: dict[str, object] = json.loads(result.stdout)
        return report

    def client(self, **options: object) -> httpx.Client:
        return httpx.Client(base_url=f"{self.url}/api/v1", timeout=60, trust_env=False, **options)  # type: ignore[arg-type]

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
