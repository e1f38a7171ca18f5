"""The formulas, against a library of statistics and against simulation."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from modelyard.server.comparison.noise import hanley_mcneil, noise_of
from modelyard.server.comparison.shifts import column_shifts
from modelyard.server.comparison.statistics import (
    chi_square_of_counts,
    chi_square_tail,
    kolmogorov_tail,
    population_stability,
    two_shares_tail,
)
from modelyard.wire.datasets import Bin, ColumnProfile, DatasetProfile, FeatureType, TopValue
from modelyard.wire.reports import ClassSummary, Regression, SplitReport
from modelyard.worker.metrics import roc_auc


@given(st.floats(0, 900), st.integers(1, 12))
def test_the_chi_square_tail(statistic: float, degrees: int):
    assert chi_square_tail(statistic, degrees) == pytest.approx(stats.chi2.sf(statistic, degrees), rel=1e-9, abs=1e-300)


@given(st.lists(st.tuples(st.integers(20, 200), st.integers(20, 200)), min_size=2, max_size=8))
def test_the_chi_square_of_a_table(cells: list[tuple[int, int]]):
    before, after = ([float(cell[side]) for cell in cells] for side in (0, 1))
    expected = stats.chi2_contingency(np.array([before, after]), correction=False)
    statistic, degrees = chi_square_of_counts(before, after)
    assert statistic == pytest.approx(expected.statistic)
    assert degrees == expected.dof


def test_rare_categories_are_counted_together():
    statistic, degrees = chi_square_of_counts([100, 1, 2, 0], [100, 2, 0, 1])
    assert degrees == 1
    assert statistic < 0.01


@given(st.floats(0.01, 1), st.integers(20, 5000), st.integers(20, 5000))
def test_the_kolmogorov_tail(distance: float, before: int, after: int):
    root = math.sqrt(before * after / (before + after))
    scaled = (root + 0.12 + 0.11 / root) * distance
    assert kolmogorov_tail(distance, before, after) == pytest.approx(stats.kstwobign.sf(scaled), abs=1e-9)


def test_the_stability_index():
    assert population_stability([50, 50], [50, 50]) == 0
    expected = (0.8 - 0.5) * math.log(0.8 / 0.5) + (0.2 - 0.5) * math.log(0.2 / 0.5)
    assert population_stability([50, 50], [80, 20]) == pytest.approx(expected)
    assert math.isfinite(population_stability([100, 0], [0, 100]))


def test_two_shares():
    assert two_shares_tail(0.5, 100, 0.5, 100) == 1.0
    table = np.array([[30, 70], [50, 50]])
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert two_shares_tail(0.3, 100, 0.5, 100) == pytest.approx(expected)


def test_hanley_and_mcneil_say_how_an_area_scatters():
    chance = np.random.default_rng(0)
    areas = []
    for _ in range(400):
        positive = np.arange(200) < 60
        areas.append(roc_auc(positive, chance.exponential(1, 200) * (1 + 3 * positive)))
    spread, area = float(np.std(areas)), float(np.mean(areas))  # type: ignore[arg-type]
    assert hanley_mcneil(area, 60, 140) == pytest.approx(spread, rel=0.15)
    assert 0 < hanley_mcneil(1.0, 60, 140) < 0.05
    assert hanley_mcneil(0.2, 60, 140) == pytest.approx(hanley_mcneil(0.8, 60, 140))


def split(**fields: Any) -> SplitReport:
    return SplitReport.model_validate({"split": "test", "row_count": 100, "metrics": [], **fields})


def class_of(label: str, labeled: int, predicted: int, area: float | None) -> ClassSummary:
    return ClassSummary(label=label, labeled=labeled, predicted=predicted, precision=0, recall=0, f1=0, roc_auc=area)


def test_the_noise_of_each_metric():
    two = split(classes=[class_of("no", 70, 75, 0.9), class_of("yes", 30, 25, 0.9)])
    errors = {name: noise_of(name, 0.9, two, "yes") for name in ("accuracy", "recall", "precision", "roc_auc")}
    known = {name: noise.standard_error for name, noise in errors.items() if noise is not None}
    adjusted = (90 + 2) / 104
    assert known["accuracy"] == pytest.approx(math.sqrt(adjusted * (1 - adjusted) / 104))
    assert known["accuracy"] < known["recall"] < known["precision"]
    assert known["roc_auc"] == hanley_mcneil(0.9, 30, 70)
    assert "Hanley-McNeil, 100 rows, 30 of the rarer class" in str(errors["roc_auc"])
    assert noise_of("accuracy", 1.0, two, "yes").standard_error > 0  # type: ignore[union-attr]
    for unknown in ("f1", "log_loss", "average_precision", "their_own"):
        assert noise_of(unknown, 0.9, two, "yes") is None
    assert noise_of("accuracy", math.nan, two, "yes") is None
    assert noise_of("roc_auc", 0.9, split(), "yes") is None


def test_the_noise_of_errors_of_numbers():
    chance = np.random.default_rng(1)
    misses = chance.normal(0, 2, 500)
    points = [(0.0, float(miss)) for miss in misses]
    report = split(row_count=500, regression=Regression(points=points, residuals=[]))
    mean = float((misses**2).mean())
    squared = noise_of("mean_squared_error", mean, report, None)
    rooted = noise_of("root_mean_squared_error", math.sqrt(mean), report, None)
    assert squared is not None
    assert rooted is not None
    assert squared.standard_error == pytest.approx(float((misses**2).std()) / math.sqrt(500))
    assert rooted.standard_error == pytest.approx(squared.standard_error / (2 * math.sqrt(mean)))
    assert noise_of("r2", 0.5, report, None) is None


def numbers(name: str, values: Any, missing: int = 0) -> ColumnProfile:
    counts, edges = np.histogram(values, bins=20)
    bins = [
        Bin(low=low, high=high, count=int(count)) for count, low, high in zip(counts, edges, edges[1:], strict=False)
    ]
    return profile(name, FeatureType.NUMBER, len(values), missing, histogram=bins)


def categories(name: str, counts: dict[str, int], distinct: int | None = None, rest: int = 0) -> ColumnProfile:
    tops = [TopValue(value=value, count=count) for value, count in counts.items()]
    total = sum(counts.values()) + rest
    return profile(name, FeatureType.CATEGORY, total, 0, distinct=distinct or len(counts), top_values=tops)


def profile(name: str, kind: FeatureType, count: int, missing: int, distinct: int = 5, **fields: Any) -> ColumnProfile:
    return ColumnProfile.model_validate(
        {
            "name": name,
            "data_type": "DOUBLE",
            "feature_type": kind,
            "count": count,
            "missing_count": missing,
            "distinct_count": distinct,
            "distinct_is_estimate": False,
            "top_values": [],
            "histogram": [],
            **fields,
        }
    )


def shift_of(before: ColumnProfile, after: ColumnProfile) -> Any:
    tables = [DatasetProfile(dataset="d", number=1, row_count=1, columns=[column]) for column in (before, after)]
    (found,) = column_shifts(*tables)
    return found


def test_a_shift_of_numbers_is_near_to_the_exact_test():
    chance = np.random.default_rng(2)
    before, after = chance.normal(0, 1, 2000), chance.normal(0.8, 1, 1500)
    found = shift_of(numbers("x", before), numbers("x", after))
    exact = stats.ks_2samp(before, after)
    assert (found.test, found.verdict, found.is_exact) == ("kolmogorov_smirnov", "large", False)
    assert found.statistic == pytest.approx(exact.statistic, abs=0.02)
    assert found.p_value < 1e-9
    still = shift_of(numbers("x", before), numbers("x", chance.normal(0, 1, 1500)))
    assert (still.verdict, still.p_value > 0.01) == ("none", True)
    assert still.psi < 0.1


def test_what_is_real_but_tiny_is_no_shift():
    chance = np.random.default_rng(3)
    found = shift_of(numbers("x", chance.normal(0, 1, 200_000)), numbers("x", chance.normal(0.03, 1, 200_000)))
    assert found.p_value < 0.001
    assert (found.verdict, "tiny" in found.reason) == ("none", True)


def test_whole_numbers_of_a_small_range_are_compared_exactly():
    bins = [
        [Bin(low=value, high=value + 1, count=count) for value, count in enumerate(counts)]
        for counts in ([50, 50], [80, 20])
    ]
    columns = [profile("x", FeatureType.NUMBER, 100, 0, histogram=each) for each in bins]
    found = shift_of(*columns)
    assert (found.is_exact, found.statistic) == (True, pytest.approx(0.3))


def test_a_shift_of_categories():
    found = shift_of(categories("c", {"a": 500, "b": 500}), categories("c", {"a": 800, "b": 200}))
    assert (found.test, found.verdict, found.is_exact) == ("chi_square", "large", True)
    expected = stats.chi2_contingency(np.array([[500, 500], [800, 200]]), correction=False)
    assert found.p_value == pytest.approx(expected.pvalue)
    same = shift_of(categories("c", {"a": 500, "b": 500}), categories("c", {"b": 505, "a": 495}))
    assert same.verdict == "none"
    new = shift_of(categories("c", {"a": 500, "b": 500}), categories("c", {"a": 400, "b": 400, "z": 200}))
    assert new.verdict == "large"


def test_values_beyond_the_most_frequent_ones_are_counted_with_the_others():
    before = {f"v{index}": 100 for index in range(10)}
    after = {f"v{index}": 100 for index in range(1, 11)}
    found = shift_of(categories("c", before, 40, 1000), categories("c", after, 40, 1000))
    assert (found.is_exact, found.verdict) == (False, "none")


def test_a_gap_that_opens_is_a_shift():
    chance = np.random.default_rng(4)
    values = chance.normal(0, 1, 1000)
    found = shift_of(numbers("x", values), numbers("x", values[:700], missing=300))
    assert (found.verdict, found.missing_before, found.missing_after) == ("large", 0.0, 0.3)
    assert "no value" in found.reason


def test_texts_cannot_be_tested_and_say_so():
    text = profile("t", FeatureType.TEXT, 100, 0)
    found = shift_of(text, text)
    assert (found.test, found.verdict) == (None, "unknown")


def test_among_many_columns_chance_alone_tells_of_none():
    chance = np.random.default_rng(5)
    columns = [numbers(f"x{index}", chance.normal(0, 1, 300)) for index in range(100)]
    others = [numbers(f"x{index}", chance.normal(0, 1, 300)) for index in range(100)]
    tables = [DatasetProfile(dataset="d", number=1, row_count=300, columns=each) for each in (columns, others)]
    assert {shift.verdict for shift in column_shifts(*tables)} == {"none"}
