"""What is suspicious about a training that has ended well."""

from collections.abc import Mapping, Sequence
from typing import Any

from modelyard.wire.data_warnings import DataWarning, WarningAction
from modelyard.wire.models import MetricSummary
from modelyard.worker.trainers.base import TrainedModel

_CHANCE = {"roc_auc": 0.5, "r2": 0.0}
_TITLES = {"roc_auc": "ROC AUC", "r2": "R2"}
_LITTLE = {"roc_auc": 0.05, "r2": 0.02}
_MIN_ROWS = 50
_MAX_SHARE_LOST = 0.5
_MORE = 4


def outcome_warnings(
    metrics: Sequence[MetricSummary], test_rows: int, trained: TrainedModel, options: Mapping[str, Any]
) -> list[DataWarning]:
    """Warnings about what was learned, by the metrics of the parts, and about what ended the training."""
    values = {(metric.name, metric.split): metric.value for metric in metrics}
    name = next((name for name in _CHANCE if (name, "test") in values and (name, "train") in values), None)
    warnings = []
    if name is not None and test_rows >= _MIN_ROWS:
        warnings += _learned(name, values[name, "train"], values[name, "test"])
    if trained.limited_by is not None:
        warnings.append(_limited(trained.limited_by, options[trained.limited_by]))
    return warnings


def _learned(name: str, train: float, test: float) -> list[DataWarning]:
    said = f"{_TITLES[name]} is {test:.3f} on the test part and {train:.3f} on the training part"
    chance = _CHANCE[name]
    if test <= chance + _LITTLE[name]:
        message = f"{said}: the inputs say next to nothing about the target of new rows (guessing gives {chance:g})."
        action = WarningAction(kind="edit_config", label="Choose other inputs")
        return [DataWarning(code="no_signal", message=message, action=action)]
    if train - test > _MAX_SHARE_LOST * (train - chance):
        message = f"{said}: most of what was learned holds for the training rows alone (overfitting)."
        action = WarningAction(kind="edit_config", label="Change the config")
        return [DataWarning(code="overfitting", message=message, action=action)]
    return []


def _limited(option: str, value: int) -> DataWarning:
    message = f"The last step is the best: with a {option} above {value:,} the model might get better."
    action = WarningAction(
        kind="set_option", label=f"Set {option} to {value * _MORE:,}", option=option, value=value * _MORE
    )
    return DataWarning(code="last_iteration_is_best", message=message, action=action)
