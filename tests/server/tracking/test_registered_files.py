"""The files of versions that were registered, in the native API."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from modelyard.sdk import Client, NotFoundError
from tests.server.tracking.logged import Logged, error
from tests.server.tracking.test_run_artifacts import upload
from tests.server.tracking.test_run_models import logged_model, mlmodel, register

BYTES = bytes(range(256)) * 30


@pytest.fixture
def run(logged: Logged) -> str:
    made = logged.run(logged.experiment("e"))
    upload(logged, made, "net/MLmodel", mlmodel({"a": "double"}))
    upload(logged, made, "net/data/weights.bin", BYTES)
    upload(logged, made, "notes.txt", b"not of the model")
    return made


def create(logged: Logged, source: str, **other: object) -> int:
    """A version of the model `m`, as the `mlflow` client registers it; its number."""
    if logged.get("models/m").status_code == 404:
        logged.mlflow("registered-models/create", name="m")
    return int(logged.mlflow("model-versions/create", name="m", source=source, **other)["model_version"]["version"])


def listed(logged: Logged, number: int) -> dict[str, int]:
    return {file["path"]: file["size_bytes"] for file in logged.read(f"models/m/versions/{number}/files")}


def test_files_at_the_source_are_the_files_of_the_version(logged: Logged, run: str):
    version = register(logged, run, path="net")
    assert version["source"] == {
        "uri": f"runs:/{run}/net",
        "location": f"{logged.read(f'runs/{run}')['artifact_uri']}/net",
        "is_here": True,
    }
    path = "models/m/versions/1"
    sizes = {"model/MLmodel": len(mlmodel({"a": "double"})), "model/data/weights.bin": len(BYTES)}
    assert listed(logged, 1) == sizes
    digests = {file["path"]: file["digest"] for file in logged.read(f"{path}/files")}
    assert digests["model/data/weights.bin"] == hashlib.sha256(BYTES).hexdigest()
    shown = logged.read(path)
    assert (shown["file_count"], shown["size_bytes"]) == (2, sum(sizes.values()))
    assert logged.get(f"{path}/files/model/data/weights.bin").content == BYTES
    part = logged.http.get(
        f"projects/{logged.project}/{path}/files/model/data/weights.bin", headers={"Range": "bytes=7000-"}
    )
    assert (part.status_code, part.content) == (206, BYTES[7000:])
    archive = zipfile.ZipFile(io.BytesIO(logged.get(f"{path}/download").content))
    assert sorted(archive.namelist()) == ["m-1/MLmodel", "m-1/data/weights.bin"]
    assert archive.read("m-1/data/weights.bin") == BYTES


def test_every_kind_of_source_on_this_server_is_read(logged: Logged, run: str):
    model_id = logged_model(logged, run, mlmodel({"b": "long"}))
    create(logged, f"runs:/{run}/net", run_id=run)
    create(logged, f"models:/{model_id}", model_id=model_id)
    create(logged, f"{logged.read(f'runs/{run}')['artifact_uri']}/net", run_id=run)
    create(logged, "models:/m/2")
    files = [sorted(listed(logged, number)) for number in (1, 2, 3, 4)]
    whole, described = ["model/MLmodel", "model/data/weights.bin"], ["model/MLmodel"]
    assert files == [whole, described, whole, described]
    signatures = [logged.read(f"models/m/versions/{number}")["signature"] for number in (1, 2, 3, 4)]
    assert [signature["inputs"][0]["name"] for signature in signatures] == ["a", "b", "a", "b"]


def test_what_is_logged_after_registering_is_shown(logged: Logged, run: str):
    create(logged, f"runs:/{run}/late", run_id=run)
    assert (listed(logged, 1), logged.read("models/m/versions/1")["signature"]) == ({}, None)
    assert logged.get("models/m/versions/1/download").status_code == 404
    upload(logged, run, "late/MLmodel", mlmodel({"c": "double"}))
    assert list(listed(logged, 1)) == ["model/MLmodel"]
    assert logged.read("models/m/versions/1")["signature"]["inputs"][0]["name"] == "c"


@pytest.mark.parametrize(
    "path", ["model/../../notes.txt", "model/%2e%2e/notes.txt", "notes.txt", "model", "model/none"]
)
def test_nothing_but_files_of_the_model_is_read(logged: Logged, run: str, path: str):
    register(logged, run, path="net")
    assert logged.get(f"models/m/versions/1/files/{path}").status_code in (400, 404)


def test_files_that_are_elsewhere_are_said_to_be(logged: Logged, tmp_path: Path):
    create(logged, "s3://bucket/model")
    assert logged.read("models/m/versions/1")["source"] == {
        "uri": "s3://bucket/model",
        "location": "s3://bucket/model",
        "is_here": False,
    }
    assert listed(logged, 1) == {}
    for path in ("download", "files/model/MLmodel"):
        assert "s3://bucket/model" in error(logged.get(f"models/m/versions/1/{path}"), 404, "not_found")["hint"]
    with Client(logged.url, project=logged.project) as client, pytest.raises(NotFoundError) as caught:
        client.resolve("models:/m/1").download(tmp_path / "m")
    assert "s3://bucket/model" in str(caught.value.hint)


def test_the_python_client_downloads_a_registered_model(logged: Logged, run: str, tmp_path: Path):
    register(logged, run, path="net")
    with Client(logged.url, project=logged.project) as client:
        folder = client.resolve("models:/m/1").download(tmp_path / "m")
    assert (folder / "data" / "weights.bin").read_bytes() == BYTES
    assert (folder / "MLmodel").read_bytes() == mlmodel({"a": "double"})


def test_a_version_whose_files_are_elsewhere_does_not_predict_here(logged: Logged, run: str):
    create(logged, "s3://bucket/model")
    path = f"projects/{logged.project}/models/m/versions"
    answer = logged.http.post(f"{path}/1/predict", json={"rows": [{"a": 1}]})
    assert "s3://bucket/model" in error(answer, 409, "invalid_state")["hint"]


def test_a_version_that_no_program_can_load_says_so(logged: Logged, run: str):
    register(logged, run, path="net")
    answer = logged.http.post(f"projects/{logged.project}/models/m/versions/1/predict", json={"rows": [{"a": 1}]})
    assert "no flavor `python_function`" in error(answer, 422, "prediction_failed")["message"]
