"""The demo as a process of its own: what it makes, what it makes again, and what it leaves behind."""

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from modelyard import Client
from tests.support.program import PROGRAM

pytestmark = pytest.mark.timeout(600)

DEMO = [*PROGRAM, "demo"]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("MODELYARD_")}


def run_until(words: str, folder: Path) -> "subprocess.Popen[str]":
    """A demo in `folder` that has printed `words`."""
    log = folder.with_suffix(".log")
    with log.open("w") as file:
        process = subprocess.Popen(
            [*DEMO, "--port", "0", "--data-dir", str(folder)], stdout=file, stderr=file, text=True, env=ENVIRONMENT
        )
    deadline = time.monotonic() + 300
    while words not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
    return process


def stop(process: "subprocess.Popen[str]", number: int) -> None:
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(number)
    assert process.wait(60) == 0
    _, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []


def versions(folder: Path) -> dict[str, list[str]]:
    with Client(json.loads((folder / "server.json").read_text())["url"], "demo") as client:
        return {model.name: [str(version.status) for version in model.versions()] for model in client.models}


def aliases(folder: Path) -> dict[str, tuple[int, int]]:
    """The version that `prod` names in each model, and how often it was moved."""
    with Client(json.loads((folder / "server.json").read_text())["url"], "demo") as client:
        return {model.name: (model.aliases()[0].version, len(model.alias_history("prod"))) for model in client.models}


def test_the_demo_is_alive_and_is_not_filled_twice(tmp_path: Path):
    folder = tmp_path / "demo"
    first = run_until("goes on training", folder)
    made = versions(folder)
    assert aliases(folder) == {"tumor-diagnosis": (3, 2), "wine-cultivar": (2, 2), "diabetes-progression": (3, 2)}
    assert not json.loads((folder / "server.json").read_text())["url"].endswith(":7300")  # a free one, as was asked for
    stop(first, signal.SIGINT)
    moving = [status for model in made.values() for status in model if status != "Ready"]
    assert len(made) == 3
    assert all(len(model) >= 2 for model in made.values())
    assert len(moving) == 1

    second = run_until("goes on training", folder)
    again = versions(folder)
    stop(second, signal.SIGTERM)
    assert {name: len(model) for name, model in again.items()} == {
        name: len(model) + (name == "tumor-diagnosis") for name, model in made.items()
    }


def test_a_port_that_is_taken_is_said(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        words = ["--port", str(taken.getsockname()[1]), "--data-dir", str(tmp_path / "demo")]
        result = subprocess.run([*DEMO, *words], capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert result.returncode == 1
    assert "--port" in result.stderr
    assert "Traceback" not in result.stderr
