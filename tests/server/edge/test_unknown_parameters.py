"""The native API refuses what it does not know; the MLflow protocol passes over it, as newer clients need."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.server.tracking.logged import Logged

MODEL_FIELDS = ["name", "description", "default_metric", "uses_semver"]


@pytest.fixture
def logged(server: Any, http: httpx.Client, project: str) -> Logged:
    return Logged(server, http, project)


def operations(http: httpx.Client) -> Iterator[tuple[str, str, list[str]]]:
    """Each operation of the native API, with the names of its query parameters."""
    described = http.get("openapi.json").raise_for_status().json()
    for path, item in described["paths"].items():
        for method, operation in item.items():
            names = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
            if path.startswith("/api/v1/"):
                yield method.upper(), path.removeprefix("/api/v1/"), names


def refused(answer: httpx.Response, *words: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_argument"), answer.text
    found: dict[str, Any] = answer.json()["error"]
    text = json.dumps(found)
    assert all(word in text for word in words), answer.text
    return found


def test_every_operation_refuses_an_unknown_query_parameter_and_names_its_own(http: httpx.Client):
    tried = 0
    for method, path, names in operations(http):
        filled = path.replace("{number}", "1").replace("{", "").replace("}", "")
        found = refused(http.request(method, filled, params={"x-ray": "red"}), "x-ray", *names)
        assert found["problems"] == [{"path": "x-ray", "message": "unknown query parameter"}]
        tried += 1
    assert tried > 100


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("models", {"filter": "name = 'x'"}),
        ("models", {"order_by": "name"}),
        ("models/m/versions", {"filter": "x"}),
        ("experiments", {"order_by": "name"}),
        ("experiments", {"filter": "colour = 'red'"}),
        ("runs", {"filter": "nonsense"}),
        ("runs", {"filter": "colour.x = 1"}),
        ("runs", {"order_by": "colour"}),
        ("runs", {"order_by": ["start_time", "colour DESC"]}),
        ("runs", {"filtr": "status = 'FINISHED'"}),
        ("runs", {"Filter": "status = 'FINISHED'"}),
        ("runs", {"limit": ["1", "2"]}),
        ("runs", {"filter": ["a", "b"]}),
        ("runs", {"state": "gone"}),
        ("runs/count", {"filter": "colour = 1"}),
        ("traces", {"filter": "colour = 1"}),
        ("traces", {"order_by": "colour"}),
        ("evaluation-datasets", {"filter": "colour = 1"}),
        ("datasets", {"order": "upwards"}),
        ("datasets", {"sort": "colour"}),
        ("activity", {"object_kind": "colour"}),
        ("webhooks", {"search": "x"}),
        ("search", {"kind": "model"}),
    ],
)
def test_a_list_refuses_what_it_cannot_filter_or_order_by(logged: Logged, path: str, query: dict[str, Any]):
    found = refused(logged.get(path, **query))
    assert found["problems"], found


def test_a_name_close_to_a_parameter_is_proposed(logged: Logged):
    found = refused(logged.get("runs", filtr="x"))
    assert found["message"] == "filtr: unknown query parameter; did you mean 'filter'?"
    assert (
        found["hint"]
        == "The query parameters are: experiment, filter, order_by, state, limit, page_token, format, columns."
    )


def test_a_parameter_that_takes_several_values_may_be_given_several_times(logged: Logged):
    one, two = logged.experiment("one"), logged.experiment("two")
    runs = {logged.run(one), logged.run(two)}
    assert {run["id"] for run in logged.read("runs", experiment=[one, two])["items"]} == runs


@pytest.mark.parametrize(
    ("method", "path", "body", "field", "fields"),
    [
        ("POST", "models", {"name": "m", "colour": "red"}, "colour", ["name", "description"]),
        ("POST", "experiments", {"name": "e", "tag": {}}, "tag", ["name", "description", "tags"]),
        ("PATCH", "models/m", {"descripton": "x"}, "descripton", MODEL_FIELDS),
        ("POST", "runs/delete", {"ids": ["a"], "id": "a"}, "id", ["ids"]),
        ("POST", "imports", {"source": "s", "colour": 1}, "colour", ["source"]),
    ],
)
def test_an_unknown_field_of_a_body_is_refused_with_the_fields_there_are(
    logged: Logged, method: str, path: str, body: dict[str, Any], field: str, fields: list[str]
):
    found = refused(logged.send(method, path, body))
    (problem,) = found["problems"]
    assert (problem["path"], problem["message"].split(";")[0]) == (field, "unknown field")
    assert found["hint"] == f"The fields are: {', '.join(fields)}."


def test_a_misspelled_field_is_told_what_it_was_probably_meant_to_be(logged: Logged):
    found = refused(logged.send("POST", "models", {"name": "m", "descripton": "x"}))
    assert found["message"] == "descripton: unknown field; did you mean 'description'?"


def test_an_unknown_field_deep_in_a_body_is_refused_with_the_fields_of_its_object(logged: Logged):
    body = {"changes": [{"column": "a", "feature_type": "text", "x-ray": 1}]}
    found = refused(logged.send("POST", "datasets/d/versions/1/retype", body))
    (problem,) = found["problems"]
    assert (problem["path"], problem["message"]) == ("changes[0].x-ray", "unknown field")
    assert "feature_type" in found["hint"]
    assert "changes" not in found["hint"]


def test_the_mlflow_protocol_passes_over_fields_and_parameters_it_does_not_know(logged: Logged):
    experiment = logged.experiment("e")
    run = logged.mlflow("runs/create", experiment_id=experiment, colour="red")["run"]["info"]["run_id"]
    assert logged.read_mlflow("runs/get", run_id=run, colour="red")["run"]["info"]["run_id"] == run
    found = logged.mlflow("runs/search", experiment_ids=[experiment], colour=["red"])
    assert [item["info"]["run_id"] for item in found["runs"]] == [run]
