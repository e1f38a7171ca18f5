"""Each route that changes something leaves a line in the audit record, in the transaction of the change."""

import asyncio
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from modelyard.server.activity.tables import activity
from modelyard.server.app import create_api
from modelyard.server.db import Database
from modelyard.server.settings import Settings
from tests.server.training.playing import CONFIG, PlayedWorker, Yard, sleeping_worker
from tests.support.server import ModelyardServer
from tests.support.waiting import wait_until

READS = {"detect_config", "validate_config", "predict", "propose_semver", "verify_version"}
"""Asked by POST because they have a body; they change nothing."""
WORKER_TAG = "jobs"
"""Workers are heard several times a second; what they make of a version is on record when it ends."""


def mutations() -> set[str]:
    described = create_api(Settings(data_dir=Path("unused")), asyncio.Event()).openapi()["paths"]
    return {
        operation["operationId"]
        for path in described.values()
        for method, operation in path.items()
        if method != "get" and WORKER_TAG not in operation["tags"]
    } - READS


@dataclass
class Audited:
    """Calls operations and notes which lines each of them left."""

    yard: Yard
    database: Database
    lines: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)

    def call(self, operation: str, method: str, path: str, **body: Any) -> Any:
        before = len(self._all())
        answer = self.yard.http.request(method, f"projects{path}", **body)
        assert answer.is_success, answer.text
        self.lines[operation] = self._all()[before:]
        return answer

    def finish(self, operation: str, worker: PlayedWorker, number: int) -> None:
        before = len(self._all())
        worker.go_to("Training")
        worker.complete()
        wait_until(lambda: self.yard.version(number)["status"] == "Ready")
        self.lines[operation] = self._all()[before:]

    def _all(self) -> list[tuple[str, str, str]]:
        columns = (activity.c.actor, activity.c.action, activity.c.object_name)
        with self.database.write_engine.connect() as connection:
            return [tuple(row) for row in connection.execute(select(*columns).order_by(activity.c.id))]


@pytest.fixture
def audited(new_server: Callable[..., ModelyardServer], tmp_path: Path) -> Iterator[Audited]:
    script = sleeping_worker(tmp_path / "workers")
    server = new_server(worker_python=script, webhook_allow_private=True, webhook_allow_http=True).start()
    url = server.database_url or f"sqlite:///{server.data_dir / 'modelyard.db'}"
    database = Database(url, lambda _message: None)
    yield Audited(Yard(server, script), database)
    database.close()


def test_every_mutation_leaves_a_line_that_says_who_did_what(audited: Audited):
    model, version = "/default/models/m", "/default/models/m/versions"
    projects = change_a_project(audited)
    table = {"params": {"filename": "t.csv"}, "content": b"a,b,y\n" + b"1,2,no\n2,1,yes\n" * 30}
    audited.call("upload_dataset_version", "POST", "/default/datasets/toy/versions", **table)
    audited.call("update_dataset", "PATCH", "/default/datasets/toy", json={"description": "x"})
    audited.call("create_model", "POST", "/default/models", json={"name": "m"})
    audited.call("update_model", "PATCH", model, json={"description": "x"})
    audited.call("train_version", "POST", version, json={"config": CONFIG, "dataset": "toy"})
    audited.finish("a training that ends", audited.yard.worker(1), 1)
    audited.call("retrain_version", "POST", f"{version}/1/retrain")
    audited.yard.worker(2)
    audited.call("cancel_version", "POST", f"{version}/2/cancel")
    wait_until(lambda: audited.yard.version(2)["status"] == "Canceled")
    audited.call("update_version", "PATCH", f"{version}/1", json={"starred": True})
    moved = {**move_aliases(audited, model), **upload_a_model(audited), **copy_a_version(audited, f"{version}/1")}
    audited.call("delete_version", "DELETE", f"{version}/2")
    audited.call("delete_model", "DELETE", model)
    hooks, hook = "/default/webhooks", {"name": "h", "url": "http://127.0.0.1:1/", "events": ["prompt.created"]}
    made = audited.call("create_webhook", "POST", hooks, json=hook).json()
    audited.call("update_webhook", "PATCH", f"{hooks}/{made['id']}", json={"secret": "s"})
    audited.call("test_webhook", "POST", f"{hooks}/{made['id']}/test", json={})
    audited.yard.http.post(
        f"{audited.yard.server.url}/api/2.0/mlflow/registered-models/create",
        json={"name": "p", "tags": [{"key": "mlflow.prompt.is_prompt", "value": "true"}]},
    ).raise_for_status()
    (delivery,) = wait_until(lambda: audited.yard.http.get(f"projects{hooks}/{made['id']}/deliveries").json()["items"])
    audited.call("replay_delivery", "POST", f"{hooks}/{made['id']}/deliveries/{delivery['id']}/replay")
    audited.call("delete_webhook", "DELETE", f"{hooks}/{made['id']}")
    retype = {"changes": [{"column": "b", "feature_type": "category"}]}
    audited.call("retype_dataset_version", "POST", "/default/datasets/toy/versions/1/retype", json=retype)
    audited.call("delete_dataset", "DELETE", "/default/datasets/toy")
    tracked = {**change_experiments_and_runs(audited), **change_traces(audited), **bring_an_experiment(audited)}

    assert set(audited.lines) == mutations() | {"a training that ends"}
    assert audited.lines == {
        **tracked,
        **moved,
        **projects,
        "upload_dataset_version": [("local", "dataset.uploaded", "toy")],
        "update_dataset": [("local", "dataset.updated", "toy")],
        "retype_dataset_version": [("local", "dataset.uploaded", "toy")],
        "create_model": [("local", "model.created", "m")],
        "update_model": [("local", "model.updated", "m")],
        "train_version": [("local", "version.created", "m/1")],
        "a training that ends": [("engine:local", "version.trained", "m/1")],
        "retrain_version": [("local", "version.created", "m/2")],
        "cancel_version": [("local", "version.cancelled", "m/2")],
        "update_version": [("local", "version.updated", "m/1")],
        "delete_version": [("local", "version.deleted", "m/2")],
        "delete_model": [("local", "model.deleted", "m")],
        "delete_dataset": [("local", "dataset.deleted", "toy")],
        "create_webhook": [("local", "webhook.created", "h")],
        "update_webhook": [("local", "webhook.updated", "h")],
        "test_webhook": [("local", "webhook.tested", "h")],
        "replay_delivery": [("local", "webhook.replayed", "h")],
        "delete_webhook": [("local", "webhook.deleted", "h")],
    }


