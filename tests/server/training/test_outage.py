"""A database that goes away for a while: trainings go on."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import NO_POSTGRESQL
from tests.server.training.playing import PlayedWorker, Yard, sleeping_worker
from tests.support import postgresql
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
    assert answer.status_code in (200, 503), answer.text
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
