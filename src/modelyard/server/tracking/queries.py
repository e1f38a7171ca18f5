"""Reads of runs and their metrics."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from modelyard.server.db.raw import Raw
from modelyard.server.tracking.sampling import Sample, sample
from modelyard.server.tracking.tables import run_metrics, run_params

_FEW = 5000
"""So many points are read at once."""


@dataclass(frozen=True, slots=True)
class MetricCurve:
    """The history of one metric, downsampled. Points are in the order of their steps."""

    key: str
    point_count: int
    points: list[Sample]


def list_params(connection: Connection, run: int) -> dict[str, str]:
    """The params of a run, by key."""
    rows = connection.execute(
        select(run_params.c.key, run_params.c.value).where(run_params.c.run == run).order_by(run_params.c.key)
    )
    return {row.key: row.value for row in rows}


def list_curves(connection: Connection, run: int, *, key: str | None, max_points: int) -> list[MetricCurve]:
    """The metrics of a run by key (or the one named), each with at most `max_points` points."""
    statement = select(run_metrics.c.id, run_metrics.c.key, run_metrics.c.point_count).where(run_metrics.c.run == run)
    if key is not None:
        statement = statement.where(run_metrics.c.key == key)
    metrics = connection.execute(statement.order_by(run_metrics.c.key)).all()
    curves = []
    for metric in metrics:
        points = list(sample(_points(connection, metric.id, metric.point_count), metric.point_count, max_points))
        points.sort(key=lambda point: (point.step, point.timestamp_ms))
        curves.append(MetricCurve(metric.key, metric.point_count, points))
    return curves


def find_last_step(connection: Connection, run: int) -> int:
    """The last step of any metric of a run; 0 if it has none."""
    return connection.scalar(select(func.max(run_metrics.c.step)).where(run_metrics.c.run == run)) or 0


def _points(connection: Connection, metric: int, count: int) -> Iterator[Sample]:
    """There may be millions, so each is touched as little as can be."""
    raw = Raw(connection)
    read = raw.stream if count > _FEW else raw.run
    rows = read(
        "SELECT step, timestamp_ms, value FROM metric_points WHERE metric = ? ORDER BY timestamp_ms, step, ordinal",
        (metric,),
    )
    # NULL is NaN.
    return (Sample(step, at, math.nan if value is None else value) for step, at, value in rows)
