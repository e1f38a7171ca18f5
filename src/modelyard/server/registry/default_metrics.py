"""The metric by which versions are compared when their model names none."""

from modelyard.wire.models import OutputType

DEFAULT_METRICS: dict[OutputType, str] = {
    "binary": "roc_auc",
    "category": "accuracy",
    "number": "mean_squared_error",
}
"""By what the model predicts."""
