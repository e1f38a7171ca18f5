"""Two versions compared, and a version's history, over HTTP with trainings of real workers."""

import random
import time
import uuid
from typing import Any

import httpx
import pytest

from modelyard.wire.comparison import MetricHistory, VersionDiff
from tests.server.lineage.test_lineage import logged_data
from tests.server.tracking.logged import Logged, error
from tests.server.tracking.test_run_artifacts import upload
from tests.server.tracking.test_run_models import mlmodel, register
from tests.support.server import ModelyardServer

CONFIG: dict[str, Any] = {
    "model_type": "linear",
    "input_features": [{"name": "a", "type": "number"}, {"name": "b", "type": "number"}],
    "output_features": [{"name": "y", "type": "binary"}],
}


def table(shift: float, *, columns: tuple[str, ...] = ("a", "b"), rows: int = 300) -> str:
    """Rows whose `y` follows `a`, somewhat; `shift` moves `b`, which says nothing."""
    chance = random.Random(7)
    lines = [",".join((*columns, "y"))]
    for _ in range(rows):
        a, b = chance.gauss(0, 1), chance.gauss(shift, 1)
        values = {"a": f"{a:.3f}", "b": f"{b:.3f}", "c": chance.choice(["red", "green", "blue"])}
        lines.append(",".join((*(values[name] for name in columns), "yes" if a + chance.gauss(0, 0.7) > 0 else "no")))
    return "\n".join(lines)


class Trained:
    """A project with versions that were trained, and what compares them."""

    def __init__(self, server: ModelyardServer) -> None:
        self.http = server.client()
        self.project = f"p-{uuid.uuid4().hex[:10]}"
        self.http.post("projects", json={"name": self.project}).raise_for_status()

    def upload(self, name: str, content: str) -> None:
        path = f"projects/{self.project}/datasets/{name}/versions"
        self.http.post(path, params={"filename": "t.csv"}, content=content.encode()).raise_for_status()

    def train(self, model: str, config: dict[str, Any], dataset: str = "t", **other: Any) -> int:
        path = f"projects/{self.project}/models/{model}/versions"
        answer = self.http.post(path, json={"config": config, "dataset": dataset, **other})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["number"])

    def await_ready(self, model: str, number: int) -> None:
        deadline = time.monotonic() + 90
        path = f"projects/{self.project}/models/{model}/versions/{number}"
        while (version := self.http.get(path).json())["status"] != "Ready":
            assert version["status"] not in ("Failed", "Canceled"), version["error"]
            assert time.monotonic() < deadline, version
            time.sleep(0.1)

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self.http.get(f"projects/{self.project}/models/{path}", params=params)

    def diff(self, before: str, other: int | str, **params: Any) -> VersionDiff:
        answer = self.get(f"{before}/diff", other=other, **params)
        return VersionDiff.model_validate(answer.raise_for_status().json())


@pytest.fixture(scope="module")
def trained(server: ModelyardServer) -> Trained:
    """`m` 1 to 3: other data, then another option and feature; `house` 1 predicts a number."""
    made = Trained(server)
    made.upload("t", table(0.0))
    first = made.train("m", CONFIG)
    made.upload("t", table(2.0, columns=("b", "a", "c"), rows=400))
    second = made.train("m", CONFIG, parent=first)
    other = {
        "model_type": "linear",
        "output_features": CONFIG["output_features"],
        "trainer": {"regularization": 0.5},
        "input_features": [*reversed(CONFIG["input_features"]), {"name": "c", "type": "category"}],
    }
    third = made.train("m", other, parent=second)
    number = {**CONFIG, "input_features": CONFIG["input_features"][:1]}
    number["output_features"] = [{"name": "b", "type": "number"}]
    made.train("house", number)
    for model, which in (("m", first), ("m", second), ("m", third), ("house", 1)):
        made.await_ready(model, which)
    return made


def by_path(changes: Any) -> dict[str, tuple[str, Any, Any]]:
    return {change.path: (change.kind.value, change.before, change.after) for change in changes}


