"""The evaluation report of a version, in two steps: metrics of every split, then the curves and tables."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from modelyard.wire.config import SPLIT_NAMES
from modelyard.wire.metrics import DEFAULT_METRICS, OF_POSITIVE_CLASS
from modelyard.wire.models import MetricSummary
from modelyard.wire.reports import EvaluationReport, SplitName, SplitReport
from modelyard.worker.data import TrainingData
from modelyard.worker.evaluation.curves import (
    calibration_curve,
    class_summaries,
    confusion_matrix,
    precision_recall_curve,
    regression,
    roc_curve,
)
from modelyard.worker.inference.estimators import Estimator
from modelyard.worker.metrics import HIGHER_IS_BETTER, Array, compute_metrics

TRAIN_ROWS = 100_000
"""The train split is measured on at most this many rows, drawn by the seed; validation and test on all of theirs."""
_CURVED_CLASSES = 20
_CHUNK_ROWS = 100_000

Report = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Predicted:
    """What the model says on the rows of a split, beside what is true."""

    split: SplitName
    actual: Array
    predicted: Array


def predict_splits(data: TrainingData, estimator: Estimator, seed: int, report: Report) -> list[Predicted]:
    """Predict every split in chunks, so that a canceled job stops soon."""
    results = []
    total = sum(_measured_rows(name, data) for name in SPLIT_NAMES)
    done = 0
    for name in SPLIT_NAMES:
        matrix, actual = data.matrices[name], data.targets[name]
        if _measured_rows(name, data) < len(actual):
            rows = np.sort(np.random.default_rng(seed).choice(len(actual), TRAIN_ROWS, replace=False))
            matrix, actual = matrix[rows], actual[rows]
        chunks = []
        for start in range(0, len(actual), _CHUNK_ROWS):
            chunks.append(estimator.predict(matrix[start : start + _CHUNK_ROWS]))
            done += len(chunks[-1])
            report(done, total, f"measured {done:,} of {total:,} rows")
        results.append(Predicted(name, actual, np.concatenate(chunks)))
    return results


def _measured_rows(name: str, data: TrainingData) -> int:
    count = len(data.targets[name])
    return min(count, TRAIN_ROWS) if name == "train" else count


def positive_class(labels: list[str]) -> str | None:
    """Of two classes the second is the positive one."""
    return labels[1] if len(labels) == 2 else None


def measure(data: TrainingData, labels: list[str], predictions: list[Predicted]) -> list[MetricSummary]:
    """The metrics of every split."""
    positive = positive_class(labels)
    return [
        MetricSummary(
            name=name,
            split=each.split,
            value=value,
            higher_is_better=HIGHER_IS_BETTER[name],
            positive_class=positive if name in OF_POSITIVE_CLASS else None,
        )
        for each in predictions
        for name, value in compute_metrics(data.output_type, each.actual, each.predicted).items()
    ]


def evaluation_report(
    target: str,
    labels: list[str],
    data: TrainingData,
    predictions: list[Predicted],
    metrics: list[MetricSummary],
    seed: int,
    report: Report,
) -> EvaluationReport:
    """The whole report. Curves are drawn for the positive class of two, and for at most the 20 commonest of more."""
    splits = []
    for index, each in enumerate(predictions):
        report(index, len(predictions), f"drawing the {each.split} split")
        split = SplitReport(
            split=each.split,
            row_count=len(each.actual),
            metrics=[metric for metric in metrics if metric.split == each.split],
        )
        if data.output_type == "number":
            split.regression = regression(each.actual, each.predicted, seed)
        else:
            _draw_classes(split, labels, each)
        splits.append(split)
    return EvaluationReport(
        target=target,
        output_type=data.output_type,
        default_metric=DEFAULT_METRICS[data.output_type],
        positive_class=positive_class(labels),
        splits=splits,
    )


def _draw_classes(split: SplitReport, labels: list[str], each: Predicted) -> None:
    split.classes = class_summaries(labels, each.actual, each.predicted)
    split.confusion = confusion_matrix(labels, each.actual, each.predicted)
    for index in _curved_classes(labels, each.actual):
        positive, scores = each.actual == index, each.predicted[:, index]
        roc = roc_curve(labels[index], positive, scores)
        precision_recall = precision_recall_curve(labels[index], positive, scores)
        if roc is not None:
            split.roc.append(roc)
        if precision_recall is not None:
            split.precision_recall.append(precision_recall)
        split.calibration.append(calibration_curve(labels[index], positive, scores))


def _curved_classes(labels: list[str], actual: Array) -> list[int]:
    if len(labels) == 2:
        return [1]
    counts = np.bincount(actual, minlength=len(labels))
    common = np.argsort(-counts, kind="stable")[:_CURVED_CLASSES]
    return sorted(int(index) for index in common)
