"""What the text of a column means: how it was read when the table was uploaded is how a model reads what it predicts.

A reading is plain data, recorded with the version: the type in which the column is stored, and how its text is written
(marks of numbers, formats of dates, words for no value). Values that are no text have their meaning already.
"""

import datetime as dt
import decimal
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from .texts import FALSE_TEXTS, FLOATS, INTEGERS, NO_DIGITS, NUMBER, TRUE_TEXTS, Kind, kind_of, plain_number

_HEXADECIMAL = re.compile(r"[+-]?0[xX][0-9a-fA-F]+")
_LOOSE_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?: ?(.+))?)?")
_EXACT = 2**53


@dataclass(frozen=True)
class Reading:
    """How a column is read. `width` is how many digits each value has, where zeros in front belong to it."""

    data_type: str
    missing: Sequence[str] = ()
    decimal: str = "."
    grouping: str | None = None
    affixes: Sequence[str] = ()
    date_formats: Sequence[str] = ()
    width: int | None = None
    kind: Kind = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", kind_of(self.data_type))

    @classmethod
    def of(cls, described: dict[str, Any]) -> "Reading":
        """From the plain data of a model's description; what this code does not know is left out."""
        known = {name: value for name, value in described.items() if name in cls.__dataclass_fields__}
        return cls(**known)

    def read(self, series: "pd.Series[Any]") -> "pd.Series[Any]":
        """The column as it would be stored; values that are not of its type stay what they are."""
        kind = getattr(series.dtype, "kind", "O")
        if isinstance(series.dtype, pd.CategoricalDtype) or kind not in "biufM":
            kind = "O"
        if kind == "M":
            return _plain_dates(series) if self.kind == "date" else series
        if kind != "O" and (self.kind in {"number", "date"} or (self.kind == "text" and self.width is None)):
            return series
        codes, uniques = pd.factorize(series.astype(object), use_na_sentinel=True)
        values = self._values(list(uniques))
        return _taken(values, codes, series.index)

    def _values(self, uniques: list[Any]) -> list[Any]:
        if self.kind == "number" and (plain := self._plain_numbers(uniques)) is not None:
            return plain
        missing = frozenset(self.missing)
        if self.kind == "text":
            return [None if isinstance(value, str) and value in missing else self._text(value) for value in uniques]
        values = [None if isinstance(value, str) and value.strip() in missing else value for value in uniques]
        if self.kind == "date":
            return self._dates(values)
        read: Callable[[Any], Any] = self.number if self.kind == "number" else _boolean
        return [read(value) for value in values]

    def _plain_numbers(self, uniques: list[Any]) -> list[Any] | None:
        """All at once, where none needs a closer look: what Python and NumPy take for a number, but for underscores."""
        if self.decimal != "." or self.grouping is not None or self.affixes or "_" in "".join(map(str, uniques)):
            return None
        try:
            numbers: Any = np.array(uniques, dtype=object).astype(np.float64)
        except (ValueError, TypeError, OverflowError):
            return None
        is_exact = FLOATS.fullmatch(self.data_type) or np.nanmax(np.abs(numbers), initial=0.0) < _EXACT
        return list(numbers) if is_exact else None

    def number(self, value: Any) -> Any:
        """The number that a text says; other values, and text that says none, stay what they are."""
        if isinstance(value, decimal.Decimal):
            return float(value)
        if not isinstance(value, str):
            return value
        text = plain_number(value, self.decimal, self.grouping, self.affixes)
        if re.fullmatch(r"[+-]?[0-9]+", text):
            whole = int(text)
            return whole if INTEGERS.fullmatch(self.data_type) and abs(whole) < 2**64 else float(text)
        if re.fullmatch(NUMBER, text) or re.fullmatch(NO_DIGITS, text, re.IGNORECASE):
            return float(text)
        return int(text, 16) if _HEXADECIMAL.fullmatch(text) else value

    def _text(self, value: Any) -> Any:
        if self.width is None or isinstance(value, bool):
            return value
        if isinstance(value, float | np.floating) and float(value).is_integer():
            value = int(value)
        text = str(value) if isinstance(value, int | np.integer) else value
        return text.zfill(self.width) if isinstance(text, str) and re.fullmatch("[0-9]+", text) else value

    def _dates(self, values: list[Any]) -> list[Any]:
        """Text as timestamps: in the recorded formats, else in ISO 8601."""
        found = [_timestamp(value) if isinstance(value, dt.date | np.datetime64) else value for value in values]
        places = [place for place, value in enumerate(found) if isinstance(value, str)]
        for date_format in [*self.date_formats, "ISO8601", None]:
            texts = [found[place].strip() for place in places]
            if not texts:
                break
            for place, parsed in zip(places, _parse_dates(texts, date_format), strict=True):
                if parsed is not pd.NaT:
                    found[place] = parsed
            places = [place for place in places if isinstance(found[place], str)]
        return found


def _boolean(value: Any) -> Any:
    if isinstance(value, str):
        lower = value.strip().lower()
        return True if lower in TRUE_TEXTS else False if lower in FALSE_TEXTS else value
    if isinstance(value, int | float | np.number) and not isinstance(value, bool) and value in (0, 1):
        return bool(value)
    return value


def _taken(values: list[Any], codes: Any, index: Any) -> "pd.Series[Any]":
    """The values at `codes`; none where a code is -1. Where all are numbers, or all dates, the type is theirs."""
    whole = [value for value in values if value is not None]
    array: Any = np.empty(len(values) + 1, dtype=object)
    array[:-1] = values
    array[-1] = None
    if whole and all(isinstance(value, pd.Timestamp) for value in whole):
        array = pd.Series(pd.DatetimeIndex([pd.NaT if value is None else value for value in array])).to_numpy()
    elif whole and all(_is_plain_number(value) for value in whole):
        array = np.array([np.nan if value is None else value for value in array], dtype=np.float64)
    return pd.Series(array[codes], index=index)


def _is_plain_number(value: Any) -> bool:
    if isinstance(value, bool | np.bool_):
        return False
    if isinstance(value, int | np.integer):
        return abs(int(value)) < _EXACT
    return isinstance(value, float | np.floating)


def _plain_dates(series: "pd.Series[Any]") -> "pd.Series[Any]":
    return series.dt.tz_convert("UTC").dt.tz_localize(None) if series.dt.tz is not None else series


def _timestamp(value: Any) -> Any:
    try:
        moment = pd.Timestamp(value)
    except (ValueError, OverflowError):
        return value
    return moment.tz_convert("UTC").tz_localize(None) if moment.tzinfo is not None else moment


def _parse_dates(texts: list[str], date_format: str | None) -> Any:
    """UTC without a zone for each text; NaT where it is in another format. None is for ISO 8601, written loosely."""
    if date_format is None:
        return [_parse_loosely(text) for text in texts]
    parsed = pd.to_datetime(pd.Series(texts, dtype=object), format=date_format, utc=True, errors="coerce")
    return list(parsed.dt.tz_localize(None))


def _parse_loosely(text: str) -> Any:
    match = _LOOSE_DATE.fullmatch(text)
    if match is None:
        return pd.NaT
    year, month, day, time, zone = match.groups()
    try:
        moment = pd.Timestamp(f"{year}-{month:0>2}-{day:0>2} {(time or '0:00').zfill(5)}")
        zoned = (
            moment.tz_localize(zone or "UTC") if not zone or zone[0] not in "+-" else pd.Timestamp(f"{moment}{zone}")
        )
    except (ValueError, KeyError, OverflowError):
        return pd.NaT
    return zoned.tz_convert("UTC").tz_localize(None)
