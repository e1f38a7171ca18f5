"""What is suspicious about a training is said when it has ended, with what would mend it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from modelyard.wire.data_warnings import DataWarning
from tests.worker.training import Training, config_for

RunTraining = Callable[..., Training]
ROWS = 400


@pytest.fixture
def frame() -> pd.DataFrame:
    """Nothing is wrong with it: x says something about y and about z."""
    generator = np.random.default_rng(8)
    x = generator.normal(size=ROWS)
    noise = generator.normal(size=(2, ROWS))
    return pd.DataFrame({"x": x, "y": np.where(x + noise[0] > 0, "yes", "no"), "z": 3 * x + noise[1]})


def warnings_of(training: Training) -> dict[str, DataWarning]:
    assert training.finish.status == "Ready", training.finish.error_message
    return {warning.code: warning for warning in training.finish.warnings}


def train(run: RunTraining, frame: pd.DataFrame, target: str, **changes: Any) -> dict[str, DataWarning]:
    other = {"y": "z", "z": "y"}[target]
    output_type = {"y": "binary", "z": "number"}[target]
    given = config_for(frame, target, output_type, "linear", exclude=[other])
    return warnings_of(run(frame, {**given, **changes}))


@pytest.mark.parametrize("target", ["y", "z"])
def test_nothing_is_said_of_a_sound_training(frame: pd.DataFrame, run_training_of: RunTraining, target: str) -> None:
    assert train(run_training_of, frame, target) == {}


@pytest.mark.parametrize(
    ("target", "leak"),
    [
        ("y", lambda frame: (frame["y"] == "yes") * 7.0),
        ("y", lambda frame: (frame["y"] == "yes") + frame["x"].rank(pct=True) / 2),
        ("z", lambda frame: frame["z"]),
        ("z", lambda frame: frame["z"] * -2 + 5 + frame["x"] / 100),
    ],
)
def test_an_input_that_tells_the_target_alone(
    frame: pd.DataFrame, run_training_of: RunTraining, target: str, leak: Callable[[pd.DataFrame], Any]
) -> None:
    found = train(run_training_of, frame.assign(leak=leak(frame)), target)
    assert list(found) == ["target_leak"]
    warning = found["target_leak"]
    assert warning.feature == "leak"
    assert warning.action is not None
    assert (warning.action.kind, warning.action.feature) == ("drop_feature", "leak")


def test_a_label_that_tells_the_target_alone(frame: pd.DataFrame, run_training_of: RunTraining) -> None:
    inputs = [{"name": "x", "type": "number"}, {"name": "leak", "type": "category"}]
    frame["leak"] = np.where(frame["y"] == "yes", "accepted", "refused")
    assert list(train(run_training_of, frame, "y", input_features=inputs)) == ["target_leak"]


def test_rows_of_the_test_part_that_are_in_the_training_part(frame: pd.DataFrame, run_training_of: RunTraining) -> None:
    doubled = pd.concat([frame, frame.head(100)], ignore_index=True)
    found = train(run_training_of, doubled, "z")
    assert list(found) == ["duplicate_rows"]
    action = found["duplicate_rows"].action
    assert action is not None
    assert action.kind == "drop_duplicates"
    assert train(run_training_of, doubled, "z", preprocessing={"drop_duplicates": True}) == {}


def test_rows_that_can_hardly_differ_are_no_duplicates(frame: pd.DataFrame, run_training_of: RunTraining) -> None:
    for coarse in (frame["x"].round(), (frame["x"] * 20).round()):
        assert train(run_training_of, frame.assign(x=coarse), "y") == {}


def test_dropping_duplicates_keeps_each_row_once(frame: pd.DataFrame, run_training_of: RunTraining) -> None:
    frame.loc[:9, "x"] = None
    tripled = pd.concat([frame] * 3, ignore_index=True)
    given = config_for(tripled, "y", "binary", "linear", exclude=["z"], preprocessing={"drop_duplicates": True})
    splits = run_training_of(tripled, given).report("evaluation")["splits"]
    distinct = len(frame.drop_duplicates(subset=["x", "y"]))
    assert sum(split["row_count"] for split in splits) == distinct < ROWS


def test_inputs_that_say_nothing(frame: pd.DataFrame, run_training_of: RunTraining) -> None:
    noise = np.random.default_rng(1).normal(size=(ROWS, 20))
    columns = {f"noise {number}": noise[:, number] for number in range(20)}
    for target in ("y", "z"):
        shuffled = pd.concat([frame.assign(x=0.0), pd.DataFrame(columns)], axis=1)
        found = train(run_training_of, shuffled, target)
        assert list(found) == ["no_signal"], target
        assert "on the training part" in found["no_signal"].message


def test_what_holds_for_the_training_rows_alone(frame: pd.DataFrame, run_training_of: RunTraining) -> None:
    noise = np.random.default_rng(2).normal(size=(ROWS, 151))
    columns = {f"noise {number}": noise[:, number] for number in range(120)}
    few = pd.concat([frame, pd.DataFrame(columns)], axis=1)
    few["z"] = few["z"] + 3 * noise[:, 150]
    assert list(train(run_training_of, few, "z", trainer={"penalty": "none"})) == ["overfitting"]


@pytest.mark.parametrize(("trainer", "option"), [("gbm", "num_boost_round"), ("mlp", "epochs")])
def test_a_last_step_that_is_the_best(
    frame: pd.DataFrame, run_training_of: RunTraining, trainer: str, option: str
) -> None:
    given = config_for(frame, "y", "binary", trainer, exclude=["z"], trainer={option: 2})
    found = warnings_of(run_training_of(frame, given))
    action = found["last_iteration_is_best"].action
    assert action is not None
    assert (action.kind, action.option, action.value) == ("set_option", option, 8)
    enough = config_for(frame, "y", "binary", trainer, exclude=["z"], trainer={option: 300})
    assert "last_iteration_is_best" not in warnings_of(run_training_of(frame, enough))
