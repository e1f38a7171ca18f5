"""The pictures of an evaluation: ROC, precision-recall, calibration, confusion, residuals."""

import numpy as np

from modelyard.wire.reports import (
    CalibrationCurve,
    ClassSummary,
    ConfusionMatrix,
    HistogramBin,
    PrecisionRecallCurve,
    Regression,
    RocCurve,
)
from modelyard.worker.metrics import Array, average_precision, f1, precision_recall, roc_auc

MAXIMUM_POINTS = 200
_SAMPLED_PAIRS = 1000
_CALIBRATION_BINS = 10
_RESIDUAL_BINS = 30


def _thin(count: int) -> Array:
    """At most MAXIMUM_POINTS indices below `count`, evenly spread, with the first and the last."""
    return np.unique(np.linspace(0, count - 1, min(count, MAXIMUM_POINTS)).round().astype(np.int64))


def _by_threshold(positive: Array, scores: Array) -> tuple[Array, Array, Array]:
    """For each different score, from high to low: positives and rows at or above it."""
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    return np.cumsum(positive[order])[last], last + 1, scores[order][last]


def roc_curve(label: str, positive: Array, scores: Array) -> RocCurve | None:
    """Starts at (0, 0), where the threshold is above every score; None if only one kind of row is there."""
    auc = roc_auc(positive, scores)
    if auc is None:
        return None
    hits, rows, thresholds = _by_threshold(positive, scores)
    true_rate = np.concatenate([[0.0], hits / hits[-1]])
    false_rate = np.concatenate([[0.0], (rows - hits) / (rows[-1] - hits[-1])])
    thresholds = np.concatenate([[max(1.0, float(thresholds[0]))], thresholds])
    kept = _thin(len(thresholds))
    return RocCurve(
        label=label,
        auc=auc,
        false_positive_rate=false_rate[kept].tolist(),
        true_positive_rate=true_rate[kept].tolist(),
        thresholds=thresholds[kept].tolist(),
    )


def precision_recall_curve(label: str, positive: Array, scores: Array) -> PrecisionRecallCurve | None:
    """From high thresholds to low; None if no row is positive."""
    average = average_precision(positive, scores)
    if average is None:
        return None
    hits, rows, thresholds = _by_threshold(positive, scores)
    kept = _thin(len(thresholds))
    return PrecisionRecallCurve(
        label=label,
        average_precision=average,
        precision=(hits / rows)[kept].tolist(),
        recall=(hits / hits[-1])[kept].tolist(),
        thresholds=thresholds[kept].tolist(),
    )


def calibration_curve(label: str, positive: Array, scores: Array) -> CalibrationCurve:
    """Mean predicted probability against observed frequency in ten bins of equal width; empty ones left out."""
    bins = np.clip((scores * _CALIBRATION_BINS).astype(np.int64), 0, _CALIBRATION_BINS - 1)
    counts = np.bincount(bins, minlength=_CALIBRATION_BINS)
    filled = counts > 0
    predicted = np.bincount(bins, weights=scores, minlength=_CALIBRATION_BINS)[filled] / counts[filled]
    observed = np.bincount(bins, weights=positive, minlength=_CALIBRATION_BINS)[filled] / counts[filled]
    return CalibrationCurve(
        label=label, predicted=predicted.tolist(), observed=observed.tolist(), counts=counts[filled].tolist()
    )


def confusion_matrix(labels: list[str], actual: Array, predicted: Array) -> ConfusionMatrix:
    """Counts, and mean predicted probabilities: rows are actual classes, columns predicted ones."""
    size = len(labels)
    counts = np.bincount(actual * size + predicted.argmax(axis=1), minlength=size * size).reshape(size, size)
    sums = np.zeros((size, size))
    np.add.at(sums, actual, predicted)
    means = sums / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return ConfusionMatrix(labels=labels, counts=counts.tolist(), mean_probabilities=means.tolist())


def class_summaries(labels: list[str], actual: Array, predicted: Array) -> list[ClassSummary]:
    chosen = predicted.argmax(axis=1)
    summaries = []
    for index, label in enumerate(labels):
        precision, recall = precision_recall(actual, chosen, index)
        summaries.append(
            ClassSummary(
                label=label,
                labeled=int((actual == index).sum()),
                predicted=int((chosen == index).sum()),
                precision=precision,
                recall=recall,
                f1=f1(precision, recall),
                roc_auc=roc_auc(actual == index, predicted[:, index]),
            )
        )
    return summaries


def regression(actual: Array, predicted: Array, seed: int) -> Regression:
    """A seeded sample of (actual, predicted) pairs, and the histogram of predicted minus actual over all rows."""
    rows = np.arange(len(actual))
    if len(rows) > _SAMPLED_PAIRS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, _SAMPLED_PAIRS, replace=False))
    residuals = predicted - actual
    # Residuals that are all (nearly) the same still get bins that floating point can tell apart.
    min_span = 1e-9 * max(1.0, float(np.abs(residuals).max()))
    low, high = float(residuals.min()), float(residuals.max())
    if high - low < min_span:
        low, high = low - min_span, high + min_span
    counts, edges = np.histogram(residuals, bins=_RESIDUAL_BINS, range=(low, high))
    return Regression(
        points=list(zip(actual[rows].tolist(), predicted[rows].tolist(), strict=True)),
        residuals=[
            HistogramBin(low=low, high=high, count=count)
            for low, high, count in zip(edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True)
        ],
    )
