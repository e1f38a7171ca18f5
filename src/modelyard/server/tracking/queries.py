"""Reads of runs and their metrics."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Double, select, type_coerce

from modelyard.server.tracking.sampling import Sample, sample
from modelyard.server.tracking.tables import metric_points, run_metrics, run_params


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
        points = list(sample(_points(connection, metric.id), metric.point_count, max_points))
        points.sort(key=lambda point: (point.step, point.timestamp_ms))
        curves.append(MetricCurve(metric.key, metric.point_count, points))
    return curves


def _points(connection: Connection, metric: int) -> Iterator[Sample]:
    # NULL, which is NaN, is told by hand: there may be millions of points.
    value = type_coerce(metric_points.c.value, Double)
    columns = (metric_points.c.step, metric_points.c.timestamp_ms, value)
    statement = (
        select(*columns)
        .where(metric_points.c.metric == metric)
        .order_by(metric_points.c.timestamp_ms, metric_points.c.step, metric_points.c.ordinal)
    )
    rows = connection.execute(statement.execution_options(yield_per=5000))
    return (
        Sample(step, at, math.nan if value is None else value) for part in rows.partitions() for step, at, value in part
    )
