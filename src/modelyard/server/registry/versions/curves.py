"""The learning curves of a version, from the metrics of its run."""

from sqlalchemy import Connection

from modelyard.server.db.raw import Raw
from modelyard.server.registry.versions.queries import VersionKey
from modelyard.server.tracking.metrics.curves import MetricCurve, list_curves
from modelyard.wire.models import Curve, CurvePoint, Curves

_SPLITS = ("train", "validation", "test")


def read_curves(connection: Connection, version: VersionKey, *, key: str | None, max_points: int) -> Curves:
    curves = [] if version.run is None else list_curves(Raw(connection), version.run, key=key, max_points=max_points)
    if version.results_step is not None:
        curves = [curve for each in curves if (curve := _before(each, version.results_step)).points]
    return Curves(curves=[_to_curve(curve) for curve in curves], best_iteration=version.best_iteration)


def _before(curve: MetricCurve, step: int) -> MetricCurve:
    """The points of the training, without the results of the model that was kept."""
    points = [point for point in curve.points if point.step < step]
    return MetricCurve(curve.key, curve.point_count - (len(curve.points) - len(points)), points)


def _to_curve(curve: MetricCurve) -> Curve:
    split, _, name = curve.key.partition("_")
    is_split = split in _SPLITS and bool(name)
    return Curve.model_validate(
        {
            "name": name if is_split else curve.key,
            "split": split if is_split else None,
            "points": [
                CurvePoint(step=point.step, timestamp_ms=point.timestamp_ms, value=point.value)
                for point in curve.points
            ],
            "point_count": curve.point_count,
        }
    )
