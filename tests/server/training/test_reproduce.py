"""Training a version again from what is recorded of it: bit-equal, within a tolerance, drifted, or refused."""

import json
import sys
from typing import Any

import pytest
from typer.testing import CliRunner

from modelyard.cli.main import app
from modelyard.sdk import Client
from modelyard.server.training.reproductions.packages import compare_packages
from tests.server.tracking.conftest import logged
from tests.server.tracking.logged import Logged, error
from tests.server.tracking.test_run_artifacts import upload
from tests.server.tracking.test_run_models import mlmodel, register
from tests.server.training.playing import TABLE, PlayedWorker, Yard
from tests.support.server import ModelyardServer

__all__ = ["logged"]


def play(yard: Yard, number: int, *, model: bytes = b"trees", metric: float = 0.75, status: str = "Ready") -> None:
    worker: PlayedWorker = yard.worker(number)
    worker.go_to("Training")
    for path, content in {"model/model.txt": model, "model/requirements.txt": b"numpy==1.0\n"}.items():
        assert worker.put_file(path, content).status_code == 200
    metrics = [{"name": "roc_auc", "split": "test", "value": metric, "higher_is_better": True}]
    assert worker.finish(status, **({"metrics": metrics} if status == "Ready" else {})).status_code == 204
    worker.end()


def reproduce(yard: Yard, number: int = 1, **body: Any) -> dict[str, Any]:
    answer = yard.http.post(f"{yard.model_path}/versions/{number}/reproduce", json=body)
    assert answer.status_code == 201, answer.text
    reproduction: dict[str, Any] = answer.json()
    return reproduction


def outcome(yard: Yard, number: int) -> dict[str, Any]:
    (reproduction,) = yard.http.get(f"{yard.model_path}/versions/{number}/reproductions").json()
    found: dict[str, Any] = reproduction
    return found


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({}, "bit_equal", None),
        ({"model": b"leaves"}, "within_tolerance", "Files that differ: model/model.txt."),
        ({"metric": 0.75 + 1e-9}, "within_tolerance", None),
        ({"metric": 0.76}, "drifted", "test roc_auc was 0.75 and is 0.76"),
        ({"status": "Failed"}, "failed", "did not end Ready"),
    ],
)
def test_the_outcome_is_recorded_for_both_versions(
    yard: Yard, changes: dict[str, Any], verdict: str, reason: str | None
):
    first = yard.train()
    play(yard, 1)
    started = reproduce(yard)
    assert (started["original"], started["version"]["number"]) == ({"model": yard.model, "number": 1}, 2)
    assert started["verdict"] is None
    assert "worker_python" in started["notes"][0]
    second = yard.version(2)
    assert (second["parent"], second["seed"], second["dataset"]) == (1, first["seed"], first["dataset"])
    play(yard, 2, **changes)
    ended = outcome(yard, 1)
    assert ended == outcome(yard, 2)
    assert (ended["verdict"], ended["ended_at"] is not None) == (verdict, True)
    words = " ".join(ended["reasons"])
    assert words == "" if reason is None else reason in words


def test_a_wider_tolerance_takes_what_a_narrow_one_does_not(yard: Yard):
    yard.train()
    play(yard, 1)
    reproduce(yard, tolerance=0.1)
    play(yard, 2, metric=0.76)
    assert outcome(yard, 2)["verdict"] == "within_tolerance"
    assert outcome(yard, 2)["metrics"] == [{"split": "test", "name": "roc_auc", "before": 0.75, "after": 0.76}]
    error(yard.http.post(f"{yard.model_path}/versions/1/reproduce", json={"tolerance": -1}), 400, "invalid_argument")


def test_what_cannot_be_reproduced_says_why(yard: Yard, logged: Logged):
    yard.train()
    error(yard.http.post(f"{yard.model_path}/versions/1/reproduce", json={}), 409, "invalid_state")
    run = logged.run(logged.experiment("e"))
    upload(logged, run, "model/MLmodel", mlmodel({"a": "double"}))
    register(logged, run, path="model")
    refused = error(logged.send("POST", "models/m/versions/1/reproduce", {}), 409, "invalid_state")
    assert "was not trained here" in refused["message"]


def test_a_table_that_is_damaged_is_noticed_before_anything_is_trained(mortal_yard: Yard):
    yard = mortal_yard
    yard.train()
    play(yard, 1)
    data = yard.http.get("projects/default/datasets/toy/versions/latest").json()
    files = [
        path for path in yard.server.data_dir.rglob("*") if path.is_file() and path.stat().st_size == data["size_bytes"]
    ]
    contents = {path: path.read_bytes() for path in files}
    for path in files:
        path.write_bytes(b"x" * data["size_bytes"])
    error(yard.http.post(f"{yard.model_path}/versions/1/reproduce", json={}), 500, "corrupt_file")
    for path, content in contents.items():
        path.write_bytes(content)
    assert yard.http.get(f"{yard.model_path}/versions/2").status_code == 404
    assert reproduce(yard)["version"]["number"] == 2


def test_a_real_training_comes_out_with_the_same_bytes_through_sdk_and_command_line(
    server: ModelyardServer, project: str
):
    config = {
        "model_type": "linear",
        "input_features": [{"name": "a", "type": "number"}, {"name": "b", "type": "number"}],
        "output_features": [{"name": "y", "type": "binary"}],
    }
    with Client(server.url, project) as client:
        with server.client() as http:
            path = f"projects/{project}/datasets/toy/versions"
            http.post(path, params={"filename": "toy.csv"}, content=TABLE.encode()).raise_for_status()
        version = client.models("m").train(config, "toy")
        reproduction = version.reproduce()
        assert (reproduction.verdict, reproduction.packages, reproduction.reasons) == ("bit_equal", [], [])
        assert client.resolve("m/2").reproductions() == version.reproductions()
    runner = CliRunner(env={"MODELYARD_URL": server.url, "MODELYARD_PROJECT": project})
    again = runner.invoke(app, ["reproduce", "models:/m/1"])
    assert (again.exit_code, "bit_equal" in again.stdout) == (0, True), again.output
    as_json = runner.invoke(app, ["reproduce", "m/1", "--json"])
    assert json.loads(as_json.stdout)["version"] == {"model": "m", "number": 4}


def test_packages_that_are_not_as_recorded_are_named():
    present = ".".join(map(str, sys.version_info[:3]))
    differences = compare_packages("numpy==1.0\nno-such-package==2.0\n# a comment\n", f"python: {present}\n")
    assert [(each.name, each.recorded) for each in differences] == [("numpy", "1.0"), ("no-such-package", "2.0")]
    assert differences[1].present is None
    (python,) = compare_packages("", "python: 3.1.0\n")
    assert (python.name, python.present) == ("python", present)
