"""A finished version never changes: each route that could is refused, and says which version stands against it."""

from typing import Any

import httpx
import pytest

from tests.server.imports.test_import_records import Importing, experiment, model, new_id, run, version
from tests.server.tracking.logged import Logged, error
from tests.server.tracking.test_run_artifacts import upload
from tests.server.tracking.test_run_models import mlmodel, register
from tests.server.training.playing import Yard
from tests.server.training.test_versions import make_ready

_MLMODEL = mlmodel({"a": "double"})


class Registered:
    """A version that was registered from a run, and the protocol's routes to its files."""

    def __init__(self, logged: Logged) -> None:
        self.logged = logged
        self.run = logged.run(logged.experiment("e"))
        upload(logged, self.run, "model/MLmodel", _MLMODEL)
        upload(logged, self.run, "model/data/weights.bin", b"weights")
        upload(logged, self.run, "notes.txt", b"hello")
        register(logged, self.run, path="model")
        self.root = logged.read(f"runs/{self.run}")["artifact_uri"].removeprefix("mlflow-artifacts:/")
        self.files = f"{logged.url}/projects/{logged.project}/api/2.0/mlflow-artifacts"
        self.digest = self.read_digest()

    def read_digest(self) -> str:
        return str(self.logged.read("models/m/versions/1/digest")["files_digest"])

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        return httpx.request(method, f"{self.files}/{path}", timeout=60, trust_env=False, **options)

    def put(self, path: str, content: bytes) -> httpx.Response:
        return self.ask("PUT", f"artifacts/{self.root}/{path}", content=content)

    def require_refused(self, answer: httpx.Response) -> None:
        assert answer.status_code == 400, answer.text
        assert "version m/1, which is finished: its files never change" in answer.json()["message"]
        assert self.read_digest() == self.digest


@pytest.fixture
def registered(logged: Logged) -> Registered:
    return Registered(logged)


def test_a_file_of_a_registered_version_cannot_be_replaced_added_or_deleted(registered: Registered):
    registered.require_refused(registered.put("model/MLmodel", b"other"))
    registered.require_refused(registered.put("model/data/weights.bin", b"weightS"))
    registered.require_refused(registered.put("model/extra.txt", b"new"))
    registered.require_refused(registered.put("model/data/deep/extra.txt", b"new"))
    for path in ("model/MLmodel", "model/data", "model", ""):
        registered.require_refused(registered.ask("DELETE", f"artifacts/{registered.root}/{path}".rstrip("/")))


def test_the_same_bytes_may_come_again_and_other_folders_go_on(registered: Registered):
    assert registered.put("model/data/weights.bin", b"weights").status_code == 200
    assert registered.put("notes.txt", b"changed").status_code == 200
    assert registered.put("models/MLmodel", b"a folder of a like name").status_code == 200
    assert registered.ask("DELETE", f"artifacts/{registered.root}/notes.txt").status_code == 200
    assert registered.read_digest() == registered.digest


def test_uploads_in_parts_and_addresses_handed_out_change_nothing_either(registered: Registered):
    folder = f"{registered.root}/model"
    registered.require_refused(registered.ask("POST", f"mpu/create/{folder}", json={"path": "new.bin", "num_parts": 1}))
    begun = registered.ask("POST", f"mpu/create/{folder}", json={"path": "MLmodel", "num_parts": 1}).json()
    (part,) = begun["credentials"]
    httpx.put(part["url"], content=b"other", headers=part["headers"], trust_env=False).raise_for_status()
    parts = [{"part_number": 1, "etag": "e", "url": "u"}]
    body = {"path": "MLmodel", "upload_id": begun["upload_id"], "parts": parts}
    registered.require_refused(registered.ask("POST", f"mpu/complete/{folder}", json=body))
    url = f"{registered.files.removesuffix('-artifacts')}/artifacts/presigned-upload-url"
    for path in ("model/new.bin", "model/MLmodel"):
        signed = httpx.post(url, json={"run_id": registered.run, "path": path}, trust_env=False)
        if signed.status_code == 200:
            signed = httpx.put(signed.json()["presigned_url"], content=b"other", trust_env=False)
        registered.require_refused(signed)


def test_an_upload_to_the_run_of_a_registered_version_is_refused(registered: Registered):
    url = f"{registered.logged.url}/projects/{registered.logged.project}/ajax-api/2.0/mlflow/upload-artifact"
    query = {"run_id": registered.run, "path": "model/MLmodel"}
    registered.require_refused(httpx.post(url, params=query, content=b"other", trust_env=False))


def test_an_address_handed_out_before_the_registration_is_too_late_after_it(logged: Logged):
    run = logged.run(logged.experiment("e"))
    upload(logged, run, "model/MLmodel", _MLMODEL)
    base = f"{logged.url}/projects/{logged.project}/api/2.0/mlflow/artifacts/presigned-upload-url"
    signed = httpx.post(base, json={"run_id": run, "path": "model/late.bin"}, trust_env=False).raise_for_status()
    register(logged, run, path="model")
    late = httpx.put(signed.json()["presigned_url"], content=b"late", trust_env=False)
    assert (late.status_code, "never change" in late.text) == (400, True)


def test_files_are_free_again_when_the_last_version_that_relies_on_them_is_deleted(registered: Registered):
    register(registered.logged, registered.run, path="model", model="other")
    assert registered.logged.send("DELETE", "models/m/versions/1").status_code == 204
    assert "version other/1" in registered.put("model/MLmodel", b"other").json()["message"]
    assert registered.logged.send("DELETE", "models/other/versions/1").status_code == 204
    assert registered.put("model/MLmodel", b"other").status_code == 200


