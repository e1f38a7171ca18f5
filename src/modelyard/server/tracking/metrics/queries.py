"""Reads of metrics: histories, and the latest points."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw, Row, placeholders
from modelyard.server.kernel.pages import decode_token, encode_token, fingerprint

_MAX_KEYS_BY_NAME = 40
_MAX_LOOKUPS = 4
"""For each metric, when the keys of different runs differ and are looked for in each of them."""

_LATEST = "SELECT run, key, id, point_count, step, timestamp_ms, value FROM run_metrics WHERE"

_STORED = (
    ") SELECT p.metric, p.timestamp_ms, p.step, p.value FROM w CROSS JOIN metric_points p "
    "WHERE p.metric = w.metric AND p.timestamp_ms = w.timestamp_ms AND p.step = w.step"
)

Metric = tuple[int, str]
"""A run's key and the metric's."""

Latest = tuple[int, int, int, int, float | None]
"""The metric's id, how many points it has, and the latest point's step, timestamp and value."""


class HistoryPoint(NamedTuple):
    """`value` is None for NaN. Times are milliseconds since the epoch."""

    timestamp_ms: int
    step: int
    value: float | None


def find_metric(raw: Raw, run: int, key: str) -> int | None:
    """The id under which the points of a run's metric are stored."""
    row = raw.one("SELECT id FROM run_metrics WHERE run = ? AND key = ?", (run, key))
    return None if row is None else row[0]


def list_history(
    raw: Raw, run: int, key: str, *, limit: int | None, page_token: str | None
) -> tuple[list[Row], str | None]:
    """Rows of timestamp, step and value in that order, all of them without a limit, and the token of the next page."""
    metric = find_metric(raw, run, key)
    if metric is None:
        return [], None
    # The position after which the next page begins is of use only where there are pages.
    columns = "timestamp_ms, step, value" if limit is None else "timestamp_ms, step, value, ordinal"
    statement = f"SELECT {columns} FROM metric_points WHERE metric = ?"  # noqa: S608
    values: list[object] = [metric]
    query = fingerprint("history", metric)
    if page_token:
        statement += " AND (timestamp_ms, step, ordinal) > (?, ?, ?)"
        values += decode_token(page_token, query)
    statement += " ORDER BY timestamp_ms, step, ordinal"
    if limit is None:
        return raw.all(statement, values), None
    rows = raw.all(f"{statement} LIMIT ?", (*values, limit + 1))
    if len(rows) <= limit:
        return rows, None
    timestamp, step, _, ordinal = rows[limit - 1]
    return rows[:limit], encode_token([timestamp, step, ordinal], query)


def list_interval(raw: Raw, run: int, key: str, steps: tuple[int, int] | None, max_points: int) -> list[HistoryPoint]:
    """At most `most` points between two steps, evenly chosen over the rows, with the first and the last."""
    metric = find_metric(raw, run, key)
    if metric is None:
        return []
    where = "metric = ?" if steps is None else "metric = ? AND step BETWEEN ? AND ?"
    values: tuple[int, ...] = (metric,) if steps is None else (metric, *steps)
    order = "ORDER BY step, timestamp_ms, ordinal"
    count = raw.number(f"SELECT count(*) FROM metric_points WHERE {where}", values)  # noqa: S608
    if count <= max_points:
        rows = raw.all(f"SELECT timestamp_ms, step, value FROM metric_points WHERE {where} {order}", values)  # noqa: S608
        return [HistoryPoint(*row) for row in rows]
    indexes = chosen_rows(count, max_points)
    rows = raw.run(f"SELECT timestamp_ms, step, value FROM metric_points WHERE {where} {order}", values)  # noqa: S608
    return [HistoryPoint(*row) for index, row in enumerate(rows) if index in indexes]


def chosen_rows(count: int, max_rows: int) -> frozenset[int]:
    """`most` of `count` indexes: the first of each of as many buckets of one size, but of the last its last."""
    size, larger = divmod(count, max_rows)
    return frozenset({*(index * size + min(index, larger) for index in range(max_rows - 1)), count - 1})


def list_bulk(raw: Raw, runs: Sequence[tuple[int, str]], key: str, max_points: int) -> list[tuple[str, HistoryPoint]]:
    """Histories of one metric in several runs, one run after the other, at most `most` points in all."""
    points: list[tuple[str, HistoryPoint]] = []
    for run, run_id in runs:
        rows, _ = list_history(raw, run, key, limit=max_points - len(points), page_token=None)
        points += [(run_id, HistoryPoint(row[0], row[1], row[2])) for row in rows]
        if len(points) >= max_points:
            break
    return points


def list_latest(raw: Raw, metrics: Collection[Metric]) -> dict[Metric, Latest]:
    """The latest point of each metric that is there, and perhaps of others of the same runs."""
    by_run: dict[int, list[str]] = {}
    for run, key in metrics:
        by_run.setdefault(run, []).append(key)
    keys = {key for _, key in metrics}
    if len(keys) <= _MAX_KEYS_BY_NAME and len(by_run) * len(keys) <= _MAX_LOOKUPS * len(metrics):
        return _list_latest(raw, list(by_run), list(keys))
    latest: dict[Metric, Latest] = {}
    for run, own in by_run.items():
        latest |= _list_latest(raw, [run], own if len(own) <= _MAX_KEYS_BY_NAME else [])
    return latest


def _list_latest(raw: Raw, runs: list[int], keys: list[str]) -> dict[Metric, Latest]:
    """Of those keys of those runs; of all keys when none is named."""
    where = f"run IN ({placeholders(len(runs))})"
    if keys:
        where += f" AND key IN ({placeholders(len(keys))})"
    return {(row[0], row[1]): row[2:] for row in raw.run(f"{_LATEST} {where}", (*runs, *keys))}


def list_stored(raw: Raw, places: Sequence[tuple[int, int, int]]) -> set[tuple[int, int, int, float | None]]:
    """The points at these metrics, timestamps and steps, each with its value."""
    return set(raw.all_with("WITH w (metric, timestamp_ms, step) AS (VALUES", places, _STORED))
