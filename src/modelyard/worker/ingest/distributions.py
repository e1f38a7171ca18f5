"""How numbers and dates are spread."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from modelyard.wire.datasets import Bin, NumberStatistics
from modelyard.worker.ingest.columns import quoted
from modelyard.worker.ingest.feature_types import INTEGERS

_BINS = 20
_MAX_EXACT_ROWS = 10_000_000
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ColumnSource:
    """A column of something that SQL can select from."""

    connection: duckdb.DuckDBPyConnection
    relation: str
    name: str
    data_type: str

    @property
    def column(self) -> str:
        return quoted(self.name)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return rows_of(self.connection, sql)


@dataclass(frozen=True, slots=True)
class NumberSummary:
    """Over finite values. Lowest and highest are integers for integer columns, so that none is rounded."""

    minimum: Any
    maximum: Any
    mean: float
    standard_deviation: float | None
    zero_count: int
    finite_count: int


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
    return rows


def number_sql(column: str, data_type: str, *, careful: bool) -> list[str]:
    """The six aggregates of a `NumberSummary`, in the order of `number_summary`.

    `careful` keeps them from overflowing where values are huge, at the price of the standard deviation.
    """
    finite = _finite(column, data_type)
    mean = f"avg(CAST({column} AS DOUBLE) / 1e20){finite} * 1e20" if careful else f"avg({column}){finite}"
    deviation = "NULL" if careful else f"stddev_samp({column}){finite}"
    return [
        f"min({column}){finite}",
        f"max({column}){finite}",
        mean,
        deviation,
        f"count(*) FILTER ({column} = 0)",
        f"count({column}){finite}",
    ]


def number_summary(values: list[Any]) -> NumberSummary | None:
    """None when there is no finite value."""
    minimum, maximum, mean, deviation, zeros, finite = values
    if minimum is None:
        return None
    spread = None if deviation is None or not math.isfinite(deviation) else float(deviation)
    return NumberSummary(minimum, maximum, float(mean), spread, int(zeros), int(finite))


def number_statistics(source: ColumnSource, summary: NumberSummary, count: int) -> NumberStatistics:
    """`count` is how many values there are, finite or not."""
    function = "quantile_cont" if count <= _MAX_EXACT_ROWS else "approx_quantile"
    finite = _finite(source.column, source.data_type)
    wanted = ", ".join(str(quantile) for quantile in _QUANTILES)
    found = source.rows(
        f"SELECT {function}(CAST({source.column} AS DOUBLE), [{wanted}]){finite} FROM {source.relation}"  # noqa: S608
    )[0][0]
    return NumberStatistics(
        minimum=float(summary.minimum),
        maximum=float(summary.maximum),
        mean=summary.mean,
        standard_deviation=summary.standard_deviation,
        quantiles={str(quantile): float(value) for quantile, value in zip(_QUANTILES, found, strict=True)},
        zero_count=summary.zero_count,
        non_finite_count=count - summary.finite_count,
    )


def number_histogram(source: ColumnSource, summary: NumberSummary) -> list[Bin]:
    """Twenty bins of equal width, or one for each whole number where those are fewer."""
    if source.data_type in INTEGERS and summary.maximum - summary.minimum < _BINS:
        return _whole_numbers(source, int(summary.minimum), int(summary.maximum))
    return _histogram(source, f"CAST({source.column} AS DOUBLE)", float(summary.minimum), float(summary.maximum))


def date_histogram(source: ColumnSource, earliest: float, latest: float) -> list[Bin]:
    """Twenty bins of equal width, in seconds since the epoch."""
    return _histogram(source, f"epoch({source.column})", earliest, latest)


def to_datetime(seconds: float) -> datetime | None:
    """None for dates outside the years 1 to 9999."""
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _whole_numbers(source: ColumnSource, minimum: int, maximum: int) -> list[Bin]:
    rows = source.rows(
        f"SELECT {source.column}, count(*) FROM {source.relation} WHERE {source.column} IS NOT NULL GROUP BY 1"  # noqa: S608
    )
    counts = {int(value): int(count) for value, count in rows}
    return [Bin(low=value, high=value + 1, count=counts.get(value, 0)) for value in range(minimum, maximum + 1)]


def _histogram(source: ColumnSource, value: str, low: float, high: float) -> list[Bin]:
    # Divided first: high - low overflows for the widest of ranges.
    width = high / _BINS - low / _BINS
    if width <= 0 or not math.isfinite(1 / width):
        count = source.rows(
            f"SELECT count(*) FROM {source.relation} WHERE {value} BETWEEN {low!r} AND {high!r}"  # noqa: S608
        )[0][0]
        return [Bin(low=low, high=high, count=int(count))]
    place = f"floor({value} / {width!r} - {low!r} / {width!r})"
    rows = source.rows(
        f"SELECT greatest(0, least({_BINS - 1}, {place})), count(*) FROM {source.relation}"  # noqa: S608
        f" WHERE isfinite({source.column}) GROUP BY 1"
    )
    counts = {int(place): int(count) for place, count in rows}
    edges = [low + width * step for step in range(_BINS)] + [high]
    return [Bin(low=edges[step], high=edges[step + 1], count=counts.get(step, 0)) for step in range(_BINS)]


def _finite(column: str, data_type: str) -> str:
    return f" FILTER (isfinite({column}))" if data_type in ("FLOAT", "DOUBLE") else ""
