"""Cancelling before the start, at every step, and after the end."""

import time
from collections.abc import Callable

import pytest

from tests.server.training.playing import STEPS, Yard


def cancel(yard: Yard, number: int = 1) -> tuple[int, str]:
    answer = yard.http.post(f"{yard.model_path}/versions/{number}/cancel")
    body = answer.json()
    return answer.status_code, body["status"] if answer.status_code == 200 else body["error"]["code"]


def test_a_queued_version_is_canceled_at_once_and_never_started(own_yard: Callable[..., Yard]):
    yard = own_yard(engine_slots=1)
    yard.train()
    yard.train()
    yard.train()
    first = yard.worker(1)
    assert cancel(yard, 2) == (200, "Canceled")
    assert yard.version(3)["queue_position"] == 1
    first.go_to("Training")
    first.complete()
    third = yard.worker(3)
    third.go_to("Training")
    third.complete()
    canceled = yard.version(2)
    assert [entry["step"] for entry in canceled["timeline"]] == ["Queued"]
    assert canceled["status"] == "Canceled"


@pytest.mark.parametrize("step", ["Queued", *STEPS])
def test_a_worker_is_told_to_stop(yard: Yard, step: str):
    yard.train()
    worker = yard.worker()
    worker.go_to(step)
    assert worker.report()["cancel"] is False
    assert cancel(yard) == (200, "Canceling")
    assert cancel(yard) == (200, "Canceling")
    assert worker.report(status="Explaining")["cancel"] is True
    assert yard.version()["status"] == "Canceling"
    assert worker.finish("Canceled").status_code == 204
    canceled = yard.version()
    assert (canceled["status"], canceled["file_count"], canceled["error"]) == ("Canceled", 0, None)
    assert cancel(yard) == (409, "invalid_state")
    worker.end()


def test_a_worker_that_finishes_all_the_same_is_still_canceled(yard: Yard):
    yard.train()
    worker = yard.worker()
    worker.go_to("Explaining")
    cancel(yard)
    assert worker.finish("Ready").status_code == 204
    assert worker.finish("Ready").status_code == 204
    assert yard.version()["status"] == "Canceled"
    worker.end()


def test_a_worker_that_does_not_listen_is_ended(yard: Yard):
    yard.train()
    worker = yard.worker()
    worker.go_to("Training")
    cancel(yard)
    asked_at = time.monotonic()
    assert yard.wait_for("Canceled")["file_count"] == 0
    assert 4 < time.monotonic() - asked_at < 12


def test_what_has_ended_cannot_be_canceled(yard: Yard):
    yard.train()
    worker = yard.worker()
    worker.go_to("Training")
    worker.complete()
    assert cancel(yard) == (409, "invalid_state")
    assert yard.version()["status"] == "Ready"
