"""Metrics of two versions, and whether a difference means anything."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from modelyard.server.comparison.noise import CONFIDENCE, Noise, noise_of
from modelyard.wire.comparison import MetricDiff, Verdict
from modelyard.wire.models import MetricSummary
from modelyard.wire.reports import EvaluationReport, SplitName

_SPLITS = ("test", "validation", "train", None)


class Measured(NamedTuple):
    """A metric as one version has it. A run's own metrics are of no split, and which way is better is not known."""

    name: str
    split: SplitName | None
    value: float
    higher_is_better: bool | None
    positive_class: str | None


def measured(metrics: Sequence[MetricSummary]) -> list[Measured]:
    return [Measured(each.name, each.split, each.value, each.higher_is_better, each.positive_class) for each in metrics]


def metric_diffs(
    before: Sequence[Measured],
    after: Sequence[Measured],
    reports: tuple[EvaluationReport | None, EvaluationReport | None],
    *,
    comparable: bool,
) -> list[MetricDiff]:
    """Every metric that one of them has: those of the test split first. No verdict is given unless `comparable`."""
    first = {(each.name, each.split): each for each in before}
    second = {(each.name, each.split): each for each in after}
    keys = sorted(
        dict.fromkeys((*first, *second)), key=lambda key: _SPLITS.index(key[1])
    )  # sorted keeps the order in which each version lists them
    return [metric_diff(first.get(key), second.get(key), reports, comparable=comparable) for key in keys]


def metric_diff(
    before: Measured | None,
    after: Measured | None,
    reports: tuple[EvaluationReport | None, EvaluationReport | None],
    *,
    comparable: bool,
) -> MetricDiff:
    """At least one of the two is there."""
    one = after or before
    assert one is not None
    common = {
        "name": one.name,
        "split": one.split,
        "before": None if before is None else before.value,
        "after": None if after is None else after.value,
        "higher_is_better": one.higher_is_better,
    }
    if before is None or after is None:
        return MetricDiff(**common, verdict="unknown")
    difference = after.value - before.value
    if not comparable or not math.isfinite(difference):
        return MetricDiff(**common, difference=difference if math.isfinite(difference) else None, verdict="unknown")
    noises = [_noise(each, report) for each, report in zip((before, after), reports, strict=True)]
    if difference == 0:
        return MetricDiff(**common, difference=0.0, verdict="same")
    margin = _margin(noises)
    measurable = [noise for noise in noises if noise is not None]
    return MetricDiff(
        **common,
        difference=difference,
        verdict=_verdict(difference, margin, one.higher_is_better),
        margin=margin,
        method=measurable[-1].method if margin is not None else None,
    )


def _noise(metric: Measured, report: EvaluationReport | None) -> Noise | None:
    if report is None or metric.split is None:
        return None
    split = next((each for each in report.splits if each.split == metric.split), None)
    return None if split is None else noise_of(metric.name, metric.value, split, report.positive_class)


def _margin(noises: Sequence[Noise | None]) -> float | None:
    errors = [noise.standard_error for noise in noises if noise is not None]
    return CONFIDENCE * math.hypot(*errors) if len(errors) == len(noises) else None


def _verdict(difference: float, margin: float | None, higher_is_better: bool | None) -> Verdict:
    if margin is None or higher_is_better is None:
        return "unknown"
    if abs(difference) <= margin:
        return "within_noise"
    return "better" if (difference > 0) is higher_is_better else "worse"
