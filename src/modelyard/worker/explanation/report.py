"""Feature importance: exact contributions where the model has them, permutation otherwise."""

from collections.abc import Callable
from typing import Any

import numpy as np

from modelyard.wire.reports import ExplanationReport, FeatureImportance
from modelyard.worker.data import TrainingData
from modelyard.worker.metrics import Array, log_loss, number_metrics
from modelyard.worker.trainers.base import TrainedModel

EXPLAINED_ROWS = 2000
"""Rows of the test split that are explained, at most; drawn by the seed."""
_CHUNK_ROWS = 250
_REPEATS = 3

Report = Callable[[int, int, str], None]


def explanation_report(
    feature_names: list[str], data: TrainingData, model: TrainedModel, seed: int, report: Report
) -> ExplanationReport:
    """How much each original input feature matters on (a sample of) the test split, most important first."""
    generator = np.random.default_rng(seed)
    matrix, actual = data.matrices["test"], data.targets["test"]
    if len(actual) > EXPLAINED_ROWS:
        rows = np.sort(generator.choice(len(actual), EXPLAINED_ROWS, replace=False))
        matrix, actual = matrix[rows], actual[rows]
    features = np.array(data.feature_of_column)
    importance = _contributed(features, len(feature_names), matrix, model, report)
    exact = importance is not None
    if importance is None:
        importance = _permuted(features, len(feature_names), matrix, actual, data, model, generator, report)
    total = float(importance.sum())
    order = np.argsort(-importance, kind="stable")
    return ExplanationReport(
        method="shap" if exact else "permutation",
        description=_describe(data, exact=exact),
        row_count=len(actual),
        features=[
            FeatureImportance(
                feature=feature_names[index],
                importance=float(importance[index]),
                share=float(importance[index]) / total if total > 0 else 0.0,
            )
            for index in order
        ],
    )


def _describe(data: TrainingData, *, exact: bool) -> str:
    if exact:
        unit = "the predicted number" if data.output_type == "number" else "the log-odds of a class"
        return f"Mean absolute contribution of the feature to {unit} (SHAP values)."
    loss = "mean squared error" if data.output_type == "number" else "log loss"
    return f"How much the {loss} grows when the feature's values are shuffled among rows."


def _contributed(features: Array, count: int, matrix: Array, model: TrainedModel, report: Report) -> Array | None:
    """Mean absolute contributions; columns of one feature are added up before the absolute value is taken."""
    sums: Any = np.zeros(count)
    for start in range(0, len(matrix), _CHUNK_ROWS):
        report(start, len(matrix), f"explained {start:,} of {len(matrix):,} rows")
        contributions = model.saved_estimator.contributions(matrix[start : start + _CHUNK_ROWS])
        if contributions is None:
            return None
        by_feature = np.zeros((len(contributions), count, contributions.shape[2]))
        for column, feature in enumerate(features):
            by_feature[:, feature, :] += contributions[:, column, :]
        sums += np.abs(by_feature).mean(axis=2).sum(axis=0)
    return np.asarray(sums / len(matrix))


def _permuted(
    features: Array,
    count: int,
    matrix: Array,
    actual: Array,
    data: TrainingData,
    model: TrainedModel,
    generator: np.random.Generator,
    report: Report,
) -> Array:
    """The loss each feature's shuffling adds, mean of three shuffles; 0 where it adds none."""
    unchanged = _loss(data, actual, model.estimator.predict(matrix))
    importance = np.zeros(count)
    for feature in range(count):
        report(feature, count, f"explained {feature} of {count} features")
        columns = np.flatnonzero(features == feature)
        losses = []
        for _ in range(_REPEATS):
            shuffled = matrix.copy(order="F")
            shuffled[:, columns] = matrix[generator.permutation(len(matrix))][:, columns]
            losses.append(_loss(data, actual, model.estimator.predict(shuffled)))
        importance[feature] = max(0.0, float(np.mean(losses)) - unchanged)
    return importance


def _loss(data: TrainingData, actual: Array, predicted: Array) -> float:
    if data.output_type == "number":
        return number_metrics(actual, predicted)["mean_squared_error"]
    return log_loss(actual, predicted)
