"""Fitted features: from a column to columns of the model's matrix. What was fitted is plain JSON data."""

import re
import zlib
from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np
import pandas as pd

from .columns import (
    Dates,
    Index,
    Labels,
    Matrix,
    Numbers,
    label_text,
    read_dates,
    read_labels,
    read_numbers,
)
from .texts import FALSE_TEXTS, TRUE_TEXTS

_WORD = re.compile(r"\w+")
DATE_PARTS = ("year", "month", "day", "weekday", "day_of_year", "hour", "minute", "second")


class Encoder(Protocol):
    """One fitted input feature: reads a column in its form, and writes `width` columns of a matrix."""

    name: str
    column: str
    width: int

    def read(self, series: "pd.Series[Any]") -> Any: ...

    def encode(self, raw: Any, out: Matrix) -> None:
        """Write into `out`, shaped (rows, width)."""

    def encode_missing(self, out: Matrix) -> None:
        """Write what stands for a column that is not there."""


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
        self.strategy, self.fill = fitted["strategy"], float(fitted["fill"])
        self.logarithm, self.shift, self.factor = fitted["logarithm"], fitted["shift"], fitted["factor"]

    def read(self, series: "pd.Series[Any]") -> Numbers:
        numbers = read_numbers(series, self.column)
        return numbers[fill_along(self.strategy, np.isnan(numbers))] if self.strategy in {"ffill", "bfill"} else numbers

    def encode(self, raw: Numbers, out: Matrix) -> None:
        values = out[:, 0]
        values[:] = raw
        np.copyto(values, self.fill, where=np.isnan(values))
        if self.logarithm:
            np.log1p(np.maximum(values, -1 + 1e-9), out=values)
        if self.shift != 0.0 or self.factor != 1.0:
            values -= self.shift
            values /= self.factor

    def encode_missing(self, out: Matrix) -> None:
        self.encode(np.full(len(out), np.nan), out)


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

    def encode(self, raw: Labels, out: Matrix) -> None:
        raise NotImplementedError

    def encode_missing(self, out: Matrix) -> None:
        self.encode(Labels(np.full(len(out), -1, dtype=np.int64), []), out)


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

    def encode(self, raw: Labels, out: Matrix) -> None:
        table = np.array([*(self._code(value) for value in raw.texts), self.fill_code], dtype=np.int64)
        codes = table[raw.codes]
        if self.one_hot:
            out[:] = 0.0
            out[np.arange(len(codes)), codes] = 1.0
        else:
            out[:, 0] = codes


def binary_value(text: str, true_label: str, false_label: str) -> float:
    """1 or 0, or NaN for a value that is neither label.

    Where the labels themselves are a kind of true and false, every other way to write those is understood too.
    """
    if text == true_label:
        return 1.0
    if text == false_label:
        return 0.0
    lower = text.strip().lower()
    if true_label.lower() in TRUE_TEXTS and false_label.lower() in FALSE_TEXTS:
        return 1.0 if lower in TRUE_TEXTS else 0.0 if lower in FALSE_TEXTS else np.nan
    return np.nan


class BinaryEncoder(LabelEncoder):
    def __init__(self, fitted: dict[str, Any]) -> None:
        super().__init__(fitted)
        self.labels = fitted["true_label"], fitted["false_label"]
        self.fill = float(fitted["fill"])

    def encode(self, raw: Labels, out: Matrix) -> None:
        table = np.array([*(binary_value(value, *self.labels) for value in raw.texts), np.nan])
        values = table[raw.codes]
        out[:, 0] = np.where(np.isnan(values), self.fill, values)


def words(text: str, *, lowercase: bool) -> list[str]:
    return _WORD.findall(text.lower() if lowercase else text)


class TextEncoder(LabelEncoder):
    """Word counts, hashed into `size` columns or weighted by TF-IDF; each row has length 1 (or 0)."""

    def __init__(self, fitted: dict[str, Any]) -> None:
        super().__init__(fitted)
        self.fill, self.lowercase = fitted["fill"], fitted["lowercase"]
        vocabulary = fitted.get("vocabulary")
        self.position = None if vocabulary is None else {word: index for index, word in enumerate(vocabulary)}
        self.weights = np.array(fitted["weights"]) if vocabulary is not None else None
        self.width = fitted["size"] if vocabulary is None else len(vocabulary)

    def _columns(self, text: str) -> Iterable[int]:
        found = words(text, lowercase=self.lowercase)
        if self.position is None:
            return (zlib.crc32(word.encode()) % self.width for word in found)
        return (self.position[word] for word in found if word in self.position)

    def _vector(self, text: str) -> tuple[Index, Numbers]:
        columns, counts = np.unique(np.fromiter(self._columns(text), dtype=np.int64), return_counts=True)
        values = counts.astype(np.float64)
        if self.weights is not None:
            values *= self.weights[columns]
        length = np.sqrt((values**2).sum())
        return columns, values / length if length > 0 else values

    def encode(self, raw: Labels, out: Matrix) -> None:
        vectors = [self._vector(value) for value in [*raw.texts, self.fill]]
        starts = np.cumsum([0, *(len(columns) for columns, _ in vectors)])
        all_columns = np.concatenate([columns for columns, _ in vectors])
        all_values = np.concatenate([values for _, values in vectors])
        codes = np.where(raw.codes < 0, len(raw.texts), raw.codes)
        counts = starts[codes + 1] - starts[codes]
        rows = np.repeat(np.arange(len(codes)), counts)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        source = np.repeat(starts[codes], counts) + within
        out[:] = 0.0
        out[rows, all_columns[source]] = all_values[source]


class DateEncoder:
    width = len(DATE_PARTS)

    def __init__(self, fitted: dict[str, Any]) -> None:
        self.name, self.column = fitted["name"], fitted["column"]
        self.strategy, self.format = fitted["strategy"], fitted["format"]
        self.fill = np.datetime64(fitted["fill"], "s")
        self.shift, self.factor = np.array(fitted["shift"]), np.array(fitted["factor"])

    def read(self, series: "pd.Series[Any]") -> Dates:
        dates = read_dates(series, self.column, self.format)
        return dates[fill_along(self.strategy, np.isnat(dates))] if self.strategy in {"ffill", "bfill"} else dates

    def encode(self, raw: Dates, out: Matrix) -> None:
        date_parts(np.where(np.isnat(raw), self.fill, raw), out)
        out -= self.shift
        out /= self.factor

    def encode_missing(self, out: Matrix) -> None:
        self.encode(np.full(len(out), np.datetime64("NaT", "s")), out)


def date_parts(dates: Dates, out: Matrix) -> None:
    """Write the parts of dates into `out`, shaped (rows, 8): Monday is 0, the first day of a year 1."""
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
