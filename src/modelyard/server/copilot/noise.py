"""How much of a difference between two metrics may be chance, by the number of test rows.

Standard errors are those of a mean over rows, or the usual approximations (Hanley and McNeil for ROC AUC). Two versions
are compared as if their rows were different ones, which overstates the noise where they are the same rows: a difference
is called better or worse only when it cannot be doubted.
"""

import math
from dataclasses import dataclass

from modelyard.server.comparison.noise import CONFIDENCE, hanley_mcneil

_MIN_ROWS = 10
_SHARES_OF_ALL = {"accuracy"}
_SHARES_OF_A_CLASS = {"f1", "precision", "recall", "average_precision"}
_SPREADS = {
    "mean_squared_error": math.sqrt(2),
    "root_mean_squared_error": math.sqrt(0.5),
    "mean_absolute_error": math.sqrt(math.pi / 2 - 1),
    "log_loss": 1.0,
}
"""How much a row's part in a metric varies, in units of the metric; for errors as of a normal distribution."""


@dataclass(frozen=True, slots=True)
class MeasuredRows:
    """The rows that a metric was measured on; `rarest` are those of the class with fewest."""

    count: int
    rarest: int | None = None


def noise_of_difference(metric: str, before: float, after: float, rows: MeasuredRows | None) -> float | None:
    """The difference of two values that chance alone may make; None where it cannot be told."""
    if rows is None or rows.count < _MIN_ROWS:
        return None
    errors = [standard_error(metric, value, rows) for value in (before, after)]
    if None in errors:
        return None
    return CONFIDENCE * math.sqrt(sum(error * error for error in errors if error is not None))


def standard_error(metric: str, value: float, rows: MeasuredRows) -> float | None:
    """The standard error of a metric's value on so many rows; None for metrics without a known one."""
    if not math.isfinite(value):
        return None
    rarest = rows.rarest if rows.rarest is not None else rows.count / 2
    if metric == "roc_auc":
        rare = round(rarest)
        return hanley_mcneil(value, rare, rows.count - rare) if 0 < rare < rows.count else None
    if metric in _SHARES_OF_ALL | _SHARES_OF_A_CLASS:
        return _of_share(value, rows.count if metric in _SHARES_OF_ALL else rarest)
    if metric == "r2":
        return 2 * math.sqrt(max(value, 0.01)) * max(0.0, 1 - value) / math.sqrt(rows.count)
    spread = _SPREADS.get(metric)
    return None if spread is None else abs(value) * spread / math.sqrt(rows.count)


def _of_share(share: float, count: float) -> float | None:
    """Of a share of rows; one of 0 or 1 is taken as half a row off, as it is not certain either."""
    if count < 1:
        return None
    share = min(max(share, 0.5 / count), 1 - 0.5 / count)
    return math.sqrt(share * (1 - share) / count)
