"""Rows that are the same in every input and the target."""

from typing import Any

import numpy as np

from modelyard.wire.data_warnings import DataWarning, WarningAction
from modelyard.worker.inference.columns import Index, Labels

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_MIN_SHARE = 0.01
_MIN_ROWS = 2
_MIN_DISTINCT = 0.2
_MIN_COMBINATIONS = 20
"""For each row. Where there are fewer ways to differ, or few rows do, rows agree without being copies of each other."""
_COUNTED_ROWS = 10_000


class RowKeys:
    """A number for each row that is the same for rows that are the same; a column at a time."""

    def __init__(self, row_count: int) -> None:
        self.keys = np.zeros(row_count, dtype=np.uint64)
        self.ways = 1.0
        """How many different rows the values of the columns could make."""

    def add(self, raw: Any) -> None:
        """Count in a column, as its encoder reads it."""
        values = raw.codes if isinstance(raw, Labels) else raw
        if values.dtype.kind == "f":
            values = np.where(np.isnan(values), np.nan, values + 0.0)
        mixed = (self.keys ^ values.astype(values.dtype.newbyteorder("=")).view(np.uint64)) * _FACTOR
        self.keys = mixed ^ (mixed >> _SHIFT)
        self.ways = min(1e18, self.ways * len(np.unique(values[:_COUNTED_ROWS])))

    def first(self) -> "np.ndarray[Any, np.dtype[np.bool_]]":
        """Which rows are the first of their kind."""
        result = np.zeros(len(self.keys), dtype=bool)
        result[np.unique(self.keys, return_index=True)[1]] = True
        return result


def duplicates_warning(rows: RowKeys, parts: dict[str, Index]) -> DataWarning | None:
    """A warning where the test part repeats rows of the training part."""
    train, test = rows.keys[parts["train"]], rows.keys[parts["test"]]
    repeated = int(np.isin(test, train).sum())
    share = repeated / len(test)
    can_differ = rows.ways >= _MIN_COMBINATIONS * len(rows.keys) and len(np.unique(train)) >= _MIN_DISTINCT * len(train)
    if repeated < _MIN_ROWS or share < _MIN_SHARE or not can_differ:
        return None
    message = (
        f"{repeated:,} of {len(test):,} test rows ({share:.1%}) are in the training part too, with the same inputs and "
        "the same target. The model has seen their answers, so the test metrics are too good."
    )
    action = WarningAction(kind="drop_duplicates", label="Use each row once")
    return DataWarning(code="duplicate_rows", message=message, action=action)
