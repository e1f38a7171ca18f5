"""A run says how many runs are nested in it, settled or not."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.server import ModelyardServer


@pytest.fixture
def mlflow(server: ModelyardServer, project: str) -> Iterator[httpx.Client]:
    base = f"{server.url}/projects/{project}/api/2.0/mlflow/"
    with httpx.Client(base_url=base, timeout=60, trust_env=False) as client:
        yield client


def create(mlflow: httpx.Client, experiment: str, parent: str | None = None) -> str:
    tags = [{"key": "mlflow.parentRunId", "value": parent}] if parent else []
    answer = mlflow.post("runs/create", json={"experiment_id": experiment, "start_time": 1, "tags": tags})
    run_id: str = answer.raise_for_status().json()["run"]["info"]["run_id"]
    return run_id


def test_children_are_counted_until_they_are_deleted(mlflow: httpx.Client, http: httpx.Client, project: str):
    experiment = mlflow.post("experiments/create", json={"name": "nested"}).raise_for_status().json()["experiment_id"]
    parent, lonely = create(mlflow, experiment), create(mlflow, experiment)
    children = [create(mlflow, experiment, parent) for _ in range(3)]
    # One that has ended is settled: it is found by another index than those that go on.
    mlflow.post("runs/update", json={"run_id": children[0], "status": "FINISHED", "end_time": 5}).raise_for_status()

    def counts() -> dict[str, int]:
        page = http.get(f"projects/{project}/runs", params={"experiment": experiment}).raise_for_status().json()
        return {run["id"]: run["child_count"] for run in page["items"]}

    assert counts() == {parent: 3, lonely: 0, **dict.fromkeys(children, 0)}
    assert http.get(f"projects/{project}/runs/{parent}").json()["child_count"] == 3
    for gone, left in [(children[0], 2), (children[1], 1)]:
        http.delete(f"projects/{project}/runs/{gone}").raise_for_status()
        assert counts()[parent] == left