def test_a_deleted_run_keeps_the_files_of_its_version(registered: Registered):
    registered.logged.mlflow("runs/delete", run_id=registered.run)
    verified = registered.logged.change("POST", "models/m/versions/1/verify")
    assert (verified["verdict"], verified["digest"]["files_digest"]) == ("intact", registered.digest)


def test_the_run_of_a_trained_version_takes_no_more_metrics_params_inputs_or_status(yard: Yard):
    number = make_ready(yard, metric=0.75)
    before = yard.version(number)
    digest = yard.http.get(f"{yard.model_path}/versions/{number}/digest").json()
    run_id = before["run_id"]
    base = f"{yard.server.url}/api/2.0/mlflow"
    requests: dict[str, dict[str, Any]] = {
        "runs/log-metric": {"key": "test_roc_auc", "value": 1.0, "timestamp": 1, "step": 999},
        "runs/log-parameter": {"key": "p", "value": "v"},
        "runs/log-batch": {"metrics": [{"key": "m", "value": 1.0, "timestamp": 1, "step": 1}]},
        "runs/log-inputs": {"datasets": [{"dataset": {"name": "d", "digest": "1", "source_type": "s", "source": "x"}}]},
        "runs/outputs": {"models": [{"model_id": "m-1", "step": 0}]},
        "runs/update": {"status": "FAILED", "end_time": 1},
    }
    for path, body in requests.items():
        answer = httpx.post(f"{base}/{path}", json={"run_id": run_id, **body}, trust_env=False)
        assert answer.status_code == 400, (path, answer.text)
        assert "training of a finished version" in answer.json()["message"], path
    tag = httpx.post(f"{base}/runs/set-tag", json={"run_id": run_id, "key": "t", "value": "v"}, trust_env=False)
    assert tag.status_code == 200
    assert yard.http.get(f"{yard.model_path}/versions/{number}/digest").json() == digest
    assert yard.version(number)["metrics"] == before["metrics"]


def test_a_worker_whose_job_has_ended_changes_nothing(yard: Yard):
    number = int(yard.train()["number"])
    worker = yard.worker(number)
    worker.go_to("Training")
    assert worker.finish(metrics=[]).status_code == 204
    digest = yard.http.get(f"{yard.model_path}/versions/{number}/digest").json()
    point = {"key": "validation_log_loss", "value": 0.0, "timestamp_ms": 1, "step": 1}
    error(worker.put_file("model/MLmodel", b"other"), 409, "lease_lost")
    error(worker.ask("POST", "report", json={"sequence": 99, "metrics": [point]}), 409, "lease_lost")
    worker.finish(metrics=[{"name": "roc_auc", "split": "test", "value": 1.0, "higher_is_better": True}])
    assert yard.version(number)["metrics"] == []
    assert yard.http.get(f"{yard.model_path}/versions/{number}/digest").json() == digest
    path = f"{yard.server.url}/api/2.0/mlflow-artifacts/artifacts"
    source = (
        yard.http.get(
            f"{yard.server.url}/api/2.0/mlflow/model-versions/get-download-uri",
            params={"name": yard.model, "version": str(number)},
        )
        .json()["artifact_uri"]
        .removeprefix("mlflow-artifacts:/")
    )
    for method in ("PUT", "DELETE"):
        refused = httpx.request(method, f"{path}/{source}/MLmodel", content=b"other", trust_env=False)
        assert (refused.status_code, "those of its training" in refused.text) == (403, True)
    worker.end()


def test_an_import_brings_files_to_its_versions_until_they_are_whole(importing: Importing, project: str):
    run_id = new_id()
    lines = [experiment(), run(run_id), model("churn", last_number=1)]
    place = {"run_id": run_id, "path": "model"}
    assert importing.send(*lines, version("churn", 1, run_id=run_id, place=place))["failures"] == []
    root = importing.mlflow("GET", "runs/get", run_id=run_id)["run"]["info"]["artifact_uri"]
    folder = root.removeprefix("mlflow-artifacts:/")
    base = str(importing.http.base_url).replace("/api/v1/", f"/projects/{project}/api/2.0/mlflow-artifacts/artifacts")

    def put(name: str, content: bytes) -> int:
        url = f"{base}/{folder}/model/{name}"
        return httpx.put(url, content=content, trust_env=False, timeout=60).status_code

    assert [put("MLmodel", b"a"), put("weights", b"b")] == [200, 200]
    finish = f"{importing.path}/{importing.id}/finish"
    importing.http.post(finish, json={"report": {}}).raise_for_status()
    assert put("weights", b"c") == 200, "not all files had come, as far as the import said"
    done = {"kind": "done", "what": "artifacts", "key": folder, "fingerprint": "f"}
    assert importing.send(done)["failures"] == []
    importing.http.post(finish, json={"report": {}}).raise_for_status()
    assert [put("weights", b"c"), put("weights", b"d"), put("more", b"e")] == [200, 400, 400]


def test_an_import_that_is_run_again_does_not_log_on_the_training_of_a_version(yard: Yard):
    number = make_ready(yard)
    importing = Importing(yard.http, "default", f"again-{yard.model}")
    series = {"test_roc_auc": {"steps": [999], "timestamps": [1], "values": [1.0]}}
    result = importing.send(experiment(), run(yard.version(number)["run_id"], metrics=series))
    (failure,) = result["failures"]
    assert "training of a finished version" in failure["message"]
