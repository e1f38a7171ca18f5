"""What is deleted: its files stay as they are, deleting and restoring again is fine, and refusals say the way back."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.server import ModelyardServer

API = "/api/2.0/mlflow"
FILES = "/api/2.0/mlflow-artifacts"


@pytest.fixture
def mlflow(server: ModelyardServer, project: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server.url}/projects/{project}", timeout=60, trust_env=False) as client:
        yield client


class Owner:
    """A run or logged model, with one file, that can be deleted."""

    def __init__(self, mlflow: httpx.Client, kind: str) -> None:
        self.mlflow = mlflow
        self.experiment = str(self.post("experiments/create", name=f"e-{kind}")["experiment_id"])
        self.run = self.post("runs/create", experiment_id=self.experiment)["run"]["info"]
        self.deleting: tuple[str, dict[str, Any]] = ("runs/delete", {"run_id": self.run["run_id"]})
        root, self.named = self.run["artifact_uri"], {"run_id": self.run["run_id"]}
        if kind == "experiment":
            self.deleting = ("experiments/delete", {"experiment_id": self.experiment})
        elif kind == "logged model":
            made = self.post("logged-models", experiment_id=self.experiment, name="m")["model"]["info"]
            root, self.named = made["artifact_uri"], {"model_id": made["model_id"]}
        self.kind, self.root = kind, root.removeprefix("mlflow-artifacts:/").strip("/")
        self.file = f"{self.root}/notes.txt"
        self.put("notes.txt").raise_for_status()

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        return dict(self.mlflow.post(f"{API}/{path}", json=body).raise_for_status().json())

    def put(self, name: str) -> httpx.Response:
        return self.mlflow.put(f"{FILES}/artifacts/{self.root}/{name}", content=b"as it was")

    def delete(self) -> None:
        if self.kind == "logged model":
            self.mlflow.delete(f"{API}/logged-models/{self.named['model_id']}").raise_for_status()
        else:
            self.post(self.deleting[0], **self.deleting[1])

    def sign(self) -> httpx.Response:
        return self.mlflow.post(f"{API}/artifacts/presigned-upload-url", json={**self.named, "path": "notes.txt"})

    def begin(self) -> httpx.Response:
        return self.mlflow.post(f"{FILES}/mpu/create/{self.root}", json={"path": "notes.txt", "num_parts": 1})

    def complete(self, upload: dict[str, Any]) -> httpx.Response:
        body = {"path": "notes.txt", "upload_id": upload["upload_id"], "parts": [{"part_number": 1}]}
        return self.mlflow.post(f"{FILES}/mpu/complete/{self.root}", json=body)

    def read(self) -> bytes:
        return self.mlflow.get(f"{FILES}/artifacts/{self.file}").raise_for_status().content


def refused(answer: httpx.Response, *words: str) -> None:
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE"), answer.text
    assert all(word in answer.json()["message"] for word in ("must be in the 'active' state", *words)), answer.text


@pytest.mark.parametrize("kind", ["run", "experiment", "logged model"])
def test_files_of_what_is_deleted_change_by_no_door(mlflow: httpx.Client, kind: str):
    owner = Owner(mlflow, kind)
    signed = owner.sign().raise_for_status().json()["presigned_url"]
    upload = owner.begin().raise_for_status().json()
    part = upload["credentials"][0]["url"]
    httpx.put(part, content=b"changed", trust_env=False).raise_for_status()
    owner.delete()
    refused(owner.put("notes.txt"), kind)
    refused(owner.put("new.txt"), kind)
    refused(httpx.put(signed, content=b"changed", trust_env=False), kind)
    refused(owner.complete(upload), kind)
    refused(owner.begin(), kind)
    for path in (owner.file, owner.root, owner.root.rpartition("/")[0], owner.experiment):
        refused(mlflow.delete(f"{FILES}/artifacts/{path}"), kind)
    if kind == "logged model":
        assert owner.sign().status_code == 404
    else:
        refused(owner.sign(), kind)
        ajax = {"run_id": owner.run["run_id"], "path": "notes.txt"}
        refused(mlflow.post("/ajax-api/2.0/mlflow/upload-artifact", params=ajax, content=b"changed"), kind)
    assert owner.read() == b"as it was"


@pytest.mark.parametrize("kind", ["run", "experiment"])
def test_files_of_what_is_restored_change_again(mlflow: httpx.Client, kind: str):
    owner = Owner(mlflow, kind)
    upload = owner.begin().raise_for_status().json()
    httpx.put(upload["credentials"][0]["url"], content=b"changed", trust_env=False).raise_for_status()
    owner.delete()
    owner.post(owner.deleting[0].replace("delete", "restore"), **owner.deleting[1])
    owner.complete(upload).raise_for_status()
    assert owner.read() == b"changed"
    owner.put("notes.txt").raise_for_status()
    assert owner.read() == b"as it was"
    mlflow.delete(f"{FILES}/artifacts/{owner.file}").raise_for_status()


def test_files_beside_what_is_deleted_change_as_before(mlflow: httpx.Client):
    owner = Owner(mlflow, "run")
    other = owner.post("runs/create", experiment_id=owner.experiment)["run"]["info"]["artifact_uri"]
    owner.delete()
    for root in (other.removeprefix("mlflow-artifacts:/").strip("/"), "somewhere/else/artifacts"):
        path = f"{FILES}/artifacts/{root}/notes.txt"
        mlflow.put(path, content=b"x").raise_for_status()
        mlflow.delete(path).raise_for_status()


@pytest.mark.parametrize("kind", ["run", "experiment", "logged model"])
def test_deleting_and_restoring_again_are_successes_that_change_nothing(mlflow: httpx.Client, kind: str):
    owner = Owner(mlflow, kind)
    owner.delete()
    owner.delete()
    if kind == "logged model":
        assert mlflow.get(f"{API}/logged-models/{owner.named['model_id']}").status_code == 404
        return
    restore = owner.deleting[0].replace("delete", "restore")
    for _ in range(2):
        owner.post(restore, **owner.deleting[1])
    found = mlflow.get(f"{API}/runs/get", params={"run_id": owner.run["run_id"]}).json()["run"]["info"]
    assert found["lifecycle_stage"] == "active"


def test_what_was_never_there_is_not_deleted(mlflow: httpx.Client):
    for path, body in (("runs/delete", {"run_id": "none"}), ("experiments/delete", {"experiment_id": "987654321"})):
        for action in (path, path.replace("delete", "restore")):
            answer = mlflow.post(f"{API}/{action}", json=body)
            assert (answer.status_code, answer.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert mlflow.delete(f"{API}/logged-models/none").status_code == 404


def test_a_refusal_says_what_to_restore_and_how(mlflow: httpx.Client):
    owner = Owner(mlflow, "run")
    run_id, experiment = owner.run["run_id"], owner.experiment
    by_run = f"MlflowClient().restore_run('{run_id}')"
    by_experiment = f"MlflowClient().restore_experiment('{experiment}')"

    def log() -> httpx.Response:
        return mlflow.post(f"{API}/runs/set-tag", json={"run_id": run_id, "key": "a", "value": "b"})

    owner.delete()
    refused(log(), f"The run {run_id} must be in the 'active' state. Current state is deleted.", by_run)
    assert by_experiment not in log().text
    owner.post("experiments/delete", experiment_id=experiment)
    refused(log(), by_experiment, by_run)
    refused(mlflow.post(f"{API}/runs/create", json={"experiment_id": experiment}), by_experiment)
    refused(mlflow.post(f"{API}/logged-models", json={"experiment_id": experiment, "name": "m"}), by_experiment)
    tag = {"experiment_id": experiment, "key": "a", "value": "b"}
    refused(mlflow.post(f"{API}/experiments/set-experiment-tag", json=tag), by_experiment)
    rename = {"experiment_id": experiment, "new_name": "other"}
    refused(mlflow.post(f"{API}/experiments/update", json=rename), by_experiment)
    owner.post("runs/restore", run_id=run_id)
    refused(log(), by_experiment)
    assert by_run not in log().text
    owner.post("experiments/restore", experiment_id=experiment)
    log().raise_for_status()
