"""Models that runs left, and registering them as versions."""

import json
from typing import Any

import pytest

from tests.server.tracking.logged import Logged, error
from tests.server.tracking.test_run_artifacts import upload


def mlmodel(inputs: dict[str, str], *, optional: tuple[str, ...] = ()) -> bytes:
    columns = [{"type": kind, "name": name, "required": name not in optional} for name, kind in inputs.items()]
    outputs = [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}]
    return (
        "artifact_path: model\nflavors:\n  sklearn:\n    code: null\n  python_function: {}\nsignature:\n"
        f"  inputs: '{json.dumps(columns)}'\n  outputs: '{json.dumps(outputs)}'\n  params: null\n"
    ).encode()


@pytest.fixture
def run(logged: Logged) -> str:
    return logged.run(logged.experiment("e"))


def logged_model(logged: Logged, run: str, content: bytes, *, ready: bool = True) -> str:
    experiment = logged.read(f"runs/{run}")["experiment_id"]
    made = logged.mlflow("logged-models", experiment_id=experiment, name="net", source_run_id=run)["model"]["info"]
    model_id = str(made["model_id"])
    logged.put(f"{made['artifact_uri'].removeprefix('mlflow-artifacts:/')}/MLmodel", content)
    logged.mlflow("runs/outputs", run_id=run, models=[{"model_id": model_id, "step": 3}])
    if ready:
        url = f"logged-models/{model_id}"
        body = {"status": "LOGGED_MODEL_READY"}
        logged.patch_mlflow(url, body)
    return model_id


def register(logged: Logged, run: str, **body: Any) -> Any:
    return logged.change("POST", f"runs/{run}/register", {"model": "m", **body})


def test_a_folder_with_an_mlmodel_file_is_a_model(logged: Logged, run: str):
    upload(logged, run, "best/model/MLmodel", mlmodel({"a": "double", "b": "long"}, optional=("b",)))
    upload(logged, run, "best/model/data/model.skops", b"x" * 10)
    upload(logged, run, "notes.txt", b"hello")
    (model,) = logged.read(f"runs/{run}/models")
    assert (model["name"], model["path"], model["logged_model_id"]) == ("model", "best/model", None)
    assert (model["uri"], model["flavors"]) == (f"runs:/{run}/best/model", ["python_function", "sklearn"])
    assert model["signature"]["inputs"] == [
        {"name": "a", "type": "double", "required": True},
        {"name": "b", "type": "long", "required": False},
    ]
    assert model["signature"]["outputs"] == [{"name": "0", "type": "tensor(float64, [-1])", "required": True}]
    assert [file["path"] for file in model["files"]] == ["MLmodel", "data/model.skops"]
    assert (model["versions"], model["error"]) == ([], None)


def test_a_logged_model_is_registered_with_its_signature(logged: Logged, run: str):
    model_id = logged_model(logged, run, mlmodel({"a": "double"}))
    (model,) = logged.read(f"runs/{run}/models")
    assert (model["logged_model_id"], model["status"], model["uri"]) == (model_id, "Ready", f"models:/{model_id}")
    version = register(logged, run, description="Deeper.", aliases=["challenger"])
    assert (version["model"], version["number"], version["semver"]) == ("m", 1, "1.0.0")
    assert (version["status"], version["run_id"], version["description"]) == ("Ready", run, "Deeper.")
    assert [column["name"] for column in version["signature"]["inputs"]] == ["a"]
    assert logged.read(f"runs/{run}")["models"] == [{"model": "m", "number": 1}]
    assert logged.read(f"runs/{run}/models")[0]["versions"] == [{"model": "m", "number": 1}]
    assert logged.actions("version") == ["version.created"]
    assert logged.actions("model") == ["model.alias_set", "model.created"]
    assert (
        logged.read_mlflow("registered-models/alias", name="m", alias="challenger")["model_version"]["version"] == "1"
    )


def test_the_semantic_version_is_the_smallest_that_the_signatures_allow(logged: Logged, run: str):
    signatures = [
        (mlmodel({"a": "double"}), "1.0.0"),
        (mlmodel({"a": "double"}), "1.0.1"),
        (mlmodel({"a": "double", "b": "long"}, optional=("b",)), "1.1.0"),
        (mlmodel({"a": "double", "b": "long"}), "2.0.0"),
        (mlmodel({"a": "string", "b": "long"}), "3.0.0"),
        (mlmodel({"b": "long"}), "4.0.0"),
        (b"flavors: {}", None),
    ]
    for index, (content, expected) in enumerate(signatures):
        upload(logged, run, f"m{index}/MLmodel", content)
        assert register(logged, run, path=f"m{index}")["semver"] == expected
    assert register(logged, run, path="m0", semver="7.0.0-rc1")["semver"] == "7.0.0-rc1"
    assert [register(logged, run, path="m0")["semver"] for _ in range(2)] == ["7.0.0", "7.0.1"]
    error(
        logged.send("POST", f"runs/{run}/register", {"model": "m", "path": "m0", "semver": "7.0.0"}),
        409,
        "semver_taken",
    )
    error(
        logged.send("POST", f"runs/{run}/register", {"model": "m", "path": "m0", "semver": "7"}),
        400,
        "invalid_semver",
    )


def test_a_model_that_cannot_be_meant_is_answered_with_those_there_are(logged: Logged, run: str):
    path = f"runs/{run}/register"
    error(logged.send("POST", path, {"model": "m"}), 400, "invalid_argument")
    upload(logged, run, "one/MLmodel", mlmodel({"a": "double"}))
    upload(logged, run, "two/MLmodel", mlmodel({"a": "double"}))
    assert "2 models" in error(logged.send("POST", path, {"model": "m"}), 400, "invalid_argument")["message"]
    found = error(logged.send("POST", path, {"model": "m", "path": "three"}), 400, "invalid_argument")
    assert "'one'" in found["hint"]
    both = {"model": "m", "path": "one", "logged_model_id": "m-1"}
    error(logged.send("POST", path, both), 400, "invalid_argument")
    error(logged.send("POST", path, {"model": "../m", "path": "one"}), 400, "invalid_name")
    error(logged.send("POST", path, {"model": "m", "path": "one", "aliases": ["latest"]}), 400, "invalid_argument")
    assert logged.read("models")["items"] == []
    pending = logged_model(logged, run, mlmodel({}), ready=False)
    error(logged.send("POST", path, {"model": "m", "logged_model_id": pending}), 409, "invalid_state")


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\x00", b"- a list", b"flavors: 3", b"signature: {inputs: nonsense}\nflavors: {}", b"a: &x [*x]"],
)
def test_an_mlmodel_file_that_says_nonsense_is_said_to(logged: Logged, run: str, content: bytes):
    upload(logged, run, "model/MLmodel", content)
    (model,) = logged.read(f"runs/{run}/models")
    assert model["signature"] is None
    assert model["error"] is None or "MLmodel" in model["error"]
