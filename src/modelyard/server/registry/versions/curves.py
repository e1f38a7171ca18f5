"""The learning curves of a version, from the metrics of its run."""

from sqlalchemy import Connection

from modelyard.server.registry.versions.queries import VersionKey
from modelyard.server.tracking.queries import MetricCurve, find_single_step, list_curves
from modelyard.wire.models import Curve, CurvePoint, Curves

_SPLITS = ("train", "validation", "test")


_MEASURED_ONCE = ("test_f1", "test_root_mean_squared_error")
"""Every training reports one of these, and only at its end."""


def read_curves(connection: Connection, version: VersionKey, *, key: str | None, max_points: int) -> Curves:
    found = [] if version.run is None else list_curves(connection, version.run, key=key, max_points=max_points)
    if version.run is not None and version.location is None:
        end = find_single_step(connection, version.run, _MEASURED_ONCE)
        found = [curve for each in found if (curve := _without(each, end)).points]
    return Curves(curves=[_to_curve(curve) for curve in found], best_iteration=version.best_iteration)


def _without(curve: MetricCurve, end: int | None) -> MetricCurve:
    """A curve of the training alone: at its end a run gets the metrics of the model that was kept."""
    points = [point for point in curve.points if point.step != end]
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
