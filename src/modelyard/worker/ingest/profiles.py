"""What the columns of a Parquet file hold, in a few scans."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from modelyard.wire.datasets import ColumnProfile, FeatureType, TopValue
from modelyard.worker.ingest import distributions
from modelyard.worker.ingest.columns import literal, quoted
from modelyard.worker.ingest.distributions import ColumnSource, rows_of
from modelyard.worker.ingest.feature_types import INTEGERS, infer_feature_type, is_date, is_number, notes_on
from modelyard.worker.ingest.meanings import Meanings

_BATCH_CELLS = 4_000_000
_BATCH_COLUMNS = 40
"""The memory for one query of aggregates grows with the square of their number."""
_MAX_GROUPS = 100_000
_TOP_VALUES = 10
_MAX_TOP_VALUE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class _Summary:
    """The statistics that one scan gives for many columns."""

    count: int
    approximate_distinct: int
    mean_length: float | None = None
    share_with_space: float | None = None
    numbers: distributions.NumberSummary | None = None
    dates: tuple[float, float] | None = None


def profile_columns(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    meanings: Meanings,
    report: Callable[[float], None],
    chosen: Mapping[str, FeatureType],
) -> tuple[int, list[ColumnProfile]]:
    """How many rows the file has, and a profile of each column. `report` gets the fraction that is done.

    `chosen` are feature types that someone chose.
    """
    types = meanings.types
    file = f"read_parquet({literal(str(path))})"
    row_count = int(rows_of(connection, f"SELECT count(*) FROM {file}")[0][0])  # noqa: S608
    profiles: list[ColumnProfile] = []
    for relation, names in _batches(connection, file, list(types), row_count):
        summaries = _summaries(connection, relation, {name: types[name] for name in names})
        for name in names:
            source = ColumnSource(connection, relation, name, types[name])
            profile = _profile(source, summaries[name], row_count)
            notes = meanings.notes.get(name, []) + ([] if name in chosen else notes_on(profile))
            kind = chosen.get(name, profile.feature_type)
            changes = {"format": meanings.formats.get(name), "notes": notes, "feature_type": kind}
            profiles.append(profile.model_copy(update=changes))
            report(len(profiles) / len(types))
    return row_count, profiles


def _batches(
    connection: duckdb.DuckDBPyConnection, file: str, names: list[str], row_count: int
) -> Iterator[tuple[str, list[str]]]:
    """Columns that are looked at together. Those of short tables are copied to memory, because asking a wide Parquet
    file about one column costs reading what it says about all of them.
    """
    size = max(1, min(_BATCH_COLUMNS, _BATCH_CELLS // max(1, row_count)))
    if size < min(8, len(names)):
        for start in range(0, len(names), _BATCH_COLUMNS):
            yield file, names[start : start + _BATCH_COLUMNS]
        return
    for start in range(0, len(names), size):
        part = names[start : start + size]
        wanted = ", ".join(quoted(name) for name in part)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE batch AS SELECT {wanted} FROM {file}")  # noqa: S608
        yield "batch", part


def _profile(source: ColumnSource, summary: _Summary, row_count: int) -> ColumnProfile:
    distinct, is_estimate, top_values = _frequencies(source, summary)
    number = histogram = None
    if summary.numbers is not None:
        number = distributions.number_statistics(source, summary.numbers, summary.count)
        histogram = distributions.number_histogram(source, summary.numbers)
    elif summary.dates is not None:
        histogram = distributions.date_histogram(source, *summary.dates)
    return ColumnProfile(
        name=source.name,
        data_type=source.data_type,
        feature_type=infer_feature_type(
            source.data_type,
            count=summary.count,
            distinct_count=distinct,
            mean_length=summary.mean_length,
            share_with_space=summary.share_with_space,
        ),
        count=summary.count,
        missing_count=row_count - summary.count,
        distinct_count=distinct,
        distinct_is_estimate=is_estimate,
        number=number,
        earliest=None if summary.dates is None else distributions.to_datetime(summary.dates[0]),
        latest=None if summary.dates is None else distributions.to_datetime(summary.dates[1]),
        mean_length=summary.mean_length,
        top_values=top_values,
        histogram=histogram or [],
    )


def _summaries(connection: duckdb.DuckDBPyConnection, relation: str, types: Mapping[str, str]) -> dict[str, _Summary]:
    try:
        return _scan(connection, relation, types, careful=False)
    except duckdb.OutOfRangeException:
        # Squares of values above 1e154 overflow; then the mean is taken in smaller units, the deviation left out.
        return _scan(connection, relation, types, careful=True)


def _scan(
    connection: duckdb.DuckDBPyConnection, relation: str, types: Mapping[str, str], *, careful: bool
) -> dict[str, _Summary]:
    wanted: list[str] = []
    for name, kind in types.items():
        wanted += [f"count({quoted(name)})", f"approx_count_distinct({quoted(name)})", *_kind_sql(name, kind, careful)]
    values = iter(rows_of(connection, f"SELECT {', '.join(wanted)} FROM {relation}")[0])  # noqa: S608
    summaries = {}
    for name, kind in types.items():
        count, distinct = int(next(values)), int(next(values))
        own = [next(values) for _ in _kind_sql(name, kind, careful)]
        summaries[name] = _summary(kind, count, min(distinct, count), own)
    return summaries


def _kind_sql(name: str, kind: str, careful: bool) -> list[str]:
    column = quoted(name)
    if is_number(kind):
        return distributions.number_sql(column, kind, careful=careful)
    if is_date(kind):
        return [f"{function}(epoch({column})) FILTER (isfinite({column}))" for function in ("min", "max")]
    if kind == "VARCHAR":
        return [f"avg(length({column}))", f"avg(CAST(contains({column}, ' ') AS TINYINT))"]
    return []


def _summary(kind: str, count: int, distinct: int, own: list[Any]) -> _Summary:
    if is_number(kind):
        return _Summary(count, distinct, numbers=distributions.number_summary(own))
    if is_date(kind):
        return _Summary(count, distinct, dates=None if own[0] is None else (float(own[0]), float(own[1])))
    if kind == "VARCHAR":
        return _Summary(count, distinct, mean_length=own[0], share_with_space=own[1])
    return _Summary(count, distinct)


def _frequencies(source: ColumnSource, summary: _Summary) -> tuple[int, bool, list[TopValue]]:
    """How many distinct values, whether that is estimated, and the most frequent ones."""
    column = source.column
    if summary.count == 0:
        return 0, False, []
    # Outside of the inner query there are no names but ours, and inside of it none but the table's.
    shown = f"left(CAST(value AS VARCHAR), {_MAX_TOP_VALUE_LENGTH})"
    groups = f"SELECT {column}, count(*) FROM {source.relation} WHERE {column} IS NOT NULL GROUP BY {column}"  # noqa: S608
    if summary.approximate_distinct <= _MAX_GROUPS:
        rows = source.rows(
            f"SELECT {shown}, total, count(*) OVER () FROM ({groups}) AS grouped(value, total)"  # noqa: S608
            f" ORDER BY total DESC, value LIMIT {_TOP_VALUES}"
        )
        return int(rows[0][2]), False, [TopValue(value=value, count=count) for value, count, _ in rows]
    if source.data_type in INTEGERS or source.data_type == "VARCHAR":
        return summary.approximate_distinct, True, _frequent(source, summary, shown)
    return summary.approximate_distinct, True, []


def _frequent(source: ColumnSource, summary: _Summary, shown: str) -> list[TopValue]:
    """The most frequent of very many values: candidates are estimated, their counts exact. Values that hardly ever
    repeat, as in an identifier, have none.
    """
    if summary.approximate_distinct > summary.count // 2:
        return []
    column = source.column
    rows = source.rows(
        f"SELECT {shown}, total FROM (SELECT {column}, count(*) FROM {source.relation} WHERE {column} IN"  # noqa: S608
        f" (SELECT unnest(approx_top_k({column}, {_TOP_VALUES})) FROM {source.relation}) GROUP BY {column})"
        " AS grouped(value, total) ORDER BY total DESC, value"
    )
    return [TopValue(value=value, count=count) for value, count in rows]
