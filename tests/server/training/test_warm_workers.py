"""Workers that are forked from a process with the libraries loaded."""

import os
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from modelyard.server.engines.local.fork_server import ForkedChild, ForkServer
from tests.server.training.playing import CONFIG
from tests.server.training.test_real_workers import LONG, RealYard
from tests.support.server import ModelyardServer
from tests.support.waiting import wait_until

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[float], RealYard]]:
    """A server on SQLite: how a process is started has nothing to do with the database."""
    made: list[RealYard] = []

    def begin(warm_seconds: float) -> RealYard:
        made.append(RealYard(ModelyardServer(tmp_path / "data", worker_warm_seconds=warm_seconds).start()))
        return made[-1]

    yield begin
    for yard in made:
        yard.http.close()
        yard.server.stop()


def fork_servers(yard: RealYard) -> list[psutil.Process]:
    folder = str(yard.server.data_dir)
    return [
        process
        for process in psutil.process_iter(["cmdline", "environ", "name"])
        if "fork-server" in (process.info["cmdline"] or [])
        and process.info["name"] != "modelyard-job"
        and folder in (process.info["environ"] or {}).get("MODELYARD_SERVER_FILE", "")
    ]


def warm_up(yard: RealYard) -> psutil.Process:
    """Trains until a worker was forked; answers who forked it."""

    def forked() -> psutil.Process | None:
        number = yard.train(LONG)
        yard.wait_for(number, "Training", "Preprocessing")
        parent = psutil.Process(yard.process_id(number)).parent()
        yard.http.post(f"projects/default/models/m/versions/{number}/cancel").raise_for_status()
        yard.wait_for(number, "Canceled")
        return parent if parent is not None and "fork-server" in parent.cmdline() else None

    parent: psutil.Process = wait_until(forked, 60)
    return parent


def metrics_of(version: dict[str, Any]) -> dict[str, float]:
    return {f"{metric['split']} {metric['name']}": metric["value"] for metric in version["metrics"]}


def test_workers_that_are_forked(start: Callable[[float], RealYard]):
    yard = start(60)
    cold = yard.wait_for(yard.train(CONFIG), "Ready", "Failed")
    server = warm_up(yard)
    assert not {name for name in server.environ() if "TOKEN" in name}
    warm = yard.wait_for(yard.train(CONFIG), "Ready", "Failed")
    assert (cold["status"], warm["status"]) == ("Ready", "Ready")
    assert metrics_of(warm) == metrics_of(cold)
    assert fork_servers(yard) == [server]

    killed = yard.train(LONG)
    yard.wait_for(killed, "Training")
    psutil.Process(yard.process_id(killed)).kill()
    assert "ended by SIGKILL" in yard.wait_for(killed, "Failed")["error"]["message"]

    # They outlive the process that forked them, and the server.
    long = yard.train(LONG)
    yard.wait_for(long, "Training")
    server.kill()
    assert yard.wait_for(yard.train(CONFIG), "Ready", "Failed")["status"] == "Ready"
    assert yard.wait_for(long, "Training", "Failed")["status"] == "Training"
    wait_until(lambda: fork_servers(yard), 30)
    yard.server.kill()
    wait_until(lambda: not fork_servers(yard), 10)
    yard.server.restart()
    yard.connect()
    assert yard.wait_for(long, "Training", "Failed")["status"] == "Training"
    yard.http.post(f"projects/default/models/m/versions/{long}/cancel").raise_for_status()
    yard.wait_for(long, "Canceled")


def test_workers_are_forked_by_a_server_with_many_open_files(tmp_path: Path):
    """More than a thousand, as with many clients: `select` takes no descriptor above that."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 2048), hard))
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    server = ForkServer()
    try:
        environment = dict(os.environ) | {"MODELYARD_URL": "http://127.0.0.1:9", "MODELYARD_JOB_TOKEN": "none"}
        server.start(sys.executable, environment, tmp_path / "fork-server.log")

        def forked() -> ForkedChild | None:
            return server.fork("j", {}, tmp_path / "job.log", memory_limit_bytes=None, processors=None)

        child = wait_until(forked, 60)
        # Who is told neither of a server nor of a token has used it wrongly.
        assert child.wait(30) == 2
        assert child.poll() == 2
    finally:
        server.close()
        for descriptor in opened:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_nothing_is_kept_when_no_job_comes(start: Callable[[float], RealYard]):
    yard = start(0.5)
    assert yard.wait_for(yard.train(CONFIG), "Ready", "Failed")["status"] == "Ready"
    wait_until(lambda: not fork_servers(yard), 30)
    assert yard.wait_for(yard.train(CONFIG), "Ready", "Failed")["status"] == "Ready"
