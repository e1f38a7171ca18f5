"""Thinned curves draw what whole curves draw."""

import math

from hypothesis import given
from hypothesis import strategies as st

from modelyard.server.tracking.metrics.sampling import Sample, sample

values = st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=400)


def thin(numbers: list[float], most: int) -> list[Sample]:
    points = [Sample(step, step, value) for step, value in enumerate(numbers)]
    return list(sample(iter(points), len(points), most))


@given(values, st.integers(4, 60))
def test_a_sample_is_small_ordered_and_reaches_both_ends(numbers: list[float], most: int):
    found = thin(numbers, most)
    assert len(found) <= max(most, 0)
    steps = [point.step for point in found]
    assert steps == sorted(set(steps))
    if numbers:
        assert (steps[0], steps[-1]) == (0, len(numbers) - 1)


@given(values, st.integers(4, 60))
def test_the_lowest_and_highest_value_are_kept(numbers: list[float], most: int):
    shown = [point.value for point in thin(numbers, most) if not math.isnan(point.value)]
    real = [value for value in numbers if not math.isnan(value)]
    if real:
        assert (min(shown), max(shown)) == (min(real), max(real))


def test_a_short_curve_is_whole():
    assert [point.value for point in thin([3.0, 1.0, 2.0], 500)] == [3.0, 1.0, 2.0]


def test_a_gap_in_a_long_curve_stays_a_gap():
    numbers = [math.sin(step / 50) for step in range(10_000)]
    numbers[4_000:4_060] = [math.nan] * 60
    numbers[7_777] = math.nan
    gaps = [point.step for point in thin(numbers, 500) if math.isnan(point.value)]
    assert any(4_000 <= step < 4_060 for step in gaps)
    assert 7_777 in gaps
