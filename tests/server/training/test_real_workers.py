"""Trainings and predictions by real workers."""

import contextlib
import csv
import gzip
import io
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.server.training.playing import CONFIG, STEPS, TABLE, jobs_of_versions
from tests.support.server import ModelyardServer
from tests.support.waiting import wait_until

LONG: dict[str, Any] = {
    **CONFIG,
    "trainer": {"num_boost_round": 100_000, "learning_rate": 0.000001, "early_stop": -1},
}
PATH = "projects/default/models/m/versions"


class RealYard:
    """A server with real workers and a table."""

    def __init__(self, server: ModelyardServer) -> None:
        self.server = server
        self.http = server.client()
        self.http.post("projects/default/datasets/toy/versions?filename=toy.csv", content=TABLE).raise_for_status()

    def connect(self) -> None:
        self.http.close()
        self.http = self.server.client()

    def train(self, config: dict[str, Any], dataset: str = "toy") -> int:
        answer = self.http.post(PATH, json={"config": config, "dataset": dataset})
        assert answer.status_code == 201, answer.text
        number: int = answer.json()["number"]
        return number

    def wait_for(self, number: int, *statuses: str, seconds: float = 60) -> dict[str, Any]:
        def reached() -> dict[str, Any] | None:
            version: dict[str, Any] = self.http.get(f"{PATH}/{number}").json()
            return version if version["status"] in statuses else None

        found: dict[str, Any] = wait_until(reached, seconds)
        return found

    def process_id(self, number: int) -> int:
        jobs = jobs_of_versions(self.http)
        return int(next(job["process_id"] for job in jobs if job["number"] == number))


@pytest.fixture
def yard(new_server: Callable[..., ModelyardServer]) -> Iterator[RealYard]:
    made = RealYard(new_server().start())
    yield made
    made.http.close()


@pytest.mark.timeout(240)
def test_a_real_training_outlives_its_server_and_its_model_predicts(yard: RealYard):
    long = yard.train(LONG)
    quick = yard.train(CONFIG)
    yard.wait_for(long, "Training")
    yard.server.kill()
    yard.server.restart()
    yard.connect()
    ready = yard.wait_for(quick, "Ready")
    assert ready["metric"]["name"] == "roc_auc"
    assert {file["path"] for file in yard.http.get(f"{PATH}/{quick}/files").json()} >= {
        "model/MLmodel",
        "reports/evaluation.json",
        "reports/explanation.json",
    }
    assert yard.http.get(f"{PATH}/{quick}/evaluation").json()["target"] == "y"
    assert yard.http.get(f"{PATH}/{quick}/explanation").json()["features"]
    assert yard.http.get(f"{PATH}/{long}").json()["status"] == "Training"
    points = _points(yard, long)
    wait_until(lambda: _points(yard, long) > points)
    assert yard.http.post(f"{PATH}/{long}/cancel").json()["status"] == "Canceling"
    yard.wait_for(long, "Canceled", seconds=20)
    _check_predictions(yard.http, quick)
    yard.server.stop()
    report = yard.server.verify()
    assert (report["orphaned"], report["missing"], report["damaged"]) == (0, 0, 0)


@pytest.mark.timeout(180)
def test_a_real_worker_that_is_killed_is_noticed(yard: RealYard):
    number = yard.train(LONG)
    yard.wait_for(number, "Training")
    os.kill(yard.process_id(number), signal.SIGKILL)
    killed_at = time.monotonic()
    failed = yard.wait_for(number, "Failed", seconds=15)
    assert time.monotonic() - killed_at < 15
    assert failed["error"]["code"] == "worker_lost"
    assert yard.http.get(f"{PATH}/{number}/log").json()["total"] > 0
    greedy = yard.train({**CONFIG, "backend": {"memory_limit_bytes": 64 * 2**20}})
    out = yard.wait_for(greedy, "Failed")
    assert out["error"]["code"] == "out_of_memory"
    assert "64 MiB" in out["error"]["message"]


@pytest.mark.timeout(240)
def test_real_workers_that_are_killed_at_every_step_leave_nothing_behind(new_server: Callable[..., ModelyardServer]):
    """The table is large enough for the steps to last until they are seen. All workers but the first are forked."""
    yard = RealYard(new_server(worker_warm_seconds=60).start())
    rows = "".join(f"{i},{(i * 7) % 13},{(i * 31) % 101},{i % 2}\n" for i in range(150_000))
    yard.http.post("projects/default/datasets/large/versions?filename=t.csv", content=f"a,b,c,y\n{rows}")
    features = [{"name": name, "type": "number"} for name in "abc"]
    config = {**CONFIG, "input_features": features, "trainer": {"num_boost_round": 60, "early_stop": -1}}
    for step in STEPS:
        # A worker that has just finished cannot be killed any more; then it is tried again.
        failed = next(lost for _ in range(3) if (lost := _kill_at(yard, config, step))["status"] == "Failed")
        assert failed["error"]["code"] == "worker_lost"
        assert failed["error"]["step"] in STEPS[STEPS.index(step) :]
        assert failed["file_count"] == 0
        assert yard.http.get(f"{PATH}/{failed['number']}/log").json()["total"] > 0
    yard.server.stop()
    report = yard.server.verify()
    assert (report["orphaned"], report["missing"], report["damaged"]) == (0, 0, 0)


