"""Logging points of metrics, in few statements however many points there are."""

import math
from collections.abc import Collection, Sequence
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


_Latest = tuple[int, str, int, int, int, float | None]
"""The metric's id, its key, how many points it has, and the latest point's step, timestamp and value."""


def point(key: str, value: float, timestamp_ms: int, step: int) -> Point:
    return Point(key, None if math.isnan(value) else value, timestamp_ms, step)


def log_points(raw: Raw, run: Active, points: Sequence[Point]) -> None:
    """Appends points to the metrics of a run and keeps the latest of each; a point that is there already is left out.

    The latest is the one with the greatest step, then timestamp, then value.
    """
    if not points:
        return
    keys = {item[0] for item in points}
    batch = _Batch(run.id, _read_latest(raw, run.id, keys))
    if len(keys) == len(points):
        for item in points:
            batch.add(raw, item[0], [item])
    else:
        by_key: dict[str, list[Point]] = {}
        for item in points:
            by_key.setdefault(item[0], []).append(item)
        for key, given in by_key.items():
            batch.add(raw, key, list(dict.fromkeys(given)))
    batch.write(raw)


class _Batch:
    """What a call changes: metrics that are there, metrics that are new, and points."""

    __slots__ = ("_changed", "_known", "_made", "_new", "_rows", "_run")

    def __init__(self, run: int, known: dict[str, _Latest]) -> None:
        self._run = run
        self._known = known
        self._changed: list[tuple[int, int, str, int, int, int, float | None]] = []
        self._made: list[tuple[int, str, int, int, int, float | None]] = []
        self._new: dict[str, list[Point]] = {}
        self._rows: list[tuple[int, int, int, int, float | None]] = []

    def add(self, raw: Raw, key: str, given: list[Point]) -> None:
        """`given` are points of the key, each once."""
        latest = self._known.get(key)
        if latest is None:
            last = given[0] if len(given) == 1 else max(given, key=_rank)
            self._made.append((self._run, key, len(given), last[3], last[2], last[1]))
            self._new[key] = given
            return
        metric, _, count, step, timestamp, _ = latest
        if len(given) == 1:
            # The common case, a point that is later than all before it, without a call.
            _, value, at, at_step = given[0]
            if at_step > step or (at_step == step and at > timestamp):
                self._changed.append((metric, self._run, key, count + 1, at_step, at, value))
                self._rows.append((metric, at, at_step, count, value))
                return
        fresh = _unseen(raw, latest, given)
        if fresh:
            last = max([*fresh, Point(key, latest[5], timestamp, step)], key=_rank)
            self._changed.append((metric, self._run, key, count + len(fresh), last[3], last[2], last[1]))
            self._rows += _rows(metric, count, fresh)

    def write(self, raw: Raw) -> None:
        columns = "run, key, point_count, step, timestamp_ms, value"
        if self._changed:
            raw.insert(f"INSERT INTO run_metrics (id, {columns}) VALUES", self._changed, _UPSERT)
        if self._made:
            head = f"INSERT INTO run_metrics ({columns}) VALUES"
            for metric, key in raw.insert_returning(head, self._made, "RETURNING id, key"):
                self._rows += _rows(metric, 0, self._new[key])
        raw.insert("INSERT INTO metric_points (metric, timestamp_ms, step, ordinal, value) VALUES", self._rows)


def _read_latest(raw: Raw, run: int, keys: Collection[str]) -> dict[str, _Latest]:
    if len(keys) <= _MOST_KEYS_BY_NAME:
        rows = raw.run(f"{_LATEST} AND key IN ({placeholders(len(keys))})", (run, *keys))
    else:
        rows = raw.run(_LATEST, (run,))
    return {row[1]: row for row in rows}


def _unseen(raw: Raw, latest: _Latest, given: Sequence[Point]) -> list[Point]:
    """Those points that are not stored yet. Only what is not later than the latest can be."""
    end = (latest[3], latest[4])
    return [item for item in given if (item.step, item.timestamp_ms) > end or not _is_stored(raw, latest, item)]


def _is_stored(raw: Raw, latest: _Latest, item: Point) -> bool:
    if (item.step, item.timestamp_ms, item.value) == latest[3:]:
        return True
    stored = raw.run(
        "SELECT value FROM metric_points WHERE metric = ? AND timestamp_ms = ? AND step = ?",
        (latest[0], item.timestamp_ms, item.step),
    )
    return any(value == item.value for (value,) in stored)


def _rows(metric: int, first: int, points: Sequence[Point]) -> list[tuple[int, int, int, int, float | None]]:
    return [(metric, item.timestamp_ms, item.step, first + index, item.value) for index, item in enumerate(points)]


def _rank(item: Point) -> tuple[int, int, float]:
    return item.step, item.timestamp_ms, -math.inf if item.value is None else item.value
