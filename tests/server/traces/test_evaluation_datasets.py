"""What no client sends about evaluation datasets."""

import json
import uuid
from typing import Any

import httpx
import pytest

from tests.support.server import ModelyardServer


@pytest.fixture
def root(server: ModelyardServer, project: str) -> str:
    return f"{server.url}/projects/{project}/api/3.0/mlflow/datasets"


def make(root: str, **fields: Any) -> str:
    answer = httpx.post(f"{root}/create", json={"name": f"d-{uuid.uuid4().hex[:8]}", **fields})
    assert answer.status_code == 200, answer.text
    made: str = answer.json()["dataset"]["dataset_id"]
    return made


@pytest.mark.parametrize(
    "records",
    [
        None,
        "",
        "{",
        "{}",
        "7",
        '["a"]',
        '[{"inputs": 1}]',
        '[{"inputs": {}, "tags": []}]',
        '[{"inputs": {}, "tags": 5}]',
        '[{"inputs": {}, "expectations": "a"}]',
        '[{"inputs": {}, "source": "me"}]',
        '[{"inputs": {}, "source": {"source_type": "MOON"}}]',
        '[{"inputs": {}, "source": {"source_type": "HUMAN", "source_data": [1]}}]',
        '[{"inputs": {"a": 1}}, {"inputs": null}]',
        "[" * 100_000,
    ],
)
def test_records_that_cannot_be(root: str, records: str | None):
    dataset = make(root)
    answer = httpx.post(f"{root}/{dataset}/records", json={"records": records})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE"), answer.text
    assert json.loads(httpx.get(f"{root}/{dataset}/records").json()["records"]) == []


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "n", "tags": "[]"}, {"name": "n", "tags": "{"}])
def test_a_dataset_that_cannot_be(root: str, body: dict[str, Any]):
    answer = httpx.post(f"{root}/create", json=body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_an_experiment_that_is_not_there(root: str):
    answer = httpx.post(f"{root}/create", json={"name": "n", "experiment_ids": ["999999999"]})
    assert (answer.status_code, answer.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")


def test_a_dataset_of_another_project_is_not_there(root: str, server: ModelyardServer):
    dataset = make(root)
    elsewhere = f"{server.url}/api/3.0/mlflow/datasets/{dataset}"
    for method in ("GET", "DELETE"):
        assert httpx.request(method, elsewhere).status_code == 404
    assert httpx.get(f"{root}/{dataset}").status_code == 200


def test_records_are_read_page_by_page(root: str):
    dataset = make(root)
    records = json.dumps([{"inputs": {"i": index}} for index in range(5)])
    answer = httpx.post(f"{root}/{dataset}/records", json={"records": records}).json()
    assert answer == {"inserted_count": 5, "updated_count": 0}
    read: list[int] = []
    token = None
    while True:
        params = {"max_results": 2, **({"page_token": token} if token else {})}
        page = httpx.get(f"{root}/{dataset}/records", params=params).json()
        read += [record["inputs"]["i"] for record in json.loads(page["records"])]
        if (token := page.get("next_page_token")) is None:
            break
    assert read == list(range(5))


def test_making_and_deleting_is_on_record(root: str, http: httpx.Client, project: str):
    dataset = make(root, name="golden")
    httpx.request("DELETE", f"{root}/{dataset}", json={}).raise_for_status()
    lines = http.get(f"projects/{project}/activity", params={"object_kind": "evaluation_dataset"}).json()["items"]
    assert [(line["action"], line["object_name"]) for line in lines] == [
        ("evaluation_dataset.deleted", "golden"),
        ("evaluation_dataset.created", "golden"),
    ]
