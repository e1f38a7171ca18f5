import json
from typing import Any

import httpx
import pandas as pd
import pytest

from modelyard.sdk import (
    InvalidArgumentError,
    InvalidConfigError,
    ServerUnreachableError,
    TrainingCanceledError,
    TrainingFailedError,
    Version,
    WaitTimeoutError,
)
from modelyard.wire.errors import ErrorCode
from tests.sdk.fake import FakeServer, dataset_version, error, log_line, ok, page, stream, version

MODEL = "/projects/p/models/iris"
ONE = MODEL + "/versions/1"
EVENTS = "/projects/p/events"
READY = "event: ready\ndata: {}"
CONFIG = {"model_type": "gbm"}


def progress_event(fraction: float) -> str:
    progress = {"fraction": fraction, "message": "iteration", "remaining_ms": None}
    return f"data: {json.dumps({'type': 'progress.changed', 'model': 'iris', 'number': 1, 'progress': progress})}"


def changed_event(status: str) -> str:
    return f"data: {json.dumps({'type': 'version.changed', 'version': version(1, status)})}"


def log_event(*sequences: int) -> str:
    lines = [log_line(sequence) for sequence in sequences]
    return f"data: {json.dumps({'type': 'log.appended', 'model': 'iris', 'number': 1, 'lines': lines})}"


def logged(*sequences: int) -> httpx.Response:
    lines = [log_line(sequence) for sequence in sequences]
    return ok({"lines": lines, "next_after": max(sequences, default=0), "total": len(lines)})


@pytest.fixture
def moving(fake: FakeServer) -> Version:
    fake.on("GET", ONE, ok(version(1, "Queued")))
    return fake.client().models("iris").version(1)


@pytest.mark.parametrize(
    ("given", "expected"), [("iris", ("iris", None)), ("iris@latest", ("iris", None)), ("iris@2", ("iris", 2))]
)
def test_training_names_its_dataset(fake: FakeServer, given: str, expected: tuple[str, int | None]):
    fake.on("POST", MODEL + "/versions", ok(version(4, "Queued"), status=201))
    started = fake.client().models("iris").train(CONFIG, given, description="first", parent=3, wait=False)
    assert (started.reference, started.uri, started.is_moving) == ("iris/4", "models:/iris/4", True)
    sent = json.loads(fake.requests[0].content)
    assert (sent["dataset"], sent["dataset_version"]) == expected
    assert (sent["config"], sent["description"], sent["engine"], sent["parent"]) == (CONFIG, "first", "local", 3)


def test_training_on_a_frame_uploads_it_first(fake: FakeServer):
    fake.on(
        "POST", "/projects/p/datasets/iris/versions", ok({"created": True, "version": dataset_version(7)}, status=201)
    )
    fake.on("POST", MODEL + "/versions", ok(version(1, "Queued"), status=201))
    fake.client().models("iris").train(CONFIG, pd.DataFrame({"a": [1, 2]}), wait=False)
    assert json.loads(fake.requests[1].content)["dataset_version"] == 7


def test_training_on_a_handle_of_a_dataset(fake: FakeServer):
    fake.on("GET", "/projects/p/datasets/iris/versions/2", ok(dataset_version(2)))
    fake.on("POST", MODEL + "/versions", ok(version(1, "Queued"), status=201))
    client = fake.client()
    client.models("iris").train(CONFIG, client.datasets("iris"), wait=False)
    client.models("iris").train(CONFIG, client.datasets("iris").version(2), wait=False)
    sent = [json.loads(request.content)["dataset_version"] for request in fake.requests if request.method == "POST"]
    assert sent == [None, 2]


def test_training_on_something_else_is_refused(fake: FakeServer):
    with pytest.raises(InvalidArgumentError, match="not a dataset"):
        fake.client().models("iris").train(CONFIG, 17)


def test_a_config_that_does_not_fit_says_where(fake: FakeServer):
    problem = {"path": "trainer.learning_rat", "message": "unknown", "suggestion": "learning_rate"}
    fake.on("POST", MODEL + "/versions", error(422, ErrorCode.INVALID_CONFIG, problems=[problem]))
    with pytest.raises(InvalidConfigError) as caught:
        fake.client().models("iris").train(CONFIG, "iris")
    assert caught.value.problems[0].suggestion == "learning_rate"


def test_versions_are_found_by_reference(fake: FakeServer):
    fake.on("GET", MODEL + "/versions/latest", ok(version(9)))
    fake.on("GET", MODEL + "/versions/3", ok(version(3)))
    client = fake.client()
    assert client.resolve("models:/iris/latest").number == client.models("iris").latest.number == 9
    assert client.resolve("iris/3").number == 3


def test_versions_are_listed_with_filters(fake: FakeServer):
    fake.on("GET", MODEL + "/versions", page(version(2), next_page_token="t"), page(version(1)))
    found = fake.client().models("iris").versions(status="Ready", sort="metric", include_archived=True)
    assert [each.number for each in found] == [2, 1]
    asked = fake.requests[0].url.params
    assert (asked["status"], asked["sort"], asked["order"], asked["include_archived"]) == (
        "Ready",
        "metric",
        "desc",
        "true",
    )


def test_metrics_are_named_by_split(fake: FakeServer):
    metric = {"name": "accuracy", "split": "test", "value": 0.9, "higher_is_better": True}
    fake.on("GET", ONE, ok(version(1, metrics=[metric])))
    assert fake.client().models("iris").version(1).metrics == {"test_accuracy": 0.9}


