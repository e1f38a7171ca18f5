"""How far the columns of a dataset version are from those of another, by the profiles that are kept of both.

Numbers and dates: the Kolmogorov-Smirnov distance between the two histograms, read as distribution functions that rise
evenly within a bin. Histograms have twenty bins, so what happens within one is not seen; whole numbers of a range below
twenty have a bin each, and their distance is exact. Categories: Pearson's chi-square of the ten most frequent values,
all others counted as one. Both with the population stability index as the size of the shift, since with many rows the
smallest difference is significant.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from modelyard.server.comparison.statistics import (
    chi_square_of_counts,
    chi_square_tail,
    kolmogorov_tail,
    largest_distance,
    population_stability,
    two_shares_tail,
)
from modelyard.wire.comparison import ColumnShift
from modelyard.wire.datasets import Bin, ColumnProfile, DatasetProfile, FeatureType

SIGNIFICANCE = 0.01
"""Shared among all columns that are tested (Bonferroni): of a hundred columns one would seem shifted by chance."""

_SMALL, _LARGE = 0.1, 0.25
_MISSING_SMALL, _MISSING_LARGE = 0.02, 0.1
_PSI_CELLS = 10
_ORDER = ("large", "small", "unknown", "none")


def column_shifts(before: DatasetProfile, after: DatasetProfile) -> list[ColumnShift]:
    """Of the columns that both have with the same feature type, the farthest first."""
    others = {column.name: column for column in after.columns}
    pairs = [(column, others[column.name]) for column in before.columns if column.name in others]
    pairs = [(one, other) for one, other in pairs if one.feature_type is other.feature_type]
    level = SIGNIFICANCE / max(1, len(pairs))
    shifts = [_shift(one, other, level) for one, other in pairs]
    return sorted(shifts, key=lambda shift: (_ORDER.index(shift.verdict), -(shift.psi or 0.0), shift.column))


def _shift(before: ColumnProfile, after: ColumnProfile, level: float) -> ColumnShift:
    shares = _missing(before), _missing(after)
    fields = {
        "column": before.name,
        "feature_type": before.feature_type,
        "missing_before": shares[0],
        "missing_after": shares[1],
    }
    rows = before.count + before.missing_count, after.count + after.missing_count
    gap = abs(shares[0] - shares[1])
    gap_is_real = min(rows) > 0 and two_shares_tail(shares[0], rows[0], shares[1], rows[1]) < level
    tested = _numbers(before, after) or _categories(before, after)
    if tested is None:
        verdict = _grade(gap, _MISSING_SMALL, _MISSING_LARGE) if gap_is_real else "unknown"
        reason = "There is nothing to test: it is text, or has no values."
        return ColumnShift(**fields, test=None, is_exact=False, verdict=verdict, reason=reason)
    test, statistic, p_value, psi, is_exact = tested
    by_values = _grade(psi, _SMALL, _LARGE) if p_value < level else "none"
    by_gaps = _grade(gap, _MISSING_SMALL, _MISSING_LARGE) if gap_is_real else "none"
    verdict = min(by_values, by_gaps, key=_ORDER.index)
    return ColumnShift(
        **fields,
        test=test,
        statistic=statistic,
        p_value=p_value,
        psi=psi,
        is_exact=is_exact,
        verdict=verdict,
        reason=_reason(by_values, by_gaps, p_value, psi, level),
    )


def _grade(size: float, small: float, large: float) -> str:
    return "large" if size >= large else "small" if size >= small else "none"


def _reason(by_values: str, by_gaps: str, p_value: float, psi: float, level: float) -> str:
    if by_gaps != "none":
        return "Another share of rows has no value."
    if by_values != "none":
        return f"Chance would make such a difference with p = {p_value:.2g}; the stability index is {psi:.2g}."
    if p_value >= level:
        return f"Chance makes such differences (p = {p_value:.2g}; {level:.2g} would tell)."
    return f"The difference is real (p = {p_value:.2g}) but tiny: the stability index is {psi:.2g}."


def _missing(column: ColumnProfile) -> float:
    rows = column.count + column.missing_count
    return column.missing_count / rows if rows else 0.0


_Tested = tuple[str, float, float, float, bool]


def _numbers(before: ColumnProfile, after: ColumnProfile) -> _Tested | None:
    """None when it is not about numbers or dates, or one has no values."""
    if before.feature_type not in (FeatureType.NUMBER, FeatureType.DATE):
        return None
    counts = _count(before.histogram), _count(after.histogram)
    if not counts[0] or not counts[1]:
        return None
    first, second = _distribution(before.histogram), _distribution(after.histogram)
    edges = sorted({edge for bins in (before.histogram, after.histogram) for each in bins for edge in _edges(each)})
    distance = largest_distance(first, second, edges)
    cells = _cells(before.histogram)
    shares = [_shares(function, cells) for function in (first, second)]
    psi = population_stability(*([share * count for share in each] for each, count in zip(shares, counts, strict=True)))
    is_exact = all(each.high - each.low == 1 for bins in (before.histogram, after.histogram) for each in bins)
    return "kolmogorov_smirnov", distance, kolmogorov_tail(distance, *counts), psi, is_exact


def _count(bins: Sequence[Bin]) -> int:
    return sum(each.count for each in bins)


def _edges(each: Bin) -> tuple[float, float]:
    return each.low, each.high


def _distribution(bins: Sequence[Bin]) -> Callable[[float], float]:
    """The share of values up to a point; within a bin it rises evenly."""
    total = _count(bins)
    highs = [each.high for each in bins]
    sums = [0, *accumulate(each.count for each in bins)]

    def share(point: float) -> float:
        index = bisect_right(highs, point)
        if index == len(bins):
            return 1.0
        low, high = bins[index].low, bins[index].high
        inside = 0.0 if point <= low or high <= low else (point / (high - low) - low / (high - low))
        return (sums[index] + inside * bins[index].count) / total

    return share


def _cells(bins: Sequence[Bin]) -> list[float]:
    """Edges between at most ten cells that hold about as many values each."""
    share = _count(bins) / _PSI_CELLS
    edges, held = [], 0.0
    for each in bins[:-1]:
        held += each.count
        if held >= share:
            edges.append(each.high)
            held = 0.0
    return edges


def _shares(function: Callable[[float], float], edges: Sequence[float]) -> list[float]:
    """Of the cells between the edges, the outermost without an end."""
    points = [0.0, *(function(edge) for edge in edges), 1.0]
    return [max(0.0, high - low) for low, high in pairwise(points)]


def _categories(before: ColumnProfile, after: ColumnProfile) -> _Tested | None:
    """None when it is text or one has no values.

    A value that is not among the most frequent ten of one version, but of the other, is counted with the others.
    """
    if before.feature_type not in (FeatureType.CATEGORY, FeatureType.BINARY) or not before.count or not after.count:
        return None
    tops = [{top.value: top.count for top in column.top_values} for column in (before, after)]
    whole = [len(top) >= column.distinct_count for top, column in zip(tops, (before, after), strict=True)]
    values = [
        value
        for value in dict.fromkeys((*tops[0], *tops[1]))
        if all(value in top or complete for top, complete in zip(tops, whole, strict=True))
    ]
    counts = [[float(top.get(value, 0)) for value in values] for top in tops]
    for cells, column in zip(counts, (before, after), strict=True):
        cells.append(max(0.0, column.count - sum(cells)))
    statistic, degrees = chi_square_of_counts(*counts)
    p_value = chi_square_tail(statistic, degrees) if degrees > 0 else 1.0
    return "chi_square", statistic, p_value, population_stability(*counts), all(whole)