def _kill_at(yard: RealYard, config: dict[str, Any], step: str) -> dict[str, Any]:
    """Trains and kills the worker as soon as it is seen at the step, or after it when the step was too short to see."""
    number = yard.train(config, "large")
    yard.wait_for(number, "Preprocessing")
    process_id = yard.process_id(number)
    deadline = time.monotonic() + 60
    while yard.http.get(f"{PATH}/{number}").json()["status"] not in {*STEPS[STEPS.index(step) :], "Ready"}:
        assert time.monotonic() < deadline, f"{step} was never seen"
        time.sleep(0.005)
    with contextlib.suppress(ProcessLookupError):
        os.kill(process_id, signal.SIGKILL)
    return yard.wait_for(number, "Failed", "Ready", seconds=15)


def _points(yard: RealYard, number: int) -> int:
    curves = yard.http.get(f"{PATH}/{number}/curves?max_points=10").json()["curves"]
    return sum(curve["point_count"] for curve in curves)


def _check_predictions(http: httpx.Client, number: int) -> None:
    """JSON, CSV and Parquet in and out give the same answer; what cannot be predicted says why."""
    path = f"{PATH}/{number}/predict"
    rows = [{"a": 5, "b": 3}, {"a": 40, "b": 11}]
    from_json = http.post(path, json={"rows": rows})
    assert from_json.status_code == 200, from_json.text
    answer = from_json.json()
    assert answer["duration_ms"] > 0
    assert len(answer["rows"]) == 2
    assert set(answer["rows"][0]) == set(answer["columns"])
    probabilities = [row["y_probability"] for row in answer["rows"]]
    as_csv = http.post(path, content="a,b\n5,3\n40,11\n", headers={"Content-Type": "text/csv"})
    assert as_csv.headers["content-type"].startswith("text/csv")
    assert [float(row["y_probability"]) for row in csv.DictReader(io.StringIO(as_csv.text))] == probabilities
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    headers = {"Content-Type": "application/vnd.apache.parquet"}
    as_parquet = http.post(path, content=sink.getvalue(), headers=headers)
    assert pq.read_table(io.BytesIO(as_parquet.content))["y_probability"].to_pylist() == probabilities
    crossed = http.post(f"{path}?output=json", content="a,b\n5,3\n", headers={"Content-Type": "text/csv"})
    assert crossed.json()["rows"][0]["y_probability"] == probabilities[0]
    _check_other_forms(http, path, probabilities)
    for body, status, code in (
        ({"json": {"rows": [{"a": "much", "b": 1}]}}, 422, "prediction_failed"),
        ({"json": {"rows": []}}, 400, "invalid_argument"),
        ({"json": {"rowz": []}}, 400, "invalid_argument"),
        ({"json": {"rows": rows, "instances": rows}}, 400, "invalid_argument"),
        ({"json": {"rows": [{"a": 5}]}, "params": {"strict": True}}, 422, "prediction_failed"),
        ({"content": b"a,b\n1,2\n", "params": {"filename": "rows.xlsx"}}, 400, "invalid_argument"),
        ({"content": b"\x00\xff", "headers": headers}, 422, "prediction_failed"),
        ({"content": b"", "headers": headers}, 400, "invalid_argument"),
        ({"content": b"<a/>", "headers": {"Content-Type": "text/xml"}}, 400, "invalid_argument"),
    ):
        refused = http.post(path, **body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (status, code), refused.text
    (job,) = [job for job in http.get("engines/local").json()["jobs"] if job["kind"] == "predict"]
    os.kill(job["process_id"], signal.SIGKILL)
    again = http.post(path, json={"rows": rows})
    assert [row["y_probability"] for row in again.json()["rows"]] == probabilities
    not_ready = http.post(f"{PATH}/1/predict", json={"rows": rows})
    assert not_ready.json()["error"]["code"] == "invalid_state"


def _check_other_forms(http: httpx.Client, path: str, probabilities: list[float]) -> None:
    """The forms of MLflow's servers, and files in any format of an upload; what rows lack is said."""
    for body in (
        {"dataframe_records": [{"a": 5, "b": 3}]},
        {"dataframe_split": {"columns": ["b", "a"], "data": [[3, 5]]}},
        {"instances": [{"a": 5, "b": 3}]},
        {"instances": [[5, 3]]},
        {"inputs": {"a": [5], "b": ["3"]}},
    ):
        answer = http.post(path, json=body)
        assert answer.status_code == 200, answer.text
        assert [row["y_probability"] for row in answer.json()["rows"]] == probabilities[:1]
        assert answer.json()["missing_inputs"] == []
    packed = gzip.compress(b"b;a\n3;5\n11;40\n")
    for params, headers in (
        ({"filename": "rows.csv.gz"}, {}),
        ({}, {"Content-Type": "text/csv", "Content-Encoding": "gzip"}),
    ):
        answer = http.post(path, content=packed, params={"output": "json", **params}, headers=headers)
        assert [row["y_probability"] for row in answer.json()["rows"]] == probabilities
    lacking = http.post(path, content="a\n5\n", headers={"Content-Type": "text/csv"})
    assert json.loads(lacking.headers["X-Modelyard-Missing-Inputs"]) == {"count": 1, "names": ["b"]}
    assert http.post(path, json={"rows": [{"a": 5}]}).json()["missing_inputs"] == ["b"]
    strict = http.post(path, json={"rows": [{"a": 5}]}, params={"strict": True})
    assert "lacks 1 of the model's 2 inputs: 'b'" in strict.json()["error"]["message"]
