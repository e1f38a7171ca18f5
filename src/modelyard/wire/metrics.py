"""The metrics that trainings report, by what their models predict."""

from modelyard.wire.models import OutputType

DEFAULT_METRICS: dict[OutputType, str] = {
    "binary": "roc_auc",
    "category": "accuracy",
    "number": "mean_squared_error",
}
"""The metric by which versions are compared when their model names none."""

OF_POSITIVE_CLASS = frozenset(("average_precision", "f1", "precision", "recall"))
"""Metrics of two classes that depend on which of the two is the positive one."""

_OF_CLASSES = ("accuracy", "average_precision", "f1", "log_loss", "precision", "recall", "roc_auc")

METRICS: dict[OutputType, tuple[str, ...]] = {
    "binary": _OF_CLASSES,
    "category": _OF_CLASSES,
    "number": ("mean_absolute_error", "mean_squared_error", "r2", "root_mean_squared_error"),
}
"""Every metric, in alphabetical order; the average precision is of two classes alone."""
