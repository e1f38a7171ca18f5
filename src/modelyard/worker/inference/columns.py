"""Columns of a table, read in one of three forms: numbers, labels or dates.

Training and prediction both read columns here, so that a value means the same in both.
"""

import datetime as dt
import decimal
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]
Dates = np.ndarray[tuple[int], np.dtype[np.datetime64]]
Index = np.ndarray[tuple[int], np.dtype[np.int64]]
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]
"""Shaped (rows, columns); a `scipy.sparse.csr_matrix` where a text is among the columns."""

MISSING_TEXTS = frozenset({"", "nan", "na", "n/a", "null", "none"})
"""What stands for no value where a number or a date is read from text, in lower case."""


class InvalidInputError(ValueError):
    """The table cannot be read as this model's inputs; the message names the column, the row and the value."""


@dataclass(frozen=True)
class Labels:
    """Values as text: `texts[codes[row]]`, or no value where the code is -1."""

    codes: Index
    texts: list[str]

    def take(self, rows: Index) -> "Labels":
        return Labels(self.codes[rows], self.texts)


def join_columns(blocks: list[Matrix]) -> Matrix:
    """One matrix of several that have the same rows; empties the list, so that memory holds little twice."""
    if any(not isinstance(block, np.ndarray) for block in blocks):
        from scipy.sparse import csc_matrix, hstack  # noqa: PLC0415 - models without texts need no sparse matrices

        parts = [csc_matrix(blocks.pop(0)) for _ in range(len(blocks))]
        joined: Matrix = hstack(parts, format="csr")
        return joined
    matrix = np.empty((len(blocks[0]), sum(block.shape[1] for block in blocks)), order="F")
    start = 0
    while blocks:
        block = blocks.pop(0)
        matrix[:, start : start + block.shape[1]] = block
        start += block.shape[1]
    return matrix


def label_text(value: Any) -> str:
    """The text by which a value is recognized, so that 3, 3.0 and "3" are one category."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, float | np.floating | decimal.Decimal):
        number = float(value)
        return str(int(number)) if number.is_integer() else repr(number)
    if isinstance(value, dt.date | np.datetime64):
        return pd.Timestamp(value).isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return str(value)


def read_numbers(series: "pd.Series[Any]", column: str) -> Numbers:
    """Numbers; missing and non-finite values become NaN, booleans 0 and 1, and text is parsed.

    Raises InvalidInputError for a value that is no number.
    """
    kind = series.dtype.kind if hasattr(series.dtype, "kind") else "O"
    if kind in "biuf":
        numbers = series.to_numpy(dtype=np.float64, na_value=np.nan)
    elif kind in "mM":
        raise InvalidInputError(f"Column '{column}' holds dates; this model takes numbers there.")
    else:
        numbers = _parse_numbers(series, column)
    if not np.isfinite(numbers).all():
        numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    return numbers


def _parse_numbers(series: "pd.Series[Any]", column: str) -> Numbers:
    objects = series.astype(object)
    parsed = pd.to_numeric(objects, errors="coerce")
    numbers: Numbers = np.array(parsed, dtype=np.float64)
    suspects = np.flatnonzero(np.isnan(numbers) & objects.notna().to_numpy())
    for row in suspects:
        value = objects.iloc[row]
        if isinstance(value, str) and value.strip().lower() in MISSING_TEXTS:
            continue
        try:
            numbers[row] = float(value)  # takes `1_000`, as the reading of tables does
        except (TypeError, ValueError):
            raise InvalidInputError(f"Column '{column}', row {row + 1}: {_shown(value)} is not a number.") from None
    return numbers


def read_labels(series: "pd.Series[Any]") -> Labels:
    """Values as text, each different one once."""
    codes, uniques = pd.factorize(series, use_na_sentinel=True)
    texts = [label_text(value) for value in uniques]
    values = list(dict.fromkeys(texts))
    if len(values) < len(texts):
        position = {value: index for index, value in enumerate(values)}
        merged = np.array([*(position[text] for text in texts), -1], dtype=np.int64)
        codes = merged[codes]
    return Labels(np.asarray(codes, dtype=np.int64), values)


def read_dates(series: "pd.Series[Any]", column: str, date_format: str | None) -> Dates:
    """Instants in seconds, in UTC where a zone is given; missing ones become NaT.

    Raises InvalidInputError for a value that is no date.
    """
    kind = getattr(series.dtype, "kind", "O")
    if kind in "biuf" and series.notna().any():
        raise InvalidInputError(f"Column '{column}' holds numbers; this model takes dates there.")
    if kind == "M":
        parsed = pd.to_datetime(series, utc=True)
    else:
        objects = series.astype(object)
        texts = objects.map(lambda value: None if _is_missing_text(value) else value)
        parsed = pd.to_datetime(texts, utc=True, errors="coerce", format=date_format or "ISO8601")
        failed = np.flatnonzero(parsed.isna().to_numpy() & texts.notna().to_numpy())
        if failed.size:
            row = int(failed[0])
            expected = f"in the format {date_format}" if date_format else "in ISO 8601"
            raise InvalidInputError(
                f"Column '{column}', row {row + 1}: {_shown(objects.iloc[row])} is not a date {expected}."
            )
    return parsed.dt.tz_localize(None).to_numpy().astype("datetime64[s]")


def _is_missing_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip().lower() in MISSING_TEXTS


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
