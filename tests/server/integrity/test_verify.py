"""Proving one version: every byte, the list of files, config and metrics against what was recorded."""

import hashlib
import json
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from modelyard.cli.main import app
from modelyard.sdk import Client
from tests.server.tracking.logged import Logged, error
from tests.server.tracking.test_run_artifacts import upload
from tests.server.tracking.test_run_models import mlmodel, register
from tests.server.training.playing import Yard


def make_version(yard: Yard) -> int:
    """A Ready version with files of its own, so that each is found in the store by what is in it."""
    number = int(yard.train()["number"])
    worker = yard.worker(number)
    worker.go_to("Training")
    assert worker.put_file("model/weights.bin", _weights(yard)).status_code == 200
    metric = {"name": "roc_auc", "split": "test", "value": 0.75, "higher_is_better": True}
    assert worker.finish(metrics=[metric]).status_code == 204
    worker.end()
    return number


def _weights(yard: Yard) -> bytes:
    return f"weights of {yard.model}".encode()


def stored_file(folder: Path, content: bytes) -> Path:
    (found,) = [path for path in folder.rglob("*") if path.is_file() and path.read_bytes() == content]
    return found


def verify(yard: Yard, reference: str = "1") -> dict[str, Any]:
    answer = yard.http.post(f"{yard.model_path}/versions/{reference}/verify")
    assert answer.status_code == 200, answer.text
    verification: dict[str, Any] = answer.json()
    return verification


def test_a_version_that_is_as_it_was_is_intact_by_number_latest_and_alias(yard: Yard):
    make_version(yard)
    base = f"{yard.server.url}/api/2.0/mlflow/registered-models/alias"
    yard.http.post(base, json={"name": yard.model, "alias": "prod", "version": "1"}).raise_for_status()
    for reference in ("1", "latest", "@prod"):
        verification = verify(yard, reference)
        assert (verification["verdict"], verification["faults"]) == ("intact", [])
        assert (verification["checked_files"], verification["digest"]["number"]) == (2, 1)
        assert verification["digest"]["recorded_at"] is not None
    lines = "".join(
        f"{file['digest']}  {file['path']}\n" for file in yard.http.get(f"{yard.model_path}/versions/1/files").json()
    )
    assert verification["digest"]["files_digest"] == hashlib.sha256(lines.encode()).hexdigest()


def test_a_damaged_and_a_missing_file_are_named(mortal_yard: Yard):
    yard = mortal_yard
    make_version(yard)
    content = _weights(yard)
    path = stored_file(yard.server.data_dir, content)
    path.write_bytes(content[:-1] + b"X")
    (fault,) = verify(yard)["faults"]
    assert (fault["path"], fault["state"]) == ("model/weights.bin", "damaged")
    path.unlink()
    verification = verify(yard)
    (fault,) = verification["faults"]
    assert (fault["path"], fault["state"]) == ("model/weights.bin", "missing")
    assert verification["verdict"] == "damaged"
    path.write_bytes(content)
    assert verify(yard)["verdict"] == "intact"


def test_a_config_a_metric_or_a_list_of_files_that_was_edited_in_the_database_is_noticed(mortal_yard: Yard):
    yard = mortal_yard
    make_version(yard)
    url = yard.server.database_url or f"sqlite:///{yard.server.data_dir / 'modelyard.db'}"
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    of_version = "(SELECT id FROM versions WHERE model = :model)"
    changes = {
        f"UPDATE version_metrics SET value = value + :by WHERE version_id = {of_version}": "record",
        f"UPDATE versions SET seed = seed + :by WHERE id = {of_version}": "record",
        f"UPDATE version_files SET path = CASE WHEN :by > 0 THEN 'model/other' ELSE 'model/weights.bin' END "
        f"WHERE path <> 'model/MLmodel' AND version_id = {of_version}": "files",
    }
    for statement, fault_path in changes.items():
        for by, faults in ((0.25, [fault_path]), (-0.25, [])):
            step = by if "metrics" in statement else int(by * 4)
            with engine.begin() as connection:
                connection.execute(text(statement), {"by": step, "model": yard.model})
            assert [fault["path"] for fault in verify(yard)["faults"]] == faults, statement
    engine.dispose()


def test_a_version_that_is_being_trained_has_no_digest_yet(yard: Yard):
    yard.train()
    error(yard.http.get(f"{yard.model_path}/versions/1/digest"), 409, "invalid_state")
    error(yard.http.post(f"{yard.model_path}/versions/1/verify"), 409, "invalid_state")
    error(yard.http.post(f"{yard.model_path}/versions/7/verify"), 404, "not_found")


def test_a_registered_version_is_verified_here_and_says_when_its_files_are_elsewhere(logged: Logged):
    run = logged.run(logged.experiment("e"))
    upload(logged, run, "model/MLmodel", mlmodel({"a": "double"}))
    register(logged, run, path="model")
    verification = logged.change("POST", "models/m/versions/1/verify")
    assert (verification["verdict"], verification["checked_files"]) == ("intact", 1)
    assert "It was registered" in verification["digest"]["note"]
    logged.mlflow("model-versions/create", name="m", source="s3://bucket/model")
    elsewhere = logged.change("POST", "models/m/versions/2/verify")
    assert (elsewhere["verdict"], elsewhere["checked_files"]) == ("elsewhere", 0)
    assert elsewhere["digest"]["files_digest"] is None
    assert "s3://bucket/model, which this server does not read" in elsewhere["digest"]["note"]


def test_the_client_of_python_verifies_and_reads_the_digest(yard: Yard):
    make_version(yard)
    with Client(yard.server.url) as client:
        version = client.resolve(f"models:/{yard.model}/1")
        assert version.verify().verdict == "intact"
        assert version.digest() == version.verify().digest


def test_the_command_line_proves_a_version_and_names_the_damaged_file(mortal_yard: Yard):
    yard = mortal_yard
    make_version(yard)
    runner = CliRunner(env={"MODELYARD_URL": yard.server.url})
    for reference in (f"models:/{yard.model}/1", f"{yard.model}@1"):
        proved = runner.invoke(app, ["verify", reference])
        assert (proved.exit_code, "intact" in proved.stdout) == (0, True), proved.output
    path = stored_file(yard.server.data_dir, _weights(yard))
    path.write_bytes(b"other")
    damaged = runner.invoke(app, ["verify", f"{yard.model}/1"])
    assert damaged.exit_code == 1
    assert "damaged: model/weights.bin does not have the SHA-256" in damaged.stderr
    as_json = runner.invoke(app, ["verify", f"{yard.model}/1", "--json"])
    assert (as_json.exit_code, json.loads(as_json.stdout)["faults"][0]["path"]) == (1, "model/weights.bin")
