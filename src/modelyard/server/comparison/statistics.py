"""The few formulas of statistics that comparisons need, in plain Python."""

import math
from collections.abc import Callable, Sequence


def chi_square_tail(statistic: float, degrees: int) -> float:
    """The chance of a chi-square value at least as large, for whole degrees of freedom.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 26.4.4 (odd) and 26.4.5 (even).
    """
    half = statistic / 2
    if half > 700:  # where the exponential function has no more digits
        return 0.0
    if degrees % 2 == 0:
        term = total = 1.0
        for index in range(1, degrees // 2):
            term *= half / index
            total += term
        return min(1.0, math.exp(-half) * total)
    tail: float = math.erfc(math.sqrt(half))
    term = math.sqrt(half) / math.gamma(1.5)
    for index in range(1, (degrees + 1) // 2):
        tail += math.exp(-half) * term
        term *= half / (index + 0.5)
    return min(1.0, tail)


def chi_square_of_counts(before: Sequence[float], after: Sequence[float]) -> tuple[float, int]:
    """Pearson's statistic of a table of two rows, and its degrees of freedom.

    Categories of which fewer than five are expected in one of the rows are counted together (Cochran's rule).
    """
    sums = sum(before), sum(after)
    total = sums[0] + sums[1]
    smallest = min(sums) / total
    frequent = [(one, other) for one, other in zip(before, after, strict=True) if (one + other) * smallest >= 5]
    rest = sum(before) - sum(one for one, _ in frequent), sum(after) - sum(other for _, other in frequent)
    cells = [*frequent, rest] if sum(rest) > 0 else frequent
    statistic = 0.0
    for cell in cells:
        for count, whole in zip(cell, sums, strict=True):
            expected = (cell[0] + cell[1]) * whole / total
            statistic += (count - expected) ** 2 / expected
    return statistic, len(cells) - 1


def kolmogorov_tail(distance: float, before: int, after: int) -> float:
    """The chance that samples of one distribution are at least so far apart.

    The asymptotic distribution of Kolmogorov and Smirnov with the correction for small samples by M. A. Stephens,
    Journal of the Royal Statistical Society B 32 (1970), 115-122.
    """
    root = math.sqrt(before * after / (before + after))
    scaled = (root + 0.12 + 0.11 / root) * distance
    if scaled < 0.2:  # where the series converges slowly to a number that is 1 in twelve digits
        return 1.0
    terms = ((1 if index % 2 else -1) * math.exp(-2 * (index * scaled) ** 2) for index in range(1, 101))
    return min(1.0, max(0.0, 2 * sum(terms)))


def population_stability(before: Sequence[float], after: Sequence[float]) -> float:
    """The population stability index of counts: the sum of (q - p) ln(q / p) over shares p before and q after.

    It is the symmetric divergence of Kullback and Leibler. An empty cell counts as half a row.
    """
    sums = sum(before), sum(after)
    index: float = 0.0
    for one, other in zip(before, after, strict=True):
        first, second = max(one, 0.5) / sums[0], max(other, 0.5) / sums[1]
        index += (second - first) * math.log(second / first) if one or other else 0.0
    return index


def two_shares_tail(before: float, before_rows: int, after: float, after_rows: int) -> float:
    """The chance that two shares of one kind are at least so far apart (the pooled z-test)."""
    pooled = (before * before_rows + after * after_rows) / (before_rows + after_rows)
    variance = pooled * (1 - pooled) * (1 / before_rows + 1 / after_rows)
    return 1.0 if variance == 0 else math.erfc(abs(after - before) / math.sqrt(2 * variance))


def largest_distance(
    before: Callable[[float], float], after: Callable[[float], float], edges: Sequence[float]
) -> float:
    """How far apart two distribution functions are at most at these points."""
    return max((abs(before(edge) - after(edge)) for edge in edges), default=0.0)
