"""Servers and workers that die at every step: nothing moves for ever, nothing is lost, nothing is orphaned."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import psutil
import pytest
from sqlalchemy import update

from modelyard.server.db import Database
from modelyard.server.engines.tables import jobs
from tests.server.training.playing import CONFIG, MOVING, STEPS, PlayedWorker, Yard
from tests.support.waiting import wait_until

RETRYING = {**CONFIG, "backend": {"max_retries": 1}}


@pytest.mark.parametrize("step", ["Queued", *STEPS])
def test_a_killed_worker_is_noticed_and_its_version_fails(yard: Yard, step: str):
    yard.train()
    worker = yard.worker()
    worker.go_to(step)
    worker.report(log=[{"timestamp_ms": 1, "text": "the last words"}])
    worker.kill()
    killed_at = time.monotonic()
    failed = yard.wait_for("Failed")
    assert time.monotonic() - killed_at < 15
    assert failed["error"]["code"] == "worker_lost"
    assert failed["error"]["step"] == step
    assert failed["file_count"] == 0
    assert failed["timeline"][-1]["ended_at"] is not None
    assert yard.http.get(f"{yard.model_path}/versions/1/log").json()["lines"][0]["text"] == "the last words"
    late = worker.ask("POST", "report", json={"sequence": 100})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "lease_lost")


def test_a_lost_worker_is_replaced_when_the_config_says_so(yard: Yard):
    yard.train(config=RETRYING)
    first = yard.worker()
    first.go_to("Training")
    first.report(metrics=[{"key": "train_x", "value": 1, "step": 1, "timestamp_ms": 1}])
    first.kill()
    second = yard.worker(attempt=2)
    waiting = yard.version()
    assert (waiting["status"], waiting["file_count"]) == ("Queued", 0)
    assert first.ask("POST", "report", json={"sequence": 100}).json()["error"]["code"] == "lease_lost"
    second.go_to("Training")
    second.report(metrics=[{"key": "train_x", "value": 2, "step": 1, "timestamp_ms": 2}])
    second.complete()
    ready = yard.version()
    assert ready["status"] == "Ready"
    assert [entry["step"] for entry in ready["timeline"]].count("Training") == 2
    (curve,) = yard.http.get(f"{yard.model_path}/versions/1/curves").json()["curves"]
    assert [point["value"] for point in curve["points"]] == [2]
    lines = yard.http.get(f"{yard.model_path}/versions/1/log").json()["lines"]
    assert any("Attempt 1 was lost" in line["text"] for line in lines)


def test_retries_come_to_an_end(yard: Yard):
    yard.train(config=RETRYING)
    yard.worker().kill()
    yard.worker(attempt=2).kill()
    assert yard.wait_for("Failed")["error"]["code"] == "worker_lost"


def test_a_silent_worker_is_lost_and_its_process_is_ended(own_yard: Callable[..., Yard]):
    yard = own_yard(worker_timeout_seconds=2)
    yard.train()
    worker = yard.worker()
    worker.go_to("Training")
    worker.signal(signal.SIGSTOP)
    failed = yard.wait_for("Failed")
    assert "said nothing" in failed["error"]["message"]
    wait_until(lambda: not _lives(worker))


def test_trainings_go_on_after_the_server_was_killed_at_any_step(mortal_yard: Yard):
    yard = mortal_yard
    workers = {}
    for number, step in enumerate(["Queued", *STEPS], start=1):
        yard.train()
        workers[number] = yard.worker(number)
        workers[number].go_to(step)
    number = len(workers) + 1
    yard.train()
    unclaimed = yard.worker(number)
    yard.server.kill()
    yard.server.restart()
    yard.connect()
    unclaimed.go_to("Training")
    for worker in [*workers.values(), unclaimed]:
        worker.complete()
    for each in range(1, number + 1):
        assert yard.version(each)["status"] == "Ready"
        assert [entry["step"] for entry in yard.version(each)["timeline"]].count("Queued") == 1
    assert yard.server.verify()["orphaned"] == 0


def test_workers_that_die_with_the_server_are_found_dead_at_once(mortal_yard: Yard):
    yard = mortal_yard
    workers = []
    for number, step in enumerate(["Queued", *STEPS], start=1):
        yard.train(config=RETRYING if number == 1 else CONFIG)
        workers.append(yard.worker(number))
        workers[-1].go_to(step)
    unclaimed = len(workers) + 1
    yard.train()
    workers.append(yard.worker(unclaimed))
    yard.server.kill()
    for worker in workers:
        worker.kill()
    yard.server.restart()
    yard.connect()
    second = yard.worker(1, attempt=2)
    for number in range(2, unclaimed + 1):
        assert yard.wait_for("Failed", number=number)["error"]["code"] == "worker_lost"
    second.go_to("Training")
    second.complete()
    assert yard.server.verify() | {"ok": 0} == {"ok": 0, "damaged": 0, "missing": 0, "orphaned": 0, "faults": []}
    wait_until(lambda: not list((yard.server.data_dir / "logs").glob("*")))


def test_cancelling_survives_the_server(mortal_yard: Yard):
    yard = mortal_yard
    yard.train()
    worker = yard.worker()
    worker.go_to("Training")
    yard.http.post(f"{yard.model_path}/versions/1/cancel")
    yard.server.kill()
    yard.server.restart()
    yard.connect()
    assert yard.wait_for("Canceled")["file_count"] == 0
    wait_until(lambda: not _lives(worker))


def test_a_queue_survives_the_server(own_yard: Callable[..., Yard]):
    yard = own_yard(engine_slots=1)
    for _ in range(3):
        yard.train()
    first = yard.worker(1)
    first.go_to("Training")
    assert [yard.version(number)["queue_position"] for number in (1, 2, 3)] == [None, 1, 2]
    yard.server.kill()
    yard.server.restart()
    yard.connect()
    assert [yard.version(number)["queue_position"] for number in (1, 2, 3)] == [None, 1, 2]
    first.complete()
    second = yard.worker(2)
    assert yard.version(3)["queue_position"] == 1
    second.go_to("Training")
    second.complete()
    third = yard.worker(3)
    third.go_to("Training")
    third.complete()
    assert {yard.version(number)["status"] for number in (1, 2, 3)} == {"Ready"}


def test_a_server_that_died_while_starting_a_worker_starts_it_again(own_yard: Callable[..., Yard]):
    yard = own_yard(worker_timeout_seconds=2)
    yard.train()
    worker = yard.worker()
    yard.server.kill()
    worker.kill()
    with _database(yard) as database, database.write_engine.begin() as connection:
        connection.execute(update(jobs).values(process_id=None, process_started_at=None))
    yard.server.restart()
    yard.connect()
    again = yard.worker(attempt=2)
    assert worker.ask("POST", "start", json={"host": "x", "process_id": 1}).json()["error"]["code"] == "lease_lost"
    again.go_to("Training")
    again.complete()
    assert yard.version()["status"] == "Ready"


def test_an_upload_cut_off_by_the_servers_death_leaves_nothing(mortal_yard: Yard):
    yard = mortal_yard
    yard.train()
    worker = yard.worker()
    worker.go_to("Training")
    sending = threading.Event()

    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 65536
            sending.set()
            time.sleep(0.001)

    def upload() -> None:
        headers = {"X-Content-SHA256": "0" * 64}
        with contextlib.suppress(httpx.TransportError):
            worker.ask("PUT", "files/model/big", content=endless(), headers=headers)

    thread = threading.Thread(target=upload)
    thread.start()
    sending.wait(10)
    time.sleep(0.3)
    yard.server.kill()
    thread.join(10)
    yard.server.restart()
    yard.connect()
    worker.complete()
    assert [file["path"] for file in yard.http.get(f"{yard.model_path}/versions/1/files").json()] == [
        "model/MLmodel",
        "model/model.txt",
    ]
    report = yard.server.verify()
    assert (report["orphaned"], report["missing"], report["damaged"]) == (0, 0, 0)


def test_no_version_is_left_moving(mortal_yard: Yard):
    """Everything at once: cancelled, killed, finished, then the server is killed too."""
    yard = mortal_yard
    for _ in range(6):
        yard.train()
    workers = [yard.worker(number) for number in range(1, 7)]
    for worker, step in zip(workers, ["Queued", *STEPS], strict=True):
        worker.go_to(step)
    yard.http.post(f"{yard.model_path}/versions/1/cancel")
    yard.http.post(f"{yard.model_path}/versions/2/cancel")
    workers[2].complete()
    yard.server.kill()
    for worker in workers:
        worker.kill()
    yard.server.restart()
    yard.connect()
    wait_until(lambda: not {yard.version(number)["status"] for number in range(1, 7)} & MOVING)
    statuses = [yard.version(number)["status"] for number in range(1, 7)]
    assert statuses == ["Canceled", "Canceled", "Ready", "Failed", "Failed", "Failed"]
    assert yard.jobs() == []


@contextlib.contextmanager
def _database(yard: Yard) -> Iterator[Database]:
    url = yard.server.database_url or f"sqlite:///{yard.server.data_dir / 'modelyard.db'}"
    database = Database(url, lambda _message: None)
    try:
        yield database
    finally:
        database.close()


def _lives(worker: PlayedWorker) -> bool:
    try:
        return psutil.Process(worker.process_id).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
