"""Importing programs that are killed on the way."""

import os
import signal
import subprocess
import time

from tests.support.program import PROGRAM
from tests.support.server import ModelyardServer


def import_and_kill(uri: str, yard: ModelyardServer, delay: float) -> bool:
    """Kills an importing program `delay` seconds after it began to send; False when it had ended before that."""
    process = subprocess.Popen(
        [*PROGRAM, "import", "mlflow", uri],
        env={**os.environ, "MODELYARD_URL": yard.url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    before = _activity(yard)
    deadline = time.monotonic() + 60
    while process.poll() is None and _activity(yard) == before:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(delay)
    ended = process.poll()
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert ended in (None, 0)
    return ended is None


def _activity(yard: ModelyardServer) -> int:
    with yard.client() as http:
        answer = http.get("projects/default/activity", params={"object_kind": "import", "limit": 1000})
        return len(answer.json()["items"])
