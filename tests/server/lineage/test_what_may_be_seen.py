"""Lineages and diffs hold what the caller may see and nothing else."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.server.access.conftest import HIDDEN, READ, TEAM, calling
from tests.server.tracking.test_run_models import mlmodel
from tests.support.identities import GuardedServer
from tests.support.receiver import SETTINGS

MODELS = "project:models:read"
USERS: dict[str, dict[str, list[str]] | str] = {
    "admin": "admin",
    "models": {TEAM: [READ, MODELS]},
    "models-and-runs": {TEAM: [READ, MODELS, "project:experiments:read"]},
    "runs": {TEAM: [READ, "project:experiments:read"]},
    "reader": {TEAM: [READ]},
    "both": {TEAM: [READ, MODELS], HIDDEN: [READ, MODELS]},
    "half": {TEAM: [READ, MODELS], HIDDEN: [READ]},
}


@pytest.fixture(scope="module")
def registered(
    tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str | None]
) -> Iterator[GuardedServer]:
    """`m` 1 and 2 in both projects, registered from a run that was given a dataset."""
    made = GuardedServer(tmp_path_factory.mktemp("registered") / "data", new_database(), **SETTINGS)
    made.allow(USERS)
    made.start()
    with calling(made, "admin") as admin:
        for project in (TEAM, HIDDEN):
            admin.post("/api/v1/projects", json={"name": project}).raise_for_status()
            _fill(admin, f"/projects/{project}/api/2.0/mlflow", f"/api/v1/projects/{project}")
    yield made
    made.stop()


def _fill(admin: httpx.Client, mlflow: str, native: str) -> None:
    def ask(path: str, **body: Any) -> Any:
        return admin.post(f"{mlflow}/{path}", json=body).raise_for_status().json()

    experiment = ask("experiments/create", name="e")["experiment_id"]
    for depth in ("3", "4"):
        info = ask("runs/create", experiment_id=experiment, start_time=1)["run"]["info"]
        run = info["run_id"]
        ask("runs/log-batch", run_id=run, params=[{"key": "depth", "value": depth}])
        dataset = {"name": "flowers", "digest": "d1", "source_type": "local", "source": "{}"}
        ask("runs/log-inputs", run_id=run, datasets=[{"dataset": dataset, "tags": []}])
        folder = info["artifact_uri"].removeprefix("mlflow-artifacts:/")
        artifacts = mlflow.replace("/mlflow", "/mlflow-artifacts/artifacts")
        admin.put(f"{artifacts}/{folder}/model/MLmodel", content=mlmodel({"a": "double"})).raise_for_status()
        admin.post(f"{native}/runs/{run}/register", json={"model": "m", "path": "model"}).raise_for_status()


def get(server: GuardedServer, user: str, path: str, **params: Any) -> httpx.Response:
    with calling(server, user) as client:
        return client.get(f"/api/v1/projects/{TEAM}/models/m/versions/{path}", params=params)


def test_kinds_that_may_not_be_seen_are_left_out(registered: GuardedServer):
    seen = {
        user: sorted(node["kind"] for node in get(registered, user, "1/lineage").json()["nodes"])
        for user in ("admin", "models-and-runs", "models")
    }
    assert seen == {
        "admin": ["logged_dataset", "run", "version"],
        "models-and-runs": ["logged_dataset", "run", "version"],
        "models": ["version"],
    }
    assert get(registered, "reader", "1/lineage").status_code == 403


def test_params_of_runs_that_may_not_be_seen_are_left_out(registered: GuardedServer):
    changed = {
        user: [change["path"] for change in get(registered, user, "1/diff", other=2).json()["params"]]
        for user in ("admin", "models-and-runs", "models")
    }
    assert changed == {"admin": ["depth"], "models-and-runs": ["depth"], "models": []}


@pytest.mark.parametrize(("user", "status"), [("admin", 200), ("both", 200), ("models", 404), ("half", 403)])
def test_a_diff_enters_the_other_project_too(registered: GuardedServer, user: str, status: int):
    answer = get(registered, user, "1/diff", other=1, other_project=HIDDEN)
    assert answer.status_code == status, answer.text
    if status == 404:
        assert HIDDEN in answer.json()["error"]["message"]


def test_a_run_is_shown_to_whom_runs_are_and_its_versions_to_whom_models_are(registered: GuardedServer):
    with calling(registered, "admin") as admin:
        nodes = admin.get(f"/api/v1/projects/{TEAM}/models/m/versions/1/lineage").json()["nodes"]
    (run,) = (node["id"].partition(":")[2] for node in nodes if node["kind"] == "run")
    for user, kinds in (("models-and-runs", ["logged_dataset", "run", "version"]), ("runs", ["logged_dataset", "run"])):
        with calling(registered, user) as client:
            found = client.get(f"/api/v1/projects/{TEAM}/runs/{run}/lineage").raise_for_status().json()
        assert sorted(node["kind"] for node in found["nodes"]) == kinds
    with calling(registered, "models") as client:
        assert client.get(f"/api/v1/projects/{TEAM}/runs/{run}/lineage").status_code == 403
        assert client.get(f"/api/v1/projects/{TEAM}/datasets/t/versions/1/lineage").status_code == 403
