"""Every trainer on every output type, from a table to a model that predicts."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from modelyard.worker.inference import Model
from tests.worker.training import SMALL, Training, config_for

RunTraining = Callable[..., Training]
TABLES = {
    "binary": ("cancer", "target", "roc_auc", 0.95),
    "category": ("wine", "target", "accuracy", 0.8),
    "number": ("diabetes", "target", "r2", 0.25),
}
MIXED_INPUTS: list[dict[str, Any]] = [
    {"name": "age", "type": "number"},
    {"name": "city", "type": "category", "preprocessing": {"missing_value_strategy": "fill_with_mode"}},
    {"name": "member", "type": "binary"},
    {"name": "note", "type": "text", "preprocessing": {"vectorizer": "tfidf"}},
    {"name": "day", "type": "date"},
    {"name": "visits", "type": "number", "preprocessing": {"normalization": "minmax"}},
]


@pytest.mark.parametrize("trainer", SMALL)
@pytest.mark.parametrize("output_type", TABLES)
def test_trains_evaluates_explains_and_saves(
    request: pytest.FixtureRequest, run_training_of: RunTraining, trainer: str, output_type: str
) -> None:
    table, target, metric, least = TABLES[output_type]
    frame: pd.DataFrame = request.getfixturevalue(table)
    training = run_training_of(frame, config_for(frame, target, output_type, trainer, trainer=SMALL[trainer]))

    assert training.finish.status == "Ready", training.finish.error_message
    assert training.finish.signature is not None
    assert training.metric(metric) > least
    assert training.server.statuses == ["Preprocessing", "Training", "Evaluating", "Visualizing", "Explaining"]
    curves = training.server.metrics
    loss = "mean_squared_error" if output_type == "number" else "log_loss"
    assert {f"{split}_{loss}" for split in ("train", "validation", "test")} <= set(curves)
    assert len(curves[f"validation_{loss}"]) > 3 or trainer == "linear"

    evaluation = training.report("evaluation")
    assert [split["split"] for split in evaluation["splits"]] == ["train", "validation", "test"]
    assert sum(split["row_count"] for split in evaluation["splits"]) == len(frame)
    explanation = training.report("explanation")
    assert len(explanation["features"]) == len(frame.columns) - 1
    assert sum(feature["share"] for feature in explanation["features"]) == pytest.approx(1.0)

    predicted = Model.load(training.data_folder).predict(frame)
    assert list(predicted.columns) == [column.name for column in training.finish.signature.outputs]
    assert len(predicted) == len(frame)
    if output_type != "number":
        assert set(predicted[f"{target}_predictions"]) <= set(frame[target])
        probabilities = predicted.filter(like="_probabilities_")
        assert probabilities.sum(axis=1).to_numpy() == pytest.approx(1.0)
        assert predicted[f"{target}_probability"].to_numpy() == pytest.approx(probabilities.max(axis=1).to_numpy())


@pytest.mark.parametrize("trainer", ["gbm", "linear", "forest"])
@pytest.mark.parametrize(
    ("target", "output_type"), [("returns", "binary"), ("segment", "category"), ("price", "number")]
)
def test_learns_from_every_type_of_column(
    mixed: pd.DataFrame, run_training_of: RunTraining, trainer: str, target: str, output_type: str
) -> None:
    config = config_for(mixed, target, output_type, trainer, trainer=SMALL[trainer], input_features=MIXED_INPUTS)
    training = run_training_of(mixed, config)
    assert training.finish.status == "Ready", training.finish.error_message
    important = [feature["feature"] for feature in training.report("explanation")["features"]]
    assert set(important) == {feature["name"] for feature in MIXED_INPUTS}
    assert "visits" not in important[:3]
    predicted = Model.load(training.data_folder).predict(mixed)
    if output_type == "number":
        assert np.corrcoef(predicted["price_predictions"], mixed["price"])[0, 1] > 0.7
    else:
        assert (predicted[f"{target}_predictions"] == mixed[target]).mean() > 0.7
    if target == "returns":
        assert predicted["returns_predictions"].dtype == bool


def test_the_network_learns_from_every_type_it_takes(mixed: pd.DataFrame, run_training_of: RunTraining) -> None:
    inputs = [feature for feature in MIXED_INPUTS if feature["type"] != "text"]
    config = config_for(mixed, "returns", "binary", "mlp", trainer=SMALL["mlp"], input_features=inputs)
    training = run_training_of(mixed, config)
    assert training.finish.status == "Ready", training.finish.error_message
    assert training.metric("roc_auc") > 0.75


@pytest.mark.parametrize("trainer", ["gbm", "linear", "forest"])
def test_class_weights_find_more_of_a_rare_class(
    cancer: pd.DataFrame, run_training_of: RunTraining, trainer: str
) -> None:
    generator = np.random.default_rng(3)
    noisy = (cancer["mean radius"] + generator.normal(0, 6, len(cancer))).to_numpy()
    frame = pd.DataFrame({"x": noisy, "rare": (cancer["mean radius"] > 19).to_numpy()})

    def recall(class_weights: str) -> float:
        options = {**SMALL[trainer], "class_weights": class_weights}
        split = {"split": {"type": "stratify", "column": "rare"}}
        config = config_for(frame, "rare", "binary", trainer, trainer=options, preprocessing=split)
        return run_training_of(frame, config).metric("recall", "train")

    assert recall("balanced") > recall("none")


@pytest.mark.parametrize("trainer", SMALL)
def test_the_same_config_data_and_seed_give_the_same_model(
    mixed: pd.DataFrame, run_training_of: RunTraining, trainer: str
) -> None:
    inputs = [feature for feature in MIXED_INPUTS if feature["type"] != "text"]
    config = config_for(mixed, "segment", "category", trainer, trainer=SMALL[trainer], input_features=inputs)
    first, second = (run_training_of(mixed, config, threads=2) for _ in range(2))
    other = run_training_of(mixed, {**config, "random_seed": 43}, threads=2)
    assert first.finish == second.finish
    assert first.finish.metrics != other.finish.metrics
    one, two = (Model.load(training.data_folder).predict(mixed) for training in (first, second))
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert (first.data_folder / "model.json").read_bytes() == (second.data_folder / "model.json").read_bytes()
    if trainer == "gbm":
        assert (first.data_folder / "model.txt").read_bytes() == (second.data_folder / "model.txt").read_bytes()


@pytest.mark.parametrize(
    ("trainer", "options"),
    [
        ("gbm", {"num_boost_round": 400, "early_stop": 10}),
        ("mlp", {"epochs": 2000, "early_stop": 5, "learning_rate": 0.01}),
    ],
)
def test_a_training_stops_when_it_gets_no_better_and_keeps_the_best(
    cancer: pd.DataFrame, run_training_of: RunTraining, trainer: str, options: dict[str, Any]
) -> None:
    training = run_training_of(cancer, config_for(cancer, "target", "binary", trainer, trainer=options))
    losses = dict(training.server.metrics["validation_log_loss"])
    best = training.finish.best_iteration
    assert best == min(losses, key=lambda step: losses[step])
    assert max(losses) == best + options["early_stop"]
    assert training.metric("log_loss", "validation") == pytest.approx(losses[best])


def test_evaluation_measures_what_the_saved_model_predicts(cancer: pd.DataFrame, run_training_of: RunTraining) -> None:
    frame = cancer.assign(part=np.arange(len(cancer)) % 3)
    config = config_for(
        frame, "target", "binary", exclude=["part"], preprocessing={"split": {"type": "fixed", "column": "part"}}
    )
    training = run_training_of(frame, config)
    test = frame[frame["part"] == 2]
    predicted = Model.load(training.data_folder).predict(test)
    accuracy = (predicted["target_predictions"] == test["target"]).mean()
    assert training.metric("accuracy") == pytest.approx(accuracy)
    split = training.report("evaluation")["splits"][2]
    labels = split["confusion"]["labels"]
    counts = pd.crosstab(test["target"], predicted["target_predictions"].to_numpy()).loc[labels, labels]
    assert split["confusion"]["counts"] == counts.to_numpy().tolist()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"target": "benign"}, "only one class"),
        ({"target": None}, "no value in any row"),
        ({"mean radius": "wide"}, "Column 'mean radius', row 1: 'wide' is not a number."),
    ],
)
def test_data_that_cannot_be_trained_on_is_a_failure_with_a_reason(
    cancer: pd.DataFrame, run_training_of: RunTraining, changes: dict[str, Any], message: str
) -> None:
    finish = run_training_of(cancer.assign(**changes), config_for(cancer, "target", "binary")).finish
    assert (finish.status, finish.error_code) == ("Failed", "invalid_data")
    assert message in str(finish.error_message)


def test_nan_and_infinity_are_missing_values(cancer: pd.DataFrame, run_training_of: RunTraining) -> None:
    frame = cancer.copy()
    frame.loc[:5, "mean radius"] = [np.nan, np.inf, -np.inf, np.nan, np.inf, np.nan]
    training = run_training_of(frame, config_for(frame, "target", "binary", "linear"))
    assert training.finish.status == "Ready", training.finish.error_message
    predicted = Model.load(training.data_folder).predict(frame.head(3).drop(columns="target"))
    assert np.isfinite(predicted["target_probability"]).all()
