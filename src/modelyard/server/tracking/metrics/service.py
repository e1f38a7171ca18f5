"""Logging points of metrics, in few statements however many points there are."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.tracking.limits import check_key, moment_fault, whole_fault
from modelyard.server.tracking.metrics.queries import Latest, Metric, list_latest, list_stored
from modelyard.wire.base import LAST_MOMENT
from modelyard.wire.limits import MAX_KEY_LENGTH, MAX_WHOLE

_UPSERT = (
    "ON CONFLICT (id) DO UPDATE SET point_count = excluded.point_count, step = excluded.step, "
    "timestamp_ms = excluded.timestamp_ms, value = excluded.value"
)


class Point(NamedTuple):
    """One value of a metric. `value` may be infinite; None is NaN. Times are milliseconds since the epoch.

    Make it with `point`, which checks it.
    """

    key: str
    value: float | None
    timestamp_ms: int
    step: int


def point(key: str, value: float, timestamp_ms: int, step: int) -> Point:
    """:raises InvalidArgument: the key, the time or the step cannot be kept."""
    fault = moment_fault(timestamp_ms) or whole_fault(step)
    if fault is not None:
        raise InvalidArgument(f"The step or timestamp of metric {key[:80]!r} is out of range: {fault}")
    check_key(key, "metric")
    return Point(key, None if math.isnan(value) else value, timestamp_ms, step)


def plain_point(key: str | None, value: float | None, timestamp_ms: int | None, step: int) -> Point | None:
    """A point that is plainly right, told without a call for each part; of another ask for its faults.

    A client logs millions of them.
    """
    if (
        key is not None
        and key.isidentifier()
        and len(key) <= MAX_KEY_LENGTH
        and value is not None
        and timestamp_ms is not None
        and 0 <= timestamp_ms <= LAST_MOMENT
        and -MAX_WHOLE <= step <= MAX_WHOLE
    ):
        return Point(key, value if value == value else None, timestamp_ms, step)  # noqa: PLR0124 - NaN is stored as null
    return None


def log_points(raw: Raw, by_run: Sequence[tuple[int, Sequence[Point]]]) -> None:
    """Appends points to metrics of runs, each by its key, and keeps the latest of each metric.

    A point that is there already is left out. The latest is the one with the greatest step, then timestamp, then value.
    """
    by_metric = _by_metric(by_run)
    if not by_metric:
        return
    batch = _PointBatch(list_latest(raw, by_metric))
    for metric, points in by_metric.items():
        batch.add(metric, points)
    batch.add_late(raw)
    batch.write(raw)


def _by_metric(by_run: Sequence[tuple[int, Sequence[Point]]]) -> dict[Metric, list[Point]]:
    """The points of each metric, each once."""
    if len(by_run) == 1:
        run, points = by_run[0]
        single = {(run, item[0]): [item] for item in points}
        if len(single) == len(points):
            return single
    gathered: dict[Metric, list[Point]] = {}
    for run, points in by_run:
        for item in points:
            gathered.setdefault((run, item[0]), []).append(item)
    return {metric: points if len(points) == 1 else list(dict.fromkeys(points)) for metric, points in gathered.items()}


class _PointBatch:
    """Changes of one call: metrics that exist, metrics that are new, and points."""

    __slots__ = ("_changed", "_known", "_late", "_made", "_new", "_rows")

    def __init__(self, latest: dict[Metric, Latest]) -> None:
        self._known = latest
        self._late: list[tuple[Metric, list[Point]]] = []
        self._changed: list[tuple[int, int, str, int, int, int, float | None]] = []
        self._made: list[tuple[int, str, int, int, int, float | None]] = []
        self._new: dict[Metric, list[Point]] = {}
        self._rows: list[tuple[int, int, int, int, float | None]] = []

    def add(self, metric_key: Metric, points: list[Point]) -> None:
        """`given` are points of the metric, each once."""
        latest = self._known.get(metric_key)
        run, key = metric_key
        if latest is None:
            last = points[0] if len(points) == 1 else max(points, key=_rank)
            self._made.append((run, key, len(points), last[3], last[2], last[1]))
            self._new[metric_key] = points
            return
        metric, count, step, timestamp, _ = latest
        if len(points) == 1:
            # The common case, a point that is later than all before it, without a call.
            _, at_value, at, at_step = points[0]
            if at_step > step or (at_step == step and at > timestamp):
                self._changed.append((metric, run, key, count + 1, at_step, at, at_value))
                self._rows.append((metric, at, at_step, count, at_value))
                return
        self._late.append((metric_key, points))

    def add_late(self, raw: Raw) -> None:
        """Adds what was put off because some of it may be there already."""
        stored = self._list_stored(raw)
        for (run, key), points in self._late:
            metric, count, step, timestamp, value = self._known[run, key]
            fresh = [item for item in points if (metric, item.timestamp_ms, item.step, item.value) not in stored]
            if fresh:
                last = max([*fresh, Point(key, value, timestamp, step)], key=_rank)
                self._changed.append((metric, run, key, count + len(fresh), last[3], last[2], last[1]))
                self._rows += _rows(metric, count, fresh)

    def _list_stored(self, raw: Raw) -> set[tuple[int, int, int, float | None]]:
        """Metric, timestamp, step and value of points that are stored: the latest, and what may be before it."""
        late = [(self._known[which], points) for which, points in self._late]
        places = {
            (latest[0], item.timestamp_ms, item.step)
            for latest, points in late
            for item in points
            if (item.step, item.timestamp_ms) <= latest[2:4]
            and (item.step, item.timestamp_ms, item.value) != latest[2:]
        }
        stored = list_stored(raw, sorted(places))
        return stored | {(metric, timestamp, step, value) for (metric, _, step, timestamp, value), _ in late}

    def write(self, raw: Raw) -> None:
        columns = "run, key, point_count, step, timestamp_ms, value"
        if self._changed:
            raw.insert(f"INSERT INTO run_metrics (id, {columns}) VALUES", self._changed, _UPSERT)
        if self._made:
            head = f"INSERT INTO run_metrics ({columns}) VALUES"
            for metric, run, key in raw.all_with(head, self._made, "RETURNING id, run, key"):
                self._rows += _rows(metric, 0, self._new[run, key])
        raw.insert("INSERT INTO metric_points (metric, timestamp_ms, step, ordinal, value) VALUES", self._rows)


def _rows(metric: int, first: int, points: Sequence[Point]) -> list[tuple[int, int, int, int, float | None]]:
    return [(metric, item.timestamp_ms, item.step, first + index, item.value) for index, item in enumerate(points)]


def _rank(item: Point) -> tuple[int, int, float]:
    return item.step, item.timestamp_ms, -math.inf if item.value is None else item.value
