"""Histories of metrics."""

from collections.abc import Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw, Row
from modelyard.server.kernel.pages import decode_token, encode_token, fingerprint


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


def list_interval(raw: Raw, run: int, key: str, steps: tuple[int, int] | None, most: int) -> list[HistoryPoint]:
    """At most `most` points between two steps, evenly chosen over the rows, with the first and the last."""
    metric = find_metric(raw, run, key)
    if metric is None:
        return []
    where = "metric = ?" if steps is None else "metric = ? AND step BETWEEN ? AND ?"
    values: tuple[int, ...] = (metric,) if steps is None else (metric, *steps)
    order = "ORDER BY step, timestamp_ms, ordinal"
    count = raw.number(f"SELECT count(*) FROM metric_points WHERE {where}", values)  # noqa: S608
    if count <= most:
        rows = raw.all(f"SELECT timestamp_ms, step, value FROM metric_points WHERE {where} {order}", values)  # noqa: S608
        return [HistoryPoint(*row) for row in rows]
    wanted = chosen_rows(count, most)
    rows = raw.run(f"SELECT timestamp_ms, step, value FROM metric_points WHERE {where} {order}", values)  # noqa: S608
    return [HistoryPoint(*row) for index, row in enumerate(rows) if index in wanted]


def chosen_rows(count: int, most: int) -> frozenset[int]:
    """`most` of `count` indexes: the first of each of as many buckets of one size, but of the last its last."""
    size, larger = divmod(count, most)
    return frozenset({*(index * size + min(index, larger) for index in range(most - 1)), count - 1})


def list_bulk(raw: Raw, runs: Sequence[tuple[int, str]], key: str, most: int) -> list[tuple[str, HistoryPoint]]:
    """Histories of one metric in several runs, one run after the other, at most `most` points in all."""
    found: list[tuple[str, HistoryPoint]] = []
    for run, run_id in runs:
        rows, _ = list_history(raw, run, key, limit=most - len(found), page_token=None)
        found += [(run_id, HistoryPoint(row[0], row[1], row[2])) for row in rows]
        if len(found) >= most:
            break
    return found
