"""A trainer of another distribution, found by its entry point: published, checked, trained and used like any other."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.training.playing import TABLE
from tests.support.server import FreshServer, ModelyardServer
from tests.support.waiting import wait_until

SPEC = """
from modelyard.wire.trainers import TrainerInfo, TrainerOption, TrainerPlugin

TRAINER = TrainerPlugin(
    implementation="prior_trainer.trainer:PriorTrainer",
    info=TrainerInfo(
        name="prior",
        title="Prior",
        description="Predicts the share of each class.",
        output_types=["binary"],
        input_types=["number"],
        iteration_name=None,
        options=[TrainerOption(name="patience", type="integer", default=3, minimum=1, maximum=9, help="Waits.")],
    ),
)
"""
SHARE_SPEC = SPEC.replace("PriorTrainer", "ShareTrainer").replace('name="prior"', 'name="share"')
TRAINER = """
import json

import numpy as np
from sklearn.dummy import DummyClassifier

from modelyard.worker.inference.estimators import SklearnEstimator
from modelyard.worker.trainers.base import TrainedModel
from modelyard.worker.trainers.scikit import REQUIREMENTS, SavedSklearn


class PriorTrainer:
    def train(self, data, options, context):
        model = DummyClassifier(strategy="prior").fit(data.matrices["train"], data.targets["train"])
        context.log_metrics(1, {"train_patience": options["patience"]})
        context.report_progress(1, 1, "done")
        return TrainedModel(SklearnEstimator(model, data.class_count), SavedSklearn(model), requirements=REQUIREMENTS)


class Shares:
    def __init__(self, shares):
        self.shares = shares

    def predict(self, matrix):
        return np.tile(self.shares, (matrix.shape[0], 1))

    def save(self, folder):
        (folder / "shares.json").write_text(json.dumps(self.shares))
        return {"kind": "shares-of-classes", "place": "shares.json"}

    def contributions(self, matrix):
        return None


class ShareTrainer:
    def train(self, data, options, context):
        targets = data.targets["train"]
        shares = Shares((np.bincount(targets.astype(int), minlength=data.class_count) / len(targets)).tolist())
        return TrainedModel(shares, shares)


def load_shares(folder, described, class_count, threads):
    shares = json.loads((folder / described["place"]).read_text())
    assert len(shares) == class_count
    return Shares(shares)
"""
CONFIG: dict[str, Any] = {
    "model_type": "prior",
    "input_features": [{"name": "a", "type": "number"}],
    "output_features": [{"name": "y", "type": "binary"}],
}
VERSIONS = "projects/default/models/m/versions"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts distributions on the path, as pip would: two trainers, and one that cannot be imported.

    One saves an estimator of scikit-learn, the other a file of its own, for which it brings a loader.
    """
    site = tmp_path / "site"
    package = site / "prior_trainer"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "spec.py").write_text(SPEC)
    (package / "trainer.py").write_text(TRAINER)
    (package / "share_spec.py").write_text(SHARE_SPEC)
    (package / "broken.py").write_text("import a_module_that_is_not_there\n")
    targets = {
        "prior": "prior_trainer.spec:TRAINER",
        "share": "prior_trainer.share_spec:TRAINER",
        "broken": "prior_trainer.broken:TRAINER",
    }
    loader = "[modelyard.estimators]\nshares-of-classes = prior_trainer.trainer:load_shares\n"
    for name, target in targets.items():
        description = site / f"{name}_trainer-1.0.dist-info"
        description.mkdir()
        (description / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-trainer\nVersion: 1.0\n")
        entries = f"[modelyard.trainers]\n{name} = {target}\n"
        (description / "entry_points.txt").write_text(entries + (loader if name == "share" else ""))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])]))


@pytest.mark.usefixtures("installed")
def test_a_trainer_of_another_distribution(new_server: Callable[..., ModelyardServer]):
    server = new_server(FreshServer).start()
    with server.client() as http:
        names = [trainer["name"] for trainer in http.get("trainers").json()]
        assert {"prior", "share", "gbm", "linear", "forest", "mlp"} == set(names), (
            "one that cannot be loaded is left out"
        )
        assert "the trainer broken" in server.log_file.read_text()
        http.post("projects/default/datasets/toy/versions?filename=t.csv", content=TABLE).raise_for_status()
        wrong = {**CONFIG, "trainer": {"patiense": 3}}
        refused = http.post(VERSIONS, json={"config": wrong, "dataset": "toy"}).json()["error"]
        assert refused["problems"][0]["suggestion"] == "Did you mean 'patience'?"
        http.post(VERSIONS, json={"config": CONFIG, "dataset": "toy"}).raise_for_status()

        http.post(VERSIONS, json={"config": {**CONFIG, "model_type": "share"}, "dataset": "toy"}).raise_for_status()
        for number in (1, 2):
            check_version(http, number)


def check_version(http: httpx.Client, number: int) -> None:
    def ended() -> dict[str, Any] | None:
        version: dict[str, Any] = http.get(f"{VERSIONS}/{number}").json()
        return version if version["status"] in ("Ready", "Failed") else None

    version = wait_until(ended, 60)
    assert version["status"] == "Ready", version["error"]
    rendered = http.get(f"{VERSIONS}/{number}/config").json()["rendered"]
    assert rendered["trainer"] == {"patience": 3}
    predicted = http.post(f"{VERSIONS}/{number}/predict", json={"rows": [{"a": 1}]})
    assert predicted.json()["rows"][0]["y_predictions"] == "yes", predicted.text
