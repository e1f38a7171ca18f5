"""Metrics, in plain numpy. Classes are indices; probabilities are shaped (rows, classes)."""

from typing import Any

import numpy as np

from modelyard.wire.models import OutputType

Array = np.ndarray[Any, np.dtype[Any]]

HIGHER_IS_BETTER = {
    "roc_auc": True,
    "accuracy": True,
    "average_precision": True,
    "precision": True,
    "recall": True,
    "f1": True,
    "log_loss": False,
    "mean_squared_error": False,
    "root_mean_squared_error": False,
    "mean_absolute_error": False,
    "r2": True,
}
"""Every metric, and whether more of it is better."""

_EPSILON = np.finfo(np.float64).eps


def compute_metrics(output_type: OutputType, actual: Array, predicted: Array) -> dict[str, float]:
    """All metrics of one split; one that is not defined on these rows (e.g. ROC AUC of a single class) is left out.

    For two classes precision, recall and F1 are of the positive class, the second; for more they are weighted by how
    many rows each class has, F1 follows from the two, and ROC AUC is the mean over classes, each against the rest.
    """
    if output_type == "number":
        return number_metrics(actual, predicted)
    metrics: dict[str, float | None] = {
        "accuracy": float((predicted.argmax(axis=1) == actual).mean()),
        "log_loss": log_loss(actual, predicted),
    }
    if predicted.shape[1] == 2:
        metrics["roc_auc"] = roc_auc(actual == 1, predicted[:, 1])
        metrics["average_precision"] = average_precision(actual == 1, predicted[:, 1])
        precision, recall = precision_recall(actual, predicted.argmax(axis=1), 1)
    else:
        aucs = [roc_auc(actual == index, predicted[:, index]) for index in range(predicted.shape[1])]
        defined = [auc for auc in aucs if auc is not None]
        metrics["roc_auc"] = float(np.mean(defined)) if defined else None
        precision, recall = weighted_precision_recall(actual, predicted.argmax(axis=1), predicted.shape[1])
    metrics.update(precision=precision, recall=recall, f1=f1(precision, recall))
    return {name: value for name, value in metrics.items() if value is not None}


def curve_metrics(output_type: OutputType, actual: Array, predicted: Array) -> dict[str, float]:
    """The few metrics that are worth computing at every step of a training; the first is the loss."""
    if output_type == "number":
        metrics = number_metrics(actual, predicted)
        return {name: metrics[name] for name in ("mean_squared_error", "mean_absolute_error")}
    result = {"log_loss": log_loss(actual, predicted)}
    if output_type == "binary":
        auc = roc_auc(actual == 1, predicted[:, 1])
        if auc is not None:
            result["roc_auc"] = auc
    else:
        result["accuracy"] = float((predicted.argmax(axis=1) == actual).mean())
    return result


def number_metrics(actual: Array, predicted: Array) -> dict[str, float]:
    errors = predicted - actual
    squared = float((errors**2).mean())
    variance = float(actual.var())
    metrics = {
        "mean_squared_error": squared,
        "root_mean_squared_error": squared**0.5,
        "mean_absolute_error": float(np.abs(errors).mean()),
    }
    if variance > 0:
        metrics["r2"] = 1.0 - squared / variance
    return metrics


def log_loss(actual: Array, predicted: Array) -> float:
    """Mean negative logarithm of the probability given to the actual class."""
    given = predicted[np.arange(len(actual)), actual]
    return float(-np.log(np.clip(given, _EPSILON, 1.0)).mean())


def ranks(scores: Array) -> Array:
    """Ranks from 1; equal scores share their mean rank."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2.0)[inverse]


def roc_auc(positive: Array, scores: Array) -> float | None:
    """The chance that a positive row scores above a negative one; None where there are only one kind."""
    positives = int(positive.sum())
    negatives = len(positive) - positives
    if positives == 0 or negatives == 0:
        return None
    rank_sum = float(ranks(scores)[positive].sum())
    return (rank_sum - positives * (positives + 1) / 2.0) / (positives * negatives)


def average_precision(positive: Array, scores: Array) -> float | None:
    """Mean of the precisions at each threshold, weighted by the recall it adds."""
    if not positive.any():
        return None
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(positive[order])
    last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    precision = hits[last] / (last + 1)
    recall = hits[last] / hits[-1]
    return float((np.diff(recall, prepend=0.0) * precision).sum())


def precision_recall(actual: Array, chosen: Array, label: int) -> tuple[float, float]:
    """Precision and recall of one class; 0 where they are not defined."""
    hits = int(((actual == label) & (chosen == label)).sum())
    return _share(hits, int((chosen == label).sum())), _share(hits, int((actual == label).sum()))


def weighted_precision_recall(actual: Array, chosen: Array, class_count: int) -> tuple[float, float]:
    """Precision and recall over all classes, each weighing as many as it has rows."""
    weights = np.bincount(actual, minlength=class_count)
    pairs = np.array([precision_recall(actual, chosen, label) for label in range(class_count)])
    precision, recall = (pairs * weights[:, None]).sum(axis=0) / weights.sum()
    return float(precision), float(recall)


def f1(precision: float, recall: float) -> float:
    """The harmonic mean of the two; 0 where both are."""
    return _share(2 * precision * recall, precision + recall)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