def test_a_version_is_not_different_from_itself(trained: Trained):
    found = trained.diff("m/versions/2", 2, lines=True)
    assert found.config_given is not None
    assert found.config_rendered is not None
    assert (found.config_given.changes, found.config_given.unified) == ([], "")
    assert {line.kind for line in found.config_rendered.lines} == {"same"}
    assert (found.data.same_rows, found.data.columns, found.data.shifts) == (True, [], [])
    assert found.inputs == found.signature == found.params == found.environment == found.files == found.tags == []
    assert found.notes == []
    assert {metric.verdict for metric in found.metrics} == {"same"}


def test_other_data_shows_its_columns_and_how_far_they_shifted(trained: Trained):
    found = trained.diff("m/versions/1", 2)
    assert found.config_given is not None
    assert (found.config_given.changes, found.config_given.lines) == ([], [])
    assert (found.data.same_rows, found.data.rows_before, found.data.rows_after) == (False, 300, 400)
    assert by_path(found.data.columns) == {"c": ("added", None, "category (VARCHAR)")}
    shifts = {shift.column: shift for shift in found.data.shifts}
    assert found.data.shifts[0].column == "b"
    assert (shifts["b"].verdict, shifts["b"].test) == ("large", "kolmogorov_smirnov")
    assert (shifts["a"].verdict, shifts["y"].verdict, shifts["y"].test) == ("none", "none", "chi_square")


def test_another_config_is_compared_by_what_it_means(trained: Trained):
    found = trained.diff("m/versions/2", 3, lines=True)
    assert found.config_given is not None
    assert found.config_rendered is not None
    assert by_path(found.config_given.changes) == {
        "input_features[c]": ("added", None, {"name": "c", "type": "category"}),
        "trainer": ("added", None, {"regularization": 0.5}),
    }
    rendered = by_path(found.config_rendered.changes)
    assert set(rendered) == {"input_features[c]", "trainer.regularization"}
    assert found.data.same_rows is True
    assert by_path(found.signature)["inputs.c"][0] == "added"
    assert by_path(found.params)["regularization"][1:] == (
        str(rendered["trainer.regularization"][1]),
        "0.5",
    )
    assert by_path(found.files)["model/MLmodel"][0] == "changed"
    assert found.environment == []
    text = found.config_given.unified.splitlines()
    assert text[:2] == ["--- m/2", "+++ m/3"]
    assert "+  - name: c" in text or "+- name: c" in text
    assert [line.kind for line in found.config_given.lines if line.kind != "same"] == ["added"] * 4


def test_a_difference_that_chance_makes_is_no_verdict(trained: Trained):
    found = trained.diff("m/versions/2", 3)
    metrics = {(metric.name, metric.split): metric for metric in found.metrics}
    area = metrics["roc_auc", "test"]
    assert (area.verdict, area.higher_is_better) == ("within_noise", True)
    assert area.margin is not None
    assert area.difference is not None
    assert abs(area.difference) < area.margin < 0.3
    assert "Hanley-McNeil, 80 rows" in str(area.method)
    assert metrics["log_loss", "test"].verdict == "unknown"
    assert metrics["log_loss", "test"].margin is None
    assert found.metrics[0].split == "test"


def test_versions_of_other_kinds_say_what_cannot_be_compared(trained: Trained):
    found = trained.diff("m/versions/1", 1, other_model="house")
    assert found.after.model == "house"
    assert any("is a classifier, house/1 a regressor" in note for note in found.notes)
    assert {metric.verdict for metric in found.metrics} == {"unknown"}
    assert found.config_given is not None
    assert by_path(found.config_given.changes)["output_features[b]"][0] == "added"


def test_the_history_says_what_each_step_changed_and_how_the_metric_moved(trained: Trained):
    found = MetricHistory.model_validate(trained.get("m/versions/latest/history").raise_for_status().json())
    assert [(step.number, step.parent) for step in found.steps] == [(3, 2), (2, 1), (1, None)]
    newest, middle, oldest = found.steps
    assert middle.changes == ["data t@1 → t@2"]
    assert newest.changes[0] == "+ input_features[c]"
    assert newest.changes[1].startswith("regularization ")
    assert newest.change_count == len(newest.changes) == 2
    assert newest.compared is not None
    assert (newest.compared.name, newest.compared.verdict) == ("roc_auc", "within_noise")
    assert newest.metric is not None
    assert newest.compared.after == newest.metric.value
    assert (oldest.changes, oldest.compared) == ([], None)
    cut = MetricHistory.model_validate(trained.get("m/versions/3/history", limit=1).json())
    assert ([step.number for step in cut.steps], cut.steps[0].parent, cut.truncated) == ([3], 2, True)


