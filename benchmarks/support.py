"""What benchmarks share: a server of their own, and memory over time."""

import itertools
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil


@contextmanager
def server(**settings: object) -> Iterator[tuple[httpx.Client, psutil.Process, Path]]:
    """A fresh Modelyard server: a client of its native API (project `default`), its process, its data directory."""
    with tempfile.TemporaryDirectory(prefix="modelyard-bench-") as folder:
        data_dir = Path(folder) / "data"
        command = [sys.executable, "-m", "modelyard.server", "--port=0", f"--data-dir={data_dir}"]
        command += [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            with httpx.Client(base_url=f"{url}/api/v1", timeout=3600, trust_env=False) as client:
                try:
                    yield client, psutil.Process(process.pid), data_dir
                finally:
                    process.terminate()


class PeakMemory:
    """The largest sum of resident memory of a process and its descendants, in MiB, sampled every 50 ms.

    Descendants are looked for twice a second: it takes milliseconds, which would slow down what is measured.
    With `children_only` the process itself is left out.
    """

    def __init__(self, process: psutil.Process, *, children_only: bool = False) -> None:
        self._process = process
        self._children_only = children_only
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.mib = 0.0

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        members: list[psutil.Process] = []
        for sample in itertools.count():
            if self._stop.wait(0.05):
                return
            total = 0
            if sample % 10 == 0:
                members = self._process.children(recursive=True)
            for member in members if self._children_only else [self._process, *members]:
                try:
                    total += member.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.mib = max(self.mib, total / 2**20)


def wait_for_end(client: httpx.Client, version: str, seconds: float = 3600) -> dict[str, object]:
    """Polls a version (a path below `projects/default/models`) until it has ended; its last state."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        state: dict[str, object] = client.get(f"projects/default/models/{version}").raise_for_status().json()
        if state["status"] in ("Ready", "Failed", "Canceled"):
            return state
        time.sleep(0.5)
    raise TimeoutError(json.dumps(state))
