"""Fitted features: from a column to columns of the model's matrix. What was fitted is plain JSON data."""

from typing import Any, Protocol

import numpy as np
import pandas as pd

from .columns import Dates, Index, Labels, Matrix, Numbers, label_text, read_dates, read_labels, read_numbers
from .text_vectors import TextVectors
from .texts import FALSE_TEXTS, TRUE_TEXTS

DATE_PARTS = ("year", "month", "day", "weekday", "day_of_year", "hour", "minute", "second")


class Encoder(Protocol):
    """One fitted input feature: reads a column in its form, and gives `width` columns of a matrix."""

    name: str
    column: str
    width: int

    def read(self, series: "pd.Series[Any]") -> Any: ...

    def encode(self, raw: Any) -> Matrix:
        """Columns shaped (rows, width); those of a text are sparse."""

    def encode_missing(self, row_count: int) -> Matrix:
        """What stands for a column that is not there."""


def make_encoder(fitted: dict[str, Any]) -> Encoder:
    """The encoder of one entry of `features` in a model's description."""
    encoder: Encoder = _ENCODERS[fitted["type"]](fitted)
    return encoder


def fill_along(strategy: str, missing: np.ndarray[Any, np.dtype[np.bool_]]) -> Index:
    """For each row the row whose value it takes: itself, or with `ffill`/`bfill` the nearest one that has a value.

    Rows that no value reaches keep their own index.
    """
    rows = np.arange(len(missing), dtype=np.int64)
    if strategy == "ffill":
        source = np.maximum.accumulate(np.where(missing, -1, rows))
    elif strategy == "bfill":
        source = np.minimum.accumulate(np.where(missing, len(missing), rows)[::-1])[::-1]
    else:
        return rows
    return np.where((source < 0) | (source >= len(missing)), rows, source)


class NumberEncoder:
    width = 1

    def __init__(self, fitted: dict[str, Any]) -> None:
        self.name, self.column = fitted["name"], fitted["column"]
        self.strategy, self.fill = fitted["strategy"], _number(fitted["fill"])
        self.logarithm, self.shift, self.factor = fitted["logarithm"], fitted["shift"], fitted["factor"]

    def read(self, series: "pd.Series[Any]") -> Numbers:
        numbers = read_numbers(series, self.column)
        return numbers[fill_along(self.strategy, np.isnan(numbers))] if self.strategy in {"ffill", "bfill"} else numbers

    def encode(self, raw: Numbers) -> Matrix:
        values = np.where(np.isnan(raw), self.fill, raw)
        if self.logarithm:
            np.log1p(np.maximum(values, -1 + 1e-9), out=values)
        if self.shift != 0.0 or self.factor != 1.0:
            values -= self.shift
            values /= self.factor
        return values[:, None]

    def encode_missing(self, row_count: int) -> Matrix:
        return self.encode(np.full(row_count, np.nan))


class LabelEncoder:
    """What category, binary and text have in common: they read labels."""

    width = 1

    def __init__(self, fitted: dict[str, Any]) -> None:
        self.name, self.column = fitted["name"], fitted["column"]
        self.strategy = fitted["strategy"]

    def read(self, series: "pd.Series[Any]") -> Labels:
        labels = read_labels(series)
        if self.strategy in {"ffill", "bfill"}:
            return labels.take(fill_along(self.strategy, labels.codes < 0))
        return labels

    def encode(self, raw: Labels) -> Matrix:
        raise NotImplementedError

    def encode_missing(self, row_count: int) -> Matrix:
        return self.encode(Labels(np.full(row_count, -1, dtype=np.int64), []))


class CategoryEncoder(LabelEncoder):
    """Codes from 1 in the order of the vocabulary; 0 for every other value. One-hot if fitted so."""

    def __init__(self, fitted: dict[str, Any]) -> None:
        super().__init__(fitted)
        self.lowercase, self.one_hot = fitted["lowercase"], fitted["one_hot"]
        self.position = {value: index + 1 for index, value in enumerate(fitted["vocabulary"])}
        self.fill_code = self._code(fitted["fill"])
        self.width = len(self.position) + 1 if self.one_hot else 1

    def _code(self, value: str) -> int:
        return self.position.get(value.lower() if self.lowercase else value, 0)

    def encode(self, raw: Labels) -> Matrix:
        table = np.array([*(self._code(value) for value in raw.texts), self.fill_code], dtype=np.int64)
        codes = table[raw.codes]
        if not self.one_hot:
            return codes.astype(np.float64)[:, None]
        columns = np.zeros((len(codes), self.width), order="F")
        columns[np.arange(len(codes)), codes] = 1.0
        return columns


