"""Feature importance: exact contributions where the model has them, permutation otherwise."""

from collections.abc import Callable
from typing import Any

import numpy as np

from modelyard.wire.reports import ExplanationReport, FeatureImportance
from modelyard.worker.data import TrainingData
from modelyard.worker.inference.columns import join_columns
from modelyard.worker.metrics import Array, log_loss, number_metrics
from modelyard.worker.trainers.base import TrainedModel

EXPLAINED_ROWS = 2000
"""Rows of the test split that are explained, at most; drawn by the seed."""
_CHUNK_ROWS = 250
_CHUNK_CELLS = 4_000_000
"""Contributions have a cell for each row, column and class; this many are held at once."""
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
    importance = _contributed(features, len(feature_names), matrix, data.class_count, model, report)
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


def _contributed(
    features: Array, count: int, matrix: Array, class_count: int, model: TrainedModel, report: Report
) -> Array | None:
    """Mean absolute contributions; columns of one feature are added up before the absolute value is taken."""
    sums: Any = np.zeros(count)
    row_count, width = matrix.shape
    chunk = max(1, min(_CHUNK_ROWS, _CHUNK_CELLS // (width * max(1, class_count))))
    first_columns = np.searchsorted(features, np.arange(count))
    for start in range(0, row_count, chunk):
        report(start, row_count, f"explained {start:,} of {row_count:,} rows")
        contributions = model.saved_estimator.contributions(_dense(matrix[start : start + chunk]))
        if contributions is None:
            return None
        by_feature = np.add.reduceat(contributions, first_columns, axis=1)
        sums += np.abs(by_feature).mean(axis=2).sum(axis=0)
    return np.asarray(sums / row_count)


def _dense(matrix: Array) -> Array:
    return matrix if isinstance(matrix, np.ndarray) else matrix.toarray()


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
            shuffled = _shuffle(matrix, int(columns[0]), int(columns[-1]) + 1, generator)
            losses.append(_loss(data, actual, model.estimator.predict(shuffled)))
        importance[feature] = max(0.0, float(np.mean(losses)) - unchanged)
    return importance


def _shuffle(matrix: Array, start: int, end: int, generator: np.random.Generator) -> Array:
    """The matrix with the columns from `start` to `end`, those of one feature, in another order of the rows."""
    moved = matrix[generator.permutation(matrix.shape[0])][:, start:end]
    return join_columns([matrix[:, :start], moved, matrix[:, end:]])


def _loss(data: TrainingData, actual: Array, predicted: Array) -> float:
    if data.output_type == "number":
        return number_metrics(actual, predicted)["mean_squared_error"]
    return log_loss(actual, predicted)