def test_a_registered_version_is_compared_by_its_run(trained: Trained, logged: Logged):
    experiment = logged.experiment("e")
    for depth, rate, packages in (("6", "0.10", "lightgbm==4.5\n"), ("8", "0.1", "lightgbm==4.6\nnumpy>=2 # new\n")):
        run = logged.run(experiment, params={"depth": depth, "rate": rate}, metrics={"val_auc": 0.9, "rmse": 1.0})
        logged_data(logged, run, f"flowers-{depth}" if depth == "8" else "flowers", "training")
        upload(logged, run, "model/MLmodel", mlmodel({"a": "double"}))
        upload(logged, run, "model/requirements.txt", packages.encode())
        upload(logged, run, "model/python_env.yaml", b"python: 3.12.1\ndependencies: []\n")
        register(logged, run, path="model")
    path = f"projects/{logged.project}/models/m/versions/1/diff"
    found = VersionDiff.model_validate(logged.http.get(path, params={"other": 2}).raise_for_status().json())
    assert by_path(found.params) == {"depth": ("changed", "6", "8")}
    assert by_path(found.inputs) == {
        "flowers (training)": ("removed", "d1", None),
        "flowers-8 (training)": ("added", None, "d1"),
    }
    assert by_path(found.environment) == {
        "lightgbm": ("changed", "==4.5", "==4.6"),
        "numpy": ("added", None, ">=2"),
    }
    assert by_path(found.files).keys() == {"model/requirements.txt"}
    assert (found.config_given, found.data.same_rows) == (None, None)
    assert {metric.name: metric.verdict for metric in found.metrics} == {"val_auc": "same", "rmse": "same"}
    assert any("was not trained here" in note for note in found.notes)
    across: dict[str, Any] = {"other": 1, "other_model": "m", "other_project": trained.project}
    mixed = VersionDiff.model_validate(logged.http.get(path, params=across).raise_for_status().json())
    assert (mixed.after.project, mixed.config_given) == (trained.project, None)
    assert any("no metric in common" in note for note in mixed.notes)


@pytest.mark.parametrize(
    ("path", "params", "named"),
    [
        ("m/versions/1/diff", {"other": 99}, "99"),
        ("m/versions/99/diff", {"other": 1}, "99"),
        ("m/versions/1/diff", {"other": 1, "other_model": "nobody"}, "nobody"),
        ("m/versions/1/diff", {"other": 1, "other_project": "elsewhere"}, "elsewhere"),
        ("m/versions/1/diff", {"other": "@nobody"}, "nobody"),
        ("m/versions/@nobody/history", {}, "nobody"),
        ("m/versions/99/history", {}, "99"),
    ],
)
def test_what_is_not_there_is_named(trained: Trained, path: str, params: dict[str, Any], named: str):
    assert named in error(trained.get(path, **params), 404, "not_found")["message"]


@pytest.mark.parametrize("other", ["abc", "0", "-1", ""])
def test_what_is_no_version_is_refused(trained: Trained, other: str):
    error(trained.get("m/versions/1/diff", other=other), 400, "invalid_argument")


def test_a_deleted_ancestor_is_leapt_over(trained: Trained):
    numbers = [trained.train("gone", CONFIG)]
    for _ in range(2):
        numbers.append(trained.train("gone", CONFIG, parent=numbers[-1]))
    for number in numbers:
        trained.await_ready("gone", number)
    trained.http.delete(f"projects/{trained.project}/models/gone/versions/{numbers[1]}").raise_for_status()
    found = MetricHistory.model_validate(trained.get(f"gone/versions/{numbers[2]}/history").json())
    assert [(step.number, step.parent, step.skipped) for step in found.steps] == [
        (numbers[2], numbers[0], 1),
        (numbers[0], None, 0),
    ]
    assert found.steps[0].changes == []
    assert found.steps[0].compared is not None
    assert found.steps[0].compared.verdict == "same"