def binary_value(text: str, true_label: str, false_label: str) -> float:
    """1 or 0, or NaN for a value that is neither label.

    Where the labels themselves are a kind of true and false (either may count as 1), every other way to write those
    is understood too.
    """
    if text == true_label:
        return 1.0
    if text == false_label:
        return 0.0
    lower = text.strip().lower()
    for trues, falses in ((TRUE_TEXTS, FALSE_TEXTS), (FALSE_TEXTS, TRUE_TEXTS)):
        if true_label.lower() in trues and false_label.lower() in falses:
            return 1.0 if lower in trues else 0.0 if lower in falses else np.nan
    return np.nan


class BinaryEncoder(LabelEncoder):
    def __init__(self, fitted: dict[str, Any]) -> None:
        super().__init__(fitted)
        self.labels = fitted["true_label"], fitted["false_label"]
        self.fill = _number(fitted["fill"])

    def encode(self, raw: Labels) -> Matrix:
        table = np.array([*(binary_value(value, *self.labels) for value in raw.texts), np.nan])
        values = table[raw.codes]
        return np.where(np.isnan(values), self.fill, values)[:, None]


class TextEncoder(LabelEncoder):
    """Sparse columns of words; each row has length 1 (or 0)."""

    def __init__(self, fitted: dict[str, Any]) -> None:
        super().__init__(fitted)
        self.fill = fitted["fill"]
        self.vectors = TextVectors(fitted)
        self.width = self.vectors.width

    def encode(self, raw: Labels) -> Matrix:
        return self.vectors.rows([*raw.texts, self.fill], np.where(raw.codes < 0, len(raw.texts), raw.codes))


class DateEncoder:
    width = len(DATE_PARTS)

    def __init__(self, fitted: dict[str, Any]) -> None:
        self.name, self.column = fitted["name"], fitted["column"]
        self.strategy, self.format = fitted["strategy"], fitted["format"]
        self.fill = np.datetime64(fitted["fill"] or "NaT", "s")
        self.shift, self.factor = np.array(fitted["shift"]), np.array(fitted["factor"])

    def read(self, series: "pd.Series[Any]") -> Dates:
        dates = read_dates(series, self.column, self.format)
        return dates[fill_along(self.strategy, np.isnat(dates))] if self.strategy in {"ffill", "bfill"} else dates

    def encode(self, raw: Dates) -> Matrix:
        parts = date_parts(np.where(np.isnat(raw), self.fill, raw))
        parts -= self.shift
        parts /= self.factor
        return parts

    def encode_missing(self, row_count: int) -> Matrix:
        return self.encode(np.full(row_count, np.datetime64("NaT", "s")))


def date_parts(dates: Dates) -> Matrix:
    """The parts of dates, shaped (rows, 8): Monday is 0, the first day of a year 1; NaN where there is no date."""
    out = np.empty((len(dates), len(DATE_PARTS)), order="F")
    days = dates.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    years = dates.astype("datetime64[Y]")
    seconds = (dates - days).astype(np.int64)
    out[:, 0] = years.astype(np.int64) + 1970
    out[:, 1] = (months - years).astype(np.int64) + 1
    out[:, 2] = (days - months).astype(np.int64) + 1
    out[:, 3] = (days.astype(np.int64) + 3) % 7
    out[:, 4] = (days - years).astype(np.int64) + 1
    out[:, 5] = seconds // 3600
    out[:, 6] = seconds // 60 % 60
    out[:, 7] = seconds % 60
    out[np.isnat(dates)] = np.nan
    return out


def _number(fill: float | None) -> float:
    """What a missing value becomes; it stays missing where the model learned from missing ones."""
    return np.nan if fill is None else float(fill)


_ENCODERS: dict[str, Any] = {
    "number": NumberEncoder,
    "category": CategoryEncoder,
    "binary": BinaryEncoder,
    "text": TextEncoder,
    "date": DateEncoder,
}


def class_of(text: str, labels: list[str], output_type: str) -> int:
    """The index of a target's class, or -1 for a value that is none."""
    if output_type == "binary":
        value = binary_value(text, labels[1], labels[0])
        return -1 if np.isnan(value) else int(value)
    return labels.index(text) if text in labels else -1


def class_labels(classes: list[Any]) -> list[str]:
    """Classes as text, in their order."""
    return [label_text(value) for value in classes]
