"""Histories of metrics as curves, thinned to what can be drawn."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from modelyard.server.db.raw import Raw
from modelyard.server.tracking.metrics.sampling import Sample, sample

_FEW = 5000
"""So many points are read at once."""


@dataclass(frozen=True, slots=True)
class MetricCurve:
    """The history of one metric, downsampled. Points are in the order of their steps."""

    key: str
    point_count: int
    points: list[Sample]


def list_curves(raw: Raw, run: int, *, key: str | None, max_points: int) -> list[MetricCurve]:
    """The metrics of a run by key (or the one named), each with at most `max_points` points."""
    where, values = ("run = ?", [run]) if key is None else ("run = ? AND key = ?", [run, key])
    metrics = raw.all(f"SELECT id, key, point_count FROM run_metrics WHERE {where} ORDER BY key", values)  # noqa: S608
    curves = []
    for metric, metric_key, count in metrics:
        points = list(sample(_points(raw, metric, count), count, max_points))
        points.sort(key=lambda point: (point.step, point.timestamp_ms))
        curves.append(MetricCurve(metric_key, count, points))
    return curves


def find_last_step(raw: Raw, run: int) -> int:
    """The last step of any metric of a run; 0 if it has none."""
    return raw.number("SELECT coalesce(max(step), 0) FROM run_metrics WHERE run = ?", (run,))


def _points(raw: Raw, metric: int, count: int) -> Iterator[Sample]:
    """There may be millions, so each is touched as little as can be."""
    read = raw.stream if count > _FEW else raw.run
    rows = read(
        "SELECT step, timestamp_ms, value FROM metric_points WHERE metric = ? ORDER BY timestamp_ms, step, ordinal",
        (metric,),
    )
    # NULL is NaN.
    return (Sample(step, at, math.nan if value is None else value) for step, at, value in rows)
