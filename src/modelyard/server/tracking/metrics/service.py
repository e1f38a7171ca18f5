"""Logging points of metrics, in few statements however many points there are."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.tracking.runs.service import Active

_MOST_KEYS_BY_NAME = 40

_LATEST = "SELECT id, key, point_count, step, timestamp_ms, value FROM run_metrics WHERE run = ?"
_UPSERT = (
    "ON CONFLICT (id) DO UPDATE SET point_count = excluded.point_count, step = excluded.step, "
    "timestamp_ms = excluded.timestamp_ms, value = excluded.value"
)


class Point(NamedTuple):
    """One value of a metric. `value` may be infinite; None is NaN. Times are milliseconds since the epoch."""

    key: str
    value: float | None
    timestamp_ms: int
    step: int


class _Latest(NamedTuple):
    id: int
    key: str
    point_count: int
    step: int
    timestamp_ms: int
    value: float | None


def point(key: str, value: float, timestamp_ms: int, step: int) -> Point:
    return Point(key, None if math.isnan(value) else value, timestamp_ms, step)


def log_points(raw: Raw, run: Active, points: Sequence[Point]) -> None:
    """Appends points to the metrics of a run and keeps the latest of each; a point that is there already is left out.

    The latest is the one with the greatest step, then timestamp, then value.
    """
    if not points:
        return
    by_key: dict[str, list[Point]] = {}
    for item in points:
        by_key.setdefault(item.key, []).append(item)
    known = _read_latest(raw, run.id, list(by_key))
    changed: list[tuple[int, int, str, int, int, int, float | None]] = []
    made: list[tuple[int, str, int, int, int, float | None]] = []
    rows: list[tuple[int, int, int, int, float | None]] = []
    new: dict[str, list[Point]] = {}
    for key, given in by_key.items():
        latest = known.get(key)
        if latest is None:
            fresh = given if len(given) == 1 else list(dict.fromkeys(given))
            last = fresh[0] if len(fresh) == 1 else max(fresh, key=_rank)
            made.append((run.id, key, len(fresh), last.step, last.timestamp_ms, last.value))
            new[key] = fresh
            continue
        fresh = _unseen(raw, latest, given)
        if fresh:
            last = max([*fresh, Point(key, latest.value, latest.timestamp_ms, latest.step)], key=_rank)
            count = latest.point_count + len(fresh)
            changed.append((latest.id, run.id, key, count, last.step, last.timestamp_ms, last.value))
            rows += _rows(latest.id, latest.point_count, fresh)
    columns = "run, key, point_count, step, timestamp_ms, value"
    if changed:
        raw.insert(f"INSERT INTO run_metrics (id, {columns}) VALUES", changed, _UPSERT)
    for metric, key in raw.insert_returning(f"INSERT INTO run_metrics ({columns}) VALUES", made, "RETURNING id, key"):
        rows += _rows(metric, 0, new[key])
    raw.insert("INSERT INTO metric_points (metric, timestamp_ms, step, ordinal, value) VALUES", rows)


def _read_latest(raw: Raw, run: int, keys: Sequence[str]) -> dict[str, _Latest]:
    if len(keys) <= _MOST_KEYS_BY_NAME:
        rows = raw.run(f"{_LATEST} AND key IN ({placeholders(len(keys))})", (run, *keys))
    else:
        rows = raw.run(_LATEST, (run,))
    return {row[1]: _Latest(*row) for row in rows}


def _unseen(raw: Raw, latest: _Latest, given: Sequence[Point]) -> list[Point]:
    """Those points that are not stored yet. Only what is not later than the latest can be."""
    end = (latest.step, latest.timestamp_ms)
    return [
        item
        for item in dict.fromkeys(given)
        if (item.step, item.timestamp_ms) > end or not _is_stored(raw, latest, item)
    ]


def _is_stored(raw: Raw, latest: _Latest, item: Point) -> bool:
    if (item.step, item.timestamp_ms, item.value) == (latest.step, latest.timestamp_ms, latest.value):
        return True
    stored = raw.run(
        "SELECT value FROM metric_points WHERE metric = ? AND timestamp_ms = ? AND step = ?",
        (latest.id, item.timestamp_ms, item.step),
    )
    return any(value == item.value for (value,) in stored)


def _rows(metric: int, first: int, points: Sequence[Point]) -> list[tuple[int, int, int, int, float | None]]:
    return [(metric, item.timestamp_ms, item.step, first + index, item.value) for index, item in enumerate(points)]


def _rank(item: Point) -> tuple[int, int, float]:
    return item.step, item.timestamp_ms, -math.inf if item.value is None else item.value
