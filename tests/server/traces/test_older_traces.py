"""Traces as clients before MLflow 3 tell of them, and what those do not send."""

import json
import uuid
from typing import Any

import httpx
import pytest

from tests.support.server import ModelyardServer

Json = dict[str, Any]
NAME = {"key": "mlflow.traceName", "value": "old"}


@pytest.fixture
def yard(server: ModelyardServer, project: str) -> "Yard":
    return Yard(server.url, project)


class Yard:
    def __init__(self, url: str, project: str) -> None:
        self.root = f"{url}/projects/{project}/api"
        self.experiment: str = self.post("experiments/create", {"name": f"e-{uuid.uuid4().hex[:8]}"})["experiment_id"]

    def call(self, method: str, path: str, body: Json | None = None, status: int = 200, **parameters: Any) -> Any:
        address = f"{self.root}/2.0/mlflow/{path}"
        answer = httpx.request(method, address, json=body, params=parameters or None, timeout=30)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, body: Json) -> Any:
        return self.call("POST", path, body)

    def start(self, at: int = 1000, *tags: Json) -> str:
        body = {"experiment_id": self.experiment, "timestamp_ms": at, "tags": [NAME, *tags]}
        started: str = self.post("traces", body)["trace_info"]["request_id"]
        return started

    def search(self, **parameters: Any) -> Json:
        found: Json = self.call("GET", "traces", experiment_ids=self.experiment, **parameters)
        return found


def test_a_trace_is_started_and_ended(yard: Yard):
    trace_id = yard.start(1000, {"key": "a", "value": "1"})
    told = yard.call("GET", f"traces/{trace_id}/info")["trace_info"]
    assert (told["status"], told["timestamp_ms"], told["experiment_id"]) == ("IN_PROGRESS", 1000, yard.experiment)
    assert "execution_time_ms" not in told
    body = {
        "timestamp_ms": 3500,
        "status": "ERROR",
        "request_metadata": [{"key": "mlflow.traceOutputs", "value": "what it gave"}],
        "tags": [{"key": "a", "value": "2"}, {"key": "mlflow.artifactLocation", "value": "elsewhere"}],
    }
    ended = yard.call("PATCH", f"traces/{trace_id}", body)["trace_info"]
    assert ended == yard.call("GET", f"traces/{trace_id}/info")["trace_info"]
    assert (ended["status"], ended["execution_time_ms"]) == ("ERROR", 2500)
    assert ended["request_metadata"] == [{"key": "mlflow.traceOutputs", "value": "what it gave"}]
    tags = {tag["key"]: tag["value"] for tag in ended["tags"]}
    assert tags.pop("mlflow.artifactLocation") != "elsewhere"
    assert tags == {"a": "2", "mlflow.traceName": "old"}
    newer = httpx.get(f"{yard.root}/3.0/mlflow/traces/{trace_id}").json()["trace"]["trace_info"]
    assert (newer["state"], newer["execution_duration"], newer["response_preview"]) == (
        "ERROR",
        "2.500s",
        "what it gave",
    )


def test_traces_are_searched_page_by_page(yard: Yard):
    ids = [yard.start(1000 + index) for index in range(5)]
    assert [trace["request_id"] for trace in yard.search()["traces"]] == ids[::-1]
    first = yard.search(max_results=3, order_by="timestamp_ms ASC")
    rest = yard.search(order_by="timestamp_ms ASC", page_token=first["next_page_token"])
    assert [trace["request_id"] for trace in [*first["traces"], *rest["traces"]]] == ids
    assert "next_page_token" not in rest
    assert yard.search(filter="status = 'OK'") == {}
    assert len(yard.search(filter="name RLIKE '^o' AND timestamp_ms > 1002")["traces"]) == 2


def test_a_trace_of_another_project_is_not_there(yard: Yard, server: ModelyardServer):
    trace_id = yard.start()
    name = f"p-{uuid.uuid4().hex[:8]}"
    httpx.post(f"{server.url}/api/v1/projects", json={"name": name}).raise_for_status()
    other = Yard(server.url, name)
    for method, path in (("GET", f"traces/{trace_id}/info"), ("PATCH", f"traces/{trace_id}")):
        body = {"timestamp_ms": 2000, "status": "OK"} if method == "PATCH" else None
        assert other.call(method, path, body, status=404)["error_code"] == "RESOURCE_DOES_NOT_EXIST"
    assert other.call("GET", "traces", experiment_ids=yard.experiment) == {}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "traces", {}, 400),
        ("POST", "traces", {"experiment_id": "{experiment}"}, 400),
        ("POST", "traces", {"experiment_id": "{experiment}", "timestamp_ms": -1}, 400),
        ("POST", "traces", {"experiment_id": "{experiment}", "timestamp_ms": 2**60}, 400),
        ("POST", "traces", {"experiment_id": "{experiment}", "timestamp_ms": 1, "tags": [{"value": "x"}]}, 400),
        ("POST", "traces", {"experiment_id": "{experiment}", "timestamp_ms": 1, "tags": {"a": "b"}}, 400),
        ("POST", "traces", {"experiment_id": "999999999", "timestamp_ms": 1}, 404),
        ("PATCH", "traces/{trace}", {"timestamp_ms": 1}, 400),
        ("PATCH", "traces/{trace}", {"status": "OK"}, 400),
        ("PATCH", "traces/{trace}", {"timestamp_ms": 1, "status": "FINE"}, 400),
        ("PATCH", "traces/none", {"timestamp_ms": 1, "status": "OK"}, 404),
        ("GET", "traces/none/info", None, 404),
        ("GET", "traces", None, 400),
        ("GET", "traces?experiment_ids=0&max_results=501", None, 400),
        ("GET", "traces?experiment_ids=0&filter=nonsense", None, 400),
        ("GET", "traces?experiment_ids=0&order_by=nonsense", None, 400),
        ("GET", "traces?experiment_ids={experiment}&page_token=nonsense", None, 400),
    ],
)
def test_what_no_client_should_send(yard: Yard, method: str, path: str, body: Json | None, status: int):
    named = {"{trace}": yard.start(), "{experiment}": yard.experiment}
    text = json.dumps(body)
    for name, value in named.items():
        path, text = path.replace(name, value), text.replace(name, value)
    yard.call(method, path, json.loads(text), status=status)


def test_no_trace_is_started_in_an_experiment_that_was_deleted(yard: Yard):
    yard.post("experiments/delete", {"experiment_id": yard.experiment})
    body = {"experiment_id": yard.experiment, "timestamp_ms": 1}
    assert "the experiment was deleted" in yard.call("POST", "traces", body, status=400)["message"]