def change_a_project(audited: Audited) -> dict[str, list[tuple[str, str, str]]]:
    """Makes, changes and deletes one; answers the lines that each must leave."""
    audited.call("create_project", "POST", "", json={"name": "other"})
    audited.call("update_project", "PATCH", "/other", json={"description": "x"})
    audited.call("delete_project", "DELETE", "/other")
    return {
        "create_project": [("local", "project.created", "other")],
        "update_project": [("local", "project.updated", "other")],
        "delete_project": [("local", "project.deleted", "other")],
    }


def move_aliases(audited: Audited, model: str) -> dict[str, list[tuple[str, str, str]]]:
    """Calls every operation on aliases; answers the lines that each of them must leave."""
    alias = f"{model}/aliases/prod"
    audited.call("set_alias", "PUT", alias, json={"version": 2})
    audited.yard.http.put(f"projects{alias}", json={"version": 1}).raise_for_status()
    audited.call("roll_back_alias", "POST", f"{alias}/rollback", json={})
    audited.call("remove_alias", "DELETE", alias)
    audited.call("protect_alias", "PUT", f"{alias}/protection", json={"is_protected": True})
    return {
        "set_alias": [("local", "model.alias_set", "m")],
        "roll_back_alias": [("local", "model.alias_set", "m")],
        "remove_alias": [("local", "model.alias_deleted", "m")],
        "protect_alias": [("local", "model.alias_protected", "m")],
    }


def upload_a_model(audited: Audited) -> dict[str, list[tuple[str, str, str]]]:
    """Uploads the files of a model one by one; the version alone is worth a line."""
    uploads = "/default/model-uploads"
    upload = f"{uploads}/{audited.call('begin_model_upload', 'POST', uploads).json()['id']}"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("MLmodel", "flavors: {}")
    audited.call("put_model_upload_archive", "PUT", f"{upload}/archive", content=archive.getvalue())
    audited.call("put_model_upload_file", "PUT", f"{upload}/files/notes.txt", content=b"x")
    audited.call("delete_model_upload_file", "DELETE", f"{upload}/files/notes.txt")
    audited.call("finish_model_upload", "POST", f"{upload}/finish", json={"model": "u"})
    other = audited.yard.http.post(f"projects{uploads}").json()["id"]
    audited.call("cancel_model_upload", "DELETE", f"{uploads}/{other}")
    silent = ("begin_model_upload", "put_model_upload_archive", "put_model_upload_file", "delete_model_upload_file")
    return {
        **{operation: [] for operation in [*silent, "cancel_model_upload"]},
        "finish_model_upload": [("local", "model.created", "u"), ("local", "version.created", "u/1")],
    }


def copy_a_version(audited: Audited, version: str) -> dict[str, list[tuple[str, str, str]]]:
    """Forks a version and trains it again from what is recorded of it."""
    audited.call("fork_version", "POST", f"{version}/fork", json={"model": "f"})
    number = audited.call("reproduce_version", "POST", f"{version}/reproduce", json={}).json()["version"]["number"]
    audited.yard.worker(number)
    audited.yard.http.post(f"projects/default/models/m/versions/{number}/cancel").raise_for_status()
    wait_until(lambda: audited.yard.version(number)["status"] == "Canceled")
    return {
        "fork_version": [("local", "model.created", "f"), ("local", "version.created", "f/1")],
        "reproduce_version": [("local", "version.created", f"m/{number}")],
    }


