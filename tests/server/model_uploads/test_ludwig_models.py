"""Models that the real Ludwig has trained, see scripts/make_ludwig_sample.py."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from tests.server.model_uploads.conftest import Uploads, code_of, zipped

SAMPLE = Path(__file__).parents[2] / "samples" / "ludwig"
FILES = {path.relative_to(SAMPLE).as_posix(): path.read_bytes() for path in SAMPLE.rglob("*") if path.is_file()}
MODEL = {name.removeprefix("model/"): content for name, content in FILES.items() if name.startswith("model/")}
WEIGHTS = "model_weights.safetensors"


def test_the_sample_is_small():
    assert 0 < sum(map(len, FILES.values())) < 1_000_000
    assert len(FILES) == 5


@pytest.mark.parametrize("files", [FILES, MODEL, {f"results/run/{name}": content for name, content in FILES.items()}])
@pytest.mark.parametrize("as_zip", [False, True])
def test_a_ludwig_model_looks_like_a_version_trained_here(uploads: Uploads, files: dict[str, bytes], as_zip: bool):
    upload = uploads.begin() if as_zip else uploads.put_all(files)
    if as_zip:
        assert uploads.put_zip(upload, zipped(files)).status_code == 200
    answer = uploads.finish(upload, "things")
    assert answer.status_code == 201, answer.text
    version = answer.json()
    assert (version["target"], version["output_type"], version["trainer"]) == ("bought", "binary", "ecd")
    assert (version["status"], version["semver"], version["is_default"]) == ("Ready", "1.0.0", True)
    assert version["packaging"]["classes"] == ["no", "yes"]
    assert version["packaging"]["requirements"] == ["ludwig==0.17.10"]
    assert version["positive_class"] == "yes"
    assert [column["name"] for column in version["signature"]["inputs"]] == ["size", "color"]
    progress = json.loads(FILES["model/training_progress.json"])
    best = progress["best_eval_test_metrics"]["bought"]
    metrics = {metric["name"]: metric["value"] for metric in version["metrics"] if metric["split"] == "test"}
    assert metrics == pytest.approx(best)
    assert (version["metric"]["name"], version["metric"]["value"]) == ("roc_auc", pytest.approx(best["roc_auc"]))
    assert {m["name"] for m in version["metrics"] if not m["higher_is_better"]} == {"loss"}
    path = f"{uploads.project}/models/things/versions/1"
    config = uploads.http.get(f"{path}/config").json()["given"]
    assert [feature["name"] for feature in config["input_features"]] == ["size", "color"]
    curves = uploads.http.get(f"{path}/curves").json()
    assert curves["best_iteration"] == progress["best_eval_metric_steps"]
    (curve,) = [item for item in curves["curves"] if (item["split"], item["name"]) == ("validation", "roc_auc")]
    expected = {step: value for _, step, value in progress["validation_metrics"]["bought"]["roc_auc"]}
    assert {point["step"]: point["value"] for point in curve["points"]} == pytest.approx(expected)
    assert "model/model_weights.safetensors" in [file["path"] for file in uploads.http.get(f"{path}/files").json()]
    assert uploads.http.get(f"{uploads.project}/runs/{version['run_id']}").json()["status"] == "Finished"
    assert uploads.http.delete(path).status_code == 204
    assert uploads.http.get(f"{uploads.project}/runs/{version['run_id']}").status_code == 404


@pytest.mark.parametrize(
    "name", ["model_hyperparameters.json", "training_set_metadata.json", "training_progress.json", WEIGHTS]
)
def test_a_missing_file_is_named(uploads: Uploads, name: str):
    answer = uploads.finish(uploads.put_all({path: content for path, content in MODEL.items() if path != name}))
    assert (answer.status_code, code_of(answer)) == (400, "invalid_argument")
    error = answer.json()["error"]
    assert [problem["path"] for problem in error["problems"]] == [name]
    assert name in error["message"]
    assert uploads.http.get(f"{uploads.project}/models").json()["total"] == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model_hyperparameters.json", b"[]"),
        ("model_hyperparameters.json", b"{"),
        ("model_hyperparameters.json", b'{"input_features": [], "output_features": []}'),
        ("model_hyperparameters.json", b'{"input_features": [{"name": 1, "type": "number"}], "output_features": 3}'),
        ("training_set_metadata.json", b"\xff"),
        ("training_progress.json", b"[" * 100_000),
    ],
)
def test_files_that_cannot_be_read_are_refused(uploads: Uploads, name: str, content: bytes):
    answer = uploads.finish(uploads.put_all({**MODEL, name: content}))
    assert (answer.status_code, code_of(answer)) == (400, "invalid_argument"), answer.text


@pytest.mark.parametrize(
    "progress",
    [
        {},
        {"train_metrics": 3, "best_eval_metric_steps": "x", "best_eval_test_metrics": {"bought": []}},
        {"test_metrics": {"bought": {"a\0b" * 200: [[1, 2, 3.5], [1], "x", [1, 2, float("nan")]]}}},
        {"best_eval_metric_steps": 10**30, "best_eval_test_metrics": {"bought": {"roc_auc": float("inf")}}},
    ],
)
def test_metrics_that_make_no_sense_are_left_out(uploads: Uploads, progress: dict[str, Any]):
    files = {**MODEL, "training_progress.json": json.dumps(progress).encode()}
    answer = uploads.finish(uploads.put_all(files))
    assert answer.status_code in (201, 400), answer.text
    if answer.status_code == 201:
        assert (answer.json()["metrics"], answer.json()["best_iteration"]) == ([], None)


class Payload:
    """Unpickling it writes a file."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.write_text, (self.canary, "ran")


@pytest.mark.parametrize("weights", ["model_weights", WEIGHTS])
def test_weights_that_are_a_pickle_are_stored_and_never_run(uploads: Uploads, tmp_path: Path, weights: str):
    canary = tmp_path / "canary"
    payload = pickle.dumps(Payload(canary))
    files = {**{name: content for name, content in MODEL.items() if name != WEIGHTS}, weights: payload}
    assert uploads.finish(uploads.put_all(files), "things").status_code == 201
    path = f"{uploads.project}/models/things/versions/1"
    assert uploads.http.get(path).status_code == 200
    assert uploads.http.get(f"{path}/files/model/{weights}").content == payload
    rows = {"rows": [{"size": 1.0, "color": "red"}]}
    answer = uploads.http.post(f"{path}/predict", json=rows)
    assert (answer.status_code, code_of(answer)) == (422, "unmet_requirements"), answer.text
    assert "Ludwig" in answer.json()["error"]["message"]
    assert not canary.exists()
    pickle.loads(payload)
    assert canary.exists()
