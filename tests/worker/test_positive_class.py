"""Of two classes one is the positive one, and every class keeps the words of the data."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics as reference
import yaml

from modelyard.wire.metrics import OF_POSITIVE_CLASS
from modelyard.worker.inference import Model
from tests.worker.training import Training, config_for

RunTraining = Callable[..., Training]


def table(negative: Any, positive: Any) -> pd.DataFrame:
    """One row in four is `positive`, and x says most of it."""
    generator = np.random.default_rng(4)
    is_positive = np.arange(400) % 4 == 0
    return pd.DataFrame(
        {"x": is_positive * 2 + generator.normal(0, 1, 400), "y": np.where(is_positive, positive, negative)}
    )


def config(frame: pd.DataFrame, output_type: str, chosen: Any = None) -> dict[str, Any]:
    output: dict[str, Any] = {"name": "y", "type": output_type}
    if chosen is not None:
        output["preprocessing"] = {"fallback_true_label": chosen}
    split = {"split": {"type": "stratify", "column": "y"}}
    return config_for(frame, "y", output_type, "linear", output_features=[output], preprocessing=split)


@pytest.mark.parametrize("output_type", ["binary", "category"])
@pytest.mark.parametrize(
    ("negative", "positive", "labels"),
    [
        ("No", "Yes", ["No", "Yes"]),
        ("F", "T", ["F", "T"]),
        (False, True, ["False", "True"]),
        (0, 1, ["0", "1"]),
        (0.0, 1.0, ["0", "1"]),
        ("bad", "good", ["bad", "good"]),
    ],
)
def test_classes_keep_their_words(
    run_training_of: RunTraining, output_type: str, negative: Any, positive: Any, labels: list[str]
) -> None:
    frame = table(negative, positive)
    for chosen, ordered in ((None, labels), (positive, labels), (negative, labels[::-1])):
        training = run_training_of(frame, config(frame, output_type, chosen))
        assert training.finish.status == "Ready", training.finish.error_message
        assert training.finish.positive_class == ordered[1]
        assert [split["confusion"]["labels"] for split in training.report("evaluation")["splits"]] == [ordered] * 3
        predicted = Model.load(training.data_folder).predict(frame)
        assert set(predicted["y_predictions"]) == {negative, positive}
        assert list(predicted.columns)[2:] == [f"y_probabilities_{label}" for label in ordered]
        assert (predicted["y_predictions"] == frame["y"]).mean() > 0.8


@pytest.mark.parametrize("output_type", ["binary", "category"])
@pytest.mark.parametrize("chosen", ["No", "Yes"])
def test_metrics_are_about_the_positive_class_and_say_so(
    run_training_of: RunTraining, output_type: str, chosen: str
) -> None:
    frame = table("No", "Yes").assign(part=np.arange(400) % 3)
    parts = {"split": {"type": "fixed", "column": "part"}}
    given = {**config(frame, output_type, chosen), "preprocessing": parts}
    given["input_features"] = [{"name": "x", "type": "number"}]
    training = run_training_of(frame, given)
    test = frame[frame["part"] == 2]
    predicted = Model.load(training.data_folder).predict(test)
    expected = {
        "precision": reference.precision_score(test["y"], predicted["y_predictions"], pos_label=chosen),
        "recall": reference.recall_score(test["y"], predicted["y_predictions"], pos_label=chosen),
        "f1": reference.f1_score(test["y"], predicted["y_predictions"], pos_label=chosen),
        "average_precision": reference.average_precision_score(
            test["y"] == chosen, predicted[f"y_probabilities_{chosen}"]
        ),
    }
    assert {name: training.metric(name) for name in expected} == pytest.approx(expected)
    for metric in training.finish.metrics:
        assert metric.positive_class == (chosen if metric.name in OF_POSITIVE_CLASS else None)

    report = training.report("evaluation")
    assert report["positive_class"] == chosen
    assert [curve["label"] for curve in report["splits"][2]["roc"]] == [chosen]
    described = yaml.safe_load((training.model_folder / "MLmodel").read_text())
    assert described["metadata"]["modelyard.positive_class"] == chosen
    assert json.loads((training.data_folder / "model.json").read_text())["classes"][1] == chosen


def test_a_target_of_more_classes_has_none(wine: pd.DataFrame, run_training_of: RunTraining) -> None:
    training = run_training_of(wine, config_for(wine, "target", "category", "linear"))
    assert training.finish.positive_class is None
    assert {metric.positive_class for metric in training.finish.metrics} == {None}
    assert training.report("evaluation")["positive_class"] is None


def test_other_ways_to_write_the_classes_are_understood_when_no_is_positive(run_training_of: RunTraining) -> None:
    frame = table("Yes", "No")
    spelled = frame.assign(y=np.where(np.arange(400) % 8 == 0, frame["y"].str.lower(), frame["y"]))
    training = run_training_of(spelled, config(spelled, "binary", "No"))
    assert training.finish.status == "Ready", training.finish.error_message
    assert training.finish.positive_class == "No"
    assert sum(split["row_count"] for split in training.report("evaluation")["splits"]) == 400