def test_updating_sends_only_what_is_given(fake: FakeServer, moving: Version):
    fake.on("PATCH", ONE, ok(version(1, starred=True)))
    assert moving.update(starred=True).info.starred
    assert json.loads(fake.requests[-1].content) == {"starred": True}


def test_waiting_follows_the_events_until_the_end(fake: FakeServer, moving: Version):
    fake.on("GET", ONE, ok(version(1, "Training")), ok(version(1, "Ready")))
    fake.on("GET", EVENTS, stream(READY, progress_event(0.5), ": keep-alive", changed_event("Ready")))
    seen: list[tuple[str, float | None]] = []
    moving.wait(lambda now: seen.append((str(now.status), now.progress.fraction if now.progress else None)))
    assert seen == [("Training", None), ("Training", 0.5), ("Ready", None)]
    assert fake.requests[1].url.params["topic"] == "version:iris/1"


def test_waiting_lives_through_a_lost_connection(fake: FakeServer, moving: Version):
    fake.on("GET", EVENTS, stream(READY), httpx.ConnectError("restarting"), stream(READY))
    fake.on("GET", ONE, ok(version(1, "Training")), ok(version(1, "Ready")))
    assert moving.wait().status == "Ready"


def test_an_event_of_a_newer_server_is_passed_over(fake: FakeServer, moving: Version):
    fake.on("GET", EVENTS, stream(READY, 'data: {"type": "version.praised"}', changed_event("Ready")))
    fake.on("GET", ONE, ok(version(1, "Training")), ok(version(1, "Ready")))
    assert moving.wait().status == "Ready"


def test_waiting_gives_up_when_the_server_stays_away(fake: FakeServer, moving: Version):
    fake.on("GET", EVENTS, httpx.ConnectError("gone"))
    with pytest.raises(ServerUnreachableError):
        moving.wait()


def test_waiting_raises_how_it_ended(fake: FakeServer, moving: Version):
    fault = {"step": "Training", "code": "worker_lost", "message": "the worker is gone"}
    fake.on("GET", EVENTS, stream(READY))
    fake.on("GET", ONE, ok(version(1, "Failed", error=fault)))
    with pytest.raises(TrainingFailedError, match="failed in Training: the worker is gone") as caught:
        moving.wait()
    assert caught.value.version.number == 1
    assert moving.wait(raise_on_failure=False).status == "Failed"
    fake.on("GET", ONE, ok(version(1, "Canceled")))
    with pytest.raises(TrainingCanceledError):
        moving.wait()


def test_waiting_ends_when_its_time_is_over(fake: FakeServer, moving: Version):
    fake.on("GET", EVENTS, lambda _: stream(READY))
    with pytest.raises(WaitTimeoutError, match="still Queued"):
        moving.wait(timeout=0.05)


def test_the_log_is_read_page_by_page(fake: FakeServer, moving: Version):
    fake.on("GET", ONE + "/log", logged(*range(1, 1001)), logged(1001))
    assert [line.sequence for line in moving.log()] == list(range(1, 1002))
    assert [request.url.params["after"] for request in fake.requests[1:]] == ["0", "1000"]


def test_following_the_log_misses_and_repeats_nothing(fake: FakeServer, moving: Version):
    """Lines come from events; a gap (4) and a reconnection are filled from the stored log; the end brings the rest."""
    stored: list[int] = [1, 2]

    def log(request: httpx.Request) -> httpx.Response:
        after = int(request.url.params["after"])
        return logged(*(n for n in stored if n > after))

    def first(_: httpx.Request) -> httpx.Response:
        stored.extend([3, 4, 5])
        return stream(READY, log_event(3), log_event(5), log_event(5))

    def second(_: httpx.Request) -> httpx.Response:
        stored.extend([6, 7])
        return stream(READY, changed_event("Ready"))

    fake.on("GET", ONE + "/log", log)
    fake.on("GET", EVENTS, first, second)
    fake.on("GET", ONE, ok(version(1, "Training")), ok(version(1, "Training")), ok(version(1, "Ready")))
    stored[:] = [1, 2]
    assert [line.sequence for line in moving.log(follow=True)] == [1, 2, 3, 4, 5, 6, 7]


def test_following_the_log_of_an_ended_version_ends(fake: FakeServer, moving: Version):
    fake.on("GET", EVENTS, stream(READY))
    fake.on("GET", ONE, ok(version(1, "Ready")))
    fake.on("GET", ONE + "/log", lambda request: logged() if int(request.url.params["after"]) else logged(1, 2))
    assert [line.text for line in moving.log(follow=True, search="LINE 2")] == ["line 2"]


@pytest.mark.parametrize("verb", ["cancel", "retrain"])
def test_canceling_and_retraining(fake: FakeServer, moving: Version, verb: str):
    fake.on("POST", f"{ONE}/{verb}", ok(version(2, "Canceling")))
    assert getattr(moving, verb)().status == "Canceling"


def test_reports_and_curves_are_read(fake: FakeServer, moving: Version):
    curve: dict[str, Any] = {"name": "log_loss", "split": "train", "points": [], "point_count": 0}
    curve["points"] = [{"step": 1, "timestamp_ms": 1, "value": "NaN"}]
    fake.on("GET", ONE + "/curves", ok({"curves": [curve], "best_iteration": 3}))
    curves = moving.curves(max_points=100)
    assert curves.curves[0].points[0].value != curves.curves[0].points[0].value
    assert fake.requests[-1].url.params["max_points"] == "100"