def change_experiments_and_runs(audited: Audited) -> dict[str, list[tuple[str, str, str]]]:
    """Calls every operation that changes them; answers the lines that each of them must leave."""
    experiments, runs = "/default/experiments", "/default/runs"
    made = audited.call("create_experiment", "POST", experiments, json={"name": "e"}).json()["id"]
    audited.call("update_experiment", "PATCH", f"{experiments}/{made}", json={"name": "f", "tags": {"a": "1"}})
    audited.call("delete_experiment", "DELETE", f"{experiments}/{made}")
    audited.call("restore_experiment", "POST", f"{experiments}/{made}/restore")
    server, http = audited.yard.server.url, audited.yard.http
    info = http.post(f"{server}/api/2.0/mlflow/runs/create", json={"experiment_id": made}).json()["run"]["info"]
    run, root = info["run_id"], info["artifact_uri"].removeprefix("mlflow-artifacts:/")
    http.put(f"{server}/api/2.0/mlflow-artifacts/artifacts/{root}/model/MLmodel", content=b"flavors: {}")
    audited.call("update_run", "PATCH", f"{runs}/{run}", json={"name": "n"})
    audited.call("delete_run", "DELETE", f"{runs}/{run}")
    audited.call("restore_run", "POST", f"{runs}/{run}/restore")
    audited.call("delete_runs", "POST", f"{runs}/delete", json={"ids": [run]})
    audited.call("restore_runs", "POST", f"{runs}/restore", json={"ids": [run]})
    audited.call("register_run", "POST", f"{runs}/{run}/register", json={"model": "r", "aliases": ["best"]})
    return {
        "create_experiment": [("local", "experiment.created", "e")],
        "update_experiment": [("local", "experiment.renamed", "f"), ("local", "experiment.updated", "f")],
        "delete_experiment": [("local", "experiment.deleted", "f")],
        "restore_experiment": [("local", "experiment.restored", "f")],
        "update_run": [("local", "run.updated", run)],
        "delete_run": [("local", "run.deleted", run)],
        "restore_run": [("local", "run.restored", run)],
        "delete_runs": [("local", "run.deleted", run)],
        "restore_runs": [("local", "run.restored", run)],
        "register_run": [
            ("local", "model.created", "r"),
            ("local", "version.created", "r/1"),
            ("local", "model.alias_set", "r"),
        ],
    }


def change_traces(audited: Audited) -> dict[str, list[tuple[str, str, str]]]:
    """Calls every operation that changes them; answers the lines that each of them must leave."""
    server, http = audited.yard.server.url, audited.yard.http
    span = {"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331", "name": "s"}
    export = {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}
    http.post(f"{server}/v1/traces", json=export, headers={"x-mlflow-experiment-id": "0"}).raise_for_status()
    trace = f"tr-{span['traceId']}"
    audited.call("update_trace", "PATCH", f"/default/traces/{trace}", json={"tags": {"a": "b"}})
    audited.call("delete_traces", "POST", "/default/traces/delete", json={"ids": [trace]})
    made = http.post(f"{server}/api/3.0/mlflow/datasets/create", json={"name": "golden"}).raise_for_status()
    dataset = made.json()["dataset"]["dataset_id"]
    audited.call("delete_evaluation_dataset", "DELETE", f"/default/evaluation-datasets/{dataset}")
    return {
        "update_trace": [("local", "trace.updated", trace)],
        "delete_traces": [("local", "trace.deleted", "Default")],
        "delete_evaluation_dataset": [("local", "evaluation_dataset.deleted", "golden")],
    }


def bring_an_experiment(audited: Audited) -> dict[str, list[tuple[str, str, str]]]:
    """Calls every operation of imports; answers the lines that each of them must leave."""
    made = audited.call("start_import", "POST", "/default/imports", json={"source": "s"}).json()["id"]
    line = {"kind": "experiment", "key": "1", "name": "brought"}
    audited.call("add_import_records", "POST", f"/default/imports/{made}/records", content=json.dumps(line))
    audited.call("finish_import", "POST", f"/default/imports/{made}/finish", json={"report": {}})
    return {
        "start_import": [("local", "import.started", made)],
        "add_import_records": [("local", "import.received", made)],
        "finish_import": [("local", "import.finished", made)],
    }


def test_what_was_refused_leaves_no_line(audited: Audited):
    http = audited.yard.http
    http.post("projects/default/models", json={"name": "m"})
    before = http.get("projects/default/activity").json()["items"]
    for method, path, body in (
        ("POST", "projects/default/models", {"name": "m"}),
        ("POST", "projects/default/models", {"name": "../m"}),
        ("PATCH", "projects/default/models/m", {"description": "x" * 1_000_000}),
        ("POST", "projects/default/models/m/versions", {"config": CONFIG, "dataset": "none"}),
        ("DELETE", "projects/default/models/none", None),
        ("DELETE", "projects/default", None),
    ):
        assert http.request(method, path, json=body).is_error
    assert http.get("projects/default/activity").json()["items"] == before


def test_the_longest_name_has_a_line_too(http: httpx.Client, project: str):
    name = "n" * 500
    http.post(f"projects/{project}/experiments", json={"name": name}).raise_for_status()
    (line,) = http.get(f"projects/{project}/activity", params={"object_kind": "experiment"}).json()["items"]
    assert line["object_name"] == name[:300]
