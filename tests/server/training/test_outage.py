"""What keeps a server from hearing its workers, or from telling the time: trainings go on."""

import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import NO_POSTGRESQL
from tests.server.training.playing import PlayedWorker, Yard, sleeping_worker
from tests.support import postgresql
from tests.support.clock import ServerWithAClock
from tests.support.server import ModelyardServer
from tests.support.waiting import wait_until


@pytest.fixture
def database() -> Iterator[postgresql.PostgreSQL]:
    """A PostgreSQL server of the test's own, which it may stop."""
    programs = postgresql.find_programs()
    if programs is None:
        pytest.skip(NO_POSTGRESQL)
    with postgresql.running(programs) as server:
        yield server


def heard(worker: PlayedWorker) -> bool:
    """Sends a sign of life, as a worker does again and again while the server cannot take it."""
    answer: httpx.Response = worker.ask("POST", "report", json={"sequence": 100})
    assert answer.status_code in (200, 503, 507), answer.text
    return answer.status_code == 200


def test_a_database_that_was_away_costs_no_training(database: postgresql.PostgreSQL, tmp_path: Path):
    script = sleeping_worker(tmp_path / "workers")
    server = ModelyardServer(
        tmp_path / "data", database.create_database(), worker_python=script, worker_timeout_seconds=3
    ).start()
    try:
        yard = Yard(server, script).upload()
        yard.train()
        worker = yard.worker()
        worker.go_to("Training")
        database.stop()
        time.sleep(5)
        assert not heard(worker)
        database.start()
        time.sleep(1)
        wait_until(lambda: heard(worker), 20)
        assert yard.version()["status"] == "Training"
        worker.sequence = 100
        worker.complete()
        assert yard.version()["status"] == "Ready"
    finally:
        server.stop()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[tuple[ServerWithAClock, Path]]:
    """On SQLite, with the worker that it starts."""
    script = sleeping_worker(tmp_path / "workers")
    server = ServerWithAClock(tmp_path / "data", worker_python=script, worker_timeout_seconds=2)
    yield server, script
    server.stop()


def test_a_full_disk_costs_no_training(own_server: tuple[ServerWithAClock, Path]):
    server, script = own_server
    server.start()
    yard = Yard(server, script).upload()
    yard.train()
    worker = yard.worker()
    worker.go_to("Training")
    assert server.process is not None
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1, hard))
    full_until = time.monotonic() + 6
    while time.monotonic() < full_until:
        assert not heard(worker)
        time.sleep(1)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
    time.sleep(1)
    assert heard(worker)
    assert yard.version()["status"] == "Training"
    worker.sequence = 100
    worker.complete()
    assert yard.version()["status"] == "Ready"


def test_a_clock_that_is_set_costs_no_training_and_silence_still_does(own_server: tuple[ServerWithAClock, Path]):
    server, script = own_server
    server.start()
    yard = Yard(server, script).upload()
    yard.train()
    worker = yard.worker()
    worker.go_to("Training")
    for seconds in (3600, -7200, 0):
        server.set_clock(seconds)
        until = time.monotonic() + 3
        while time.monotonic() < until:
            worker.report()
            time.sleep(0.3)
        assert yard.version()["status"] == "Training"
    server.set_clock(-3600)
    worker.signal(signal.SIGSTOP)
    failed = yard.wait_for("Failed")
    assert "said nothing" in failed["error"]["message"]


def test_a_file_on_its_way_is_kept_when_the_clock_is_set(own_server: tuple[ServerWithAClock, Path]):
    server, script = own_server
    server.start()
    Yard(server, script).upload()

    def slowly() -> Iterator[bytes]:
        yield b"a,b\n1,2\n"
        server.set_clock(3600)
        time.sleep(7)  # longer than between two sweeps
        yield b"3,4\n"

    answer = server.client().put(f"{server.url}/api/2.0/mlflow-artifacts/artifacts/slow.csv", content=slowly())
    assert answer.status_code == 200, answer.text
    got = server.client().get(f"{server.url}/api/2.0/mlflow-artifacts/artifacts/slow.csv")
    assert got.content == b"a,b\n1,2\n3,4\n"
    found = server.verify()
    assert (found["orphaned"], found["faults"]) == (0, [])
