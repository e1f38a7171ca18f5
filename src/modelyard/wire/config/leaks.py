"""How well each column alone tells the target: one that tells it all is likely to be the target, or to follow from it.

Plain Python on a sample of rows, so that the server can judge before a training just as the worker does after it.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from typing import Any

from modelyard.wire.data_warnings import DataWarning, drop_feature

SAMPLE_ROWS = 2000
SAMPLE_CELLS = 1_000_000
_MIN_ROWS = 50
_MIN_ROWS_PER_CLASS = 10
_LEAK = 0.999
_MIN_REMAINING_ERRORS = 0.01

Values = Sequence[Any]


def sample_size(column_count: int) -> int:
    """How many rows are looked at of a table with so many columns."""
    return max(_MIN_ROWS, min(SAMPLE_ROWS, SAMPLE_CELLS // max(1, column_count)))


def find_leak(name: str, values: Values, target: Values, output_type: str) -> DataWarning | None:
    """A warning if the column `name` alone tells the target; None is a missing value in both.

    Numbers are floats or integers; all other values are labels, and so are the classes of a target.
    """
    pairs = [(value, actual) for value, actual in zip(values, target, strict=True) if actual is not None]
    if len(pairs) < _MIN_ROWS:
        return None
    if all(value == actual for value, actual in pairs):
        return _leak(name, "has the same values as the target")
    if output_type == "number":
        return _number_leak(name, pairs)
    return _class_leak(name, pairs)


def _leak(name: str, fact: str) -> DataWarning:
    reason = "It may be the target itself, or known only after it; then the model is of no use on new rows."
    return drop_feature("target_leak", name, f"'{name}' {fact}. {reason}")


def _number_leak(name: str, pairs: list[tuple[Any, Any]]) -> DataWarning | None:
    if _are_numbers(pairs):
        score = _correlation([(float(value), float(actual)) for value, actual in pairs if value is not None]) ** 2
    else:
        score = _explained_variance(pairs)
    return _leak(name, f"alone tells the target (R2 {score:.4f})") if score >= _LEAK else None


def _class_leak(name: str, pairs: list[tuple[Any, Any]]) -> DataWarning | None:
    classes = Counter(actual for _, actual in pairs)
    numbers = [(float(value), actual) for value, actual in pairs if value is not None] if _are_numbers(pairs) else []
    if len(classes) == 2 and len(numbers) * 2 >= len(pairs):
        auc = _auc(numbers)
        if auc is not None and auc >= _LEAK:
            return _leak(name, f"alone tells the two classes apart (ROC AUC {auc:.4f})")
    wrong = _errors_of_groups(pairs)
    base = len(pairs) - max(classes.values())
    if base >= _MIN_ROWS_PER_CLASS and wrong <= base * _MIN_REMAINING_ERRORS:
        return _leak(name, f"alone tells the class of {1 - wrong / len(pairs):.2%} of the rows")
    return None


def _are_numbers(pairs: list[tuple[Any, Any]]) -> bool:
    return all(value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value, _ in pairs)


def _correlation(pairs: list[tuple[float, float]]) -> float:
    if len(pairs) < _MIN_ROWS:
        return 0.0
    x_mean = sum(x for x, _ in pairs) / len(pairs)
    y_mean = sum(y for _, y in pairs) / len(pairs)
    shared = sum((x - x_mean) * (y - y_mean) for x, y in pairs)
    spread = sum((x - x_mean) ** 2 for x, _ in pairs) * sum((y - y_mean) ** 2 for _, y in pairs)
    return float(shared / spread**0.5) if spread > 0 else 0.0


def _auc(pairs: list[tuple[float, Hashable]]) -> float | None:
    """ROC AUC of a number for two classes, whichever way it points."""
    first = pairs[0][1]
    count = sum(actual == first for _, actual in pairs)
    if min(count, len(pairs) - count) < _MIN_ROWS_PER_CLASS:
        return None
    groups: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    for value, actual in pairs:
        groups[value][actual == first] += 1
    area, below = 0.0, 0
    for _, (others, own) in sorted(groups.items()):
        area += own * (below + others / 2)
        below += others
    auc = area / (count * (len(pairs) - count))
    return max(auc, 1 - auc)


def _errors_of_groups(pairs: list[tuple[Hashable, Hashable]]) -> int:
    """Rows whose class is not what most other rows with the same value have."""
    groups: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    for value, actual in pairs:
        groups[value][actual] += 1
    wrong = 0
    for counts in groups.values():
        (_, most), *others = counts.most_common(2)
        second = others[0][1] if others else 0
        # A row is not to vouch for itself.
        right = most if most - 1 > second or (most > 1 and second == 0) else 0
        wrong += counts.total() - right
    return wrong


def _explained_variance(pairs: list[tuple[Hashable, float]]) -> float:
    """R2 of predicting each row by the mean of the other rows with the same value."""
    groups: dict[Hashable, list[float]] = defaultdict(list)
    for value, actual in pairs:
        groups[value].append(float(actual))
    mean = sum(float(actual) for _, actual in pairs) / len(pairs)
    total = residual = 0.0
    for members in groups.values():
        size, own = len(members), sum(members)
        for actual in members:
            others = (own - actual) / (size - 1) if size > 1 else mean
            residual += (actual - others) ** 2
            total += (actual - mean) ** 2
    return 1 - residual / total if total > 0 else 0.0
