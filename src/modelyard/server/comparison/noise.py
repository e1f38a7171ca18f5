"""How far a metric may be off because it was measured on so many rows and not on more.

The two versions of a comparison are treated as measured on different rows. Measured on the same ones their errors go
together, and the true margin is smaller: "within noise" is then said too often, and never "better" too often.
"""

import math
from collections.abc import Sequence
from statistics import fmean, pstdev
from typing import NamedTuple

from modelyard.wire.reports import ClassSummary, SplitReport

CONFIDENCE = 1.96
"""Standard errors on both sides of a normal distribution that hold 95 of 100 values."""


class Noise(NamedTuple):
    standard_error: float
    method: str


def noise_of(metric: str, value: float, report: SplitReport, positive_class: str | None) -> Noise | None:
    """None where there is no simple formula for the metric, or the report does not hold what it takes."""
    if not math.isfinite(value) or report.row_count <= 0:
        return None
    if metric == "accuracy":
        return _share(value, report.row_count, "rows")
    if metric == "roc_auc":
        return _roc_auc(report.classes, positive_class)
    if metric in ("precision", "recall"):
        return _of_class(metric, value, report, positive_class)
    if metric in ("mean_squared_error", "root_mean_squared_error", "mean_absolute_error"):
        return _of_errors(metric, value, report)
    return None


def _share(share: float, rows: int, rows_are: str) -> Noise | None:
    """Of a binomial share, with the Agresti-Coull adjustment: two hits and two misses more.

    Without it a share of 0 or 1 would have no error at all. Agresti and Coull, The American Statistician 52 (1998).
    """
    if rows <= 0:
        return None
    adjusted = (share * rows + 2) / (rows + 4)
    return Noise(math.sqrt(adjusted * (1 - adjusted) / (rows + 4)), f"binomial, {rows:,} {rows_are}")


def _of_class(metric: str, value: float, report: SplitReport, positive_class: str | None) -> Noise | None:
    """Precision is a share of the rows that were predicted positive, recall of those that are."""
    if positive_class is None:
        # Over several classes recall weighs as accuracy does; precision has no denominator of its own.
        return _share(value, report.row_count, "rows") if metric == "recall" else None
    summary = next((each for each in report.classes if each.label == positive_class), None)
    if summary is None:
        return None
    if metric == "precision":
        return _share(value, summary.predicted, f"rows predicted {positive_class!r}")
    return _share(value, summary.labeled, f"rows of {positive_class!r}")


def _roc_auc(classes: Sequence[ClassSummary], positive_class: str | None) -> Noise | None:
    """Of several classes the mean, whose error is at most the mean of theirs."""
    total = sum(each.labeled for each in classes)
    chosen = [each for each in classes if positive_class is None or each.label == positive_class]
    errors = [
        hanley_mcneil(each.roc_auc, each.labeled, total - each.labeled)
        for each in chosen
        if each.roc_auc is not None and 0 < each.labeled < total
    ]
    if not errors:
        return None
    least = min(min(each.labeled, total - each.labeled) for each in chosen)
    return Noise(fmean(errors), f"Hanley-McNeil, {total:,} rows, {least:,} of the rarer class")


def hanley_mcneil(area: float, positives: int, negatives: int) -> float:
    """The standard error of the area under a ROC curve.

    J. A. Hanley and B. J. McNeil, Radiology 143 (1982), 29-36. At an area of 1 the formula gives no error at all,
    so the area is taken to be at most that of one pair of rows in the wrong order.
    """
    pairs = positives * negatives
    area = min(max(area, 1 - area), 1 - 1 / (pairs + 1))
    both_positive, both_negative = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (
        area * (1 - area) + (positives - 1) * (both_positive - area**2) + (negatives - 1) * (both_negative - area**2)
    ) / pairs
    return math.sqrt(max(0.0, variance))


def _of_errors(metric: str, value: float, report: SplitReport) -> Noise | None:
    """The spread of the rows' errors over the root of their number, by the sample of rows that the report keeps.

    The root of the mean follows by the delta method.
    """
    points = [] if report.regression is None else report.regression.points
    if len(points) < 2:
        return None
    errors = [predicted - actual for actual, predicted in points]
    squared = metric != "mean_absolute_error"
    spread = pstdev([error**2 if squared else abs(error) for error in errors])
    error = spread / math.sqrt(report.row_count)
    if metric == "root_mean_squared_error":
        error = error / (2 * value) if value > 0 else 0.0
    return Noise(error, f"spread of the errors of {len(points):,} rows, {report.row_count:,} rows measured")
