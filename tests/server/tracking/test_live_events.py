"""What open views of experiments, runs and the audit record are told."""

import json
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx

from tests.server.tracking.logged import Logged


class Stream:
    """The events of topics, gathered in the background."""

    def __init__(self, logged: Logged, *topics: str) -> None:
        self.events: list[dict[str, Any]] = []
        self._ready = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, args=(logged, topics), daemon=True)
        self._thread.start()
        assert self._ready.wait(30)

    def _listen(self, logged: Logged, topics: tuple[str, ...]) -> None:
        url = f"{logged.url}/api/v1/projects/{logged.project}/events"
        # It ends with the server at the latest, at whatever moment that is.
        with (
            suppress(httpx.TransportError),
            httpx.Client(timeout=60, trust_env=False) as client,
            client.stream("GET", url, params={"topic": topics}) as answer,
        ):
            self._read(answer)

    def _read(self, answer: httpx.Response) -> None:
        for line in answer.iter_lines():
            if self._stop.is_set():
                return
            if line == "event: ready":
                self._ready.set()
            elif line.startswith("data: {") and line != "data: {}":
                self.events.append(json.loads(line.removeprefix("data: ")))

    def until(self, kind: str, field: str = "", expected: Iterable[str] = ()) -> list[dict[str, Any]]:
        """Waits until there are events of a kind, and all that is expected is named in them; answers them."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            found = [event for event in self.events if event["type"] == kind]
            if found and {name for event in found for name in event.get(field, [])} >= set(expected):
                return found
            time.sleep(0.02)
        raise AssertionError(f"no {kind} with {expected}: {self.events}")

    def stop(self) -> None:
        self._stop.set()


@contextmanager
def listening(logged: Logged, *topics: str) -> Iterator[Stream]:
    stream = Stream(logged, *topics)
    yield stream
    stream.stop()


def test_a_run_is_told_of_to_views_of_it_and_of_its_experiment(logged: Logged):
    one, two = logged.experiment("one"), logged.experiment("two")
    run = logged.run(one, status=None)
    with listening(logged, f"run:{run}") as of_run, listening(logged, f"experiment:{one}") as of_experiment:
        other = logged.run(one)
        logged.run(two)
        logged.log(run, metrics={"rmse": 1.0})
        of_experiment.until("runs.changed", "run_ids", {run, other})
        of_run.until("runs.changed", "run_ids", {run})
        assert all(event["run_ids"] == [run] for event in of_run.events)
        assert {event["type"] for event in of_experiment.events} == {"runs.changed", "experiments.changed"}
        told = {name for event in of_experiment.events for name in event.get("run_ids", [])}
        assert told == {run, other}


def test_every_change_of_a_run_is_told(logged: Logged):
    run = logged.run(logged.experiment("e"), status=None)
    changes = [
        lambda: logged.mlflow("runs/log-metric", run_id=run, key="m", value=1.0, timestamp=1),
        lambda: logged.mlflow("runs/set-tag", run_id=run, key="t", value="1"),
        lambda: logged.mlflow("runs/update", run_id=run, status="FINISHED", end_time=5),
        lambda: logged.change("PATCH", f"runs/{run}", {"name": "x"}),
        lambda: logged.change("DELETE", f"runs/{run}"),
        lambda: logged.change("POST", f"runs/{run}/restore"),
    ]
    for change in changes:
        with listening(logged, f"run:{run}") as stream:
            change()
            stream.until("runs.changed", "run_ids", {run})


def test_many_changes_become_few_events(logged: Logged):
    experiment = logged.experiment("e")
    runs = [logged.run(experiment, status=None) for _ in range(5)]
    with listening(logged, f"experiment:{experiment}") as stream:
        began = time.monotonic()
        for step in range(60):
            logged.mlflow("runs/log-metric", run_id=runs[step % 5], key="m", value=1.0, timestamp=step, step=step)
        took = time.monotonic() - began
        found = stream.until("runs.changed", "run_ids", set(runs))
        assert len(found) <= 2 * took + 2


def test_experiments_are_told_of_when_they_or_their_runs_change(logged: Logged):
    with listening(logged, "experiments") as stream:
        experiment = logged.experiment("e")
        stream.until("experiments.changed", "experiment_ids", {experiment})
        seen = len(stream.events)
        logged.run(experiment)
        deadline = time.monotonic() + 30
        while len(stream.events) == seen and time.monotonic() < deadline:
            time.sleep(0.02)
        assert stream.events[seen]["experiment_ids"] == [experiment]


def test_the_audit_record_tells_that_it_grew_in_its_own_project_alone(logged: Logged):
    with listening(logged, "activity") as stream:
        logged.http.post("projects", json={"name": f"{logged.project}-b"}).raise_for_status()
        logged.http.post(f"projects/{logged.project}-b/models", json={"name": "m"}).raise_for_status()
        logged.change("POST", "models", {"name": "m"})
        stream.until("activity.recorded")
        assert len(stream.events) == 1
