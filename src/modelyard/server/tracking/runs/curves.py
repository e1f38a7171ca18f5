"""Curves of several runs."""

from collections.abc import Sequence

from sqlalchemy import Connection

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.tracking.metrics.curves import MetricCurve, list_curves
from modelyard.server.tracking.runs.queries import get_run
from modelyard.wire.models import CurvePoint
from modelyard.wire.runs import RunCurve, RunCurves

MAX_RUNS = 100
MAX_CURVES = 1000


def read_curves(
    connection: Connection, project_id: int, run_ids: Sequence[str], *, keys: Sequence[str], max_points: int
) -> RunCurves:
    """:raises NotFound: the project has no such run.
    :raises InvalidArgument: more than 1,000 curves are asked for.
    """
    raw = Raw(connection)
    runs = [get_run(raw, project_id, run_id) for run_id in dict.fromkeys(run_ids)]
    keys_or_all: list[str | None] = sorted(set(keys)) if keys else [None]  # type: ignore[assignment]
    if len(runs) * len(keys_or_all) > MAX_CURVES:
        raise InvalidArgument(f"{len(runs)} runs with {len(keys_or_all)} keys are more than {MAX_CURVES} curves.")
    run_curves: list[RunCurve] = []
    for run in runs:
        for key in keys_or_all:
            curves = list_curves(raw, run.id, key=key, max_points=max_points)
            run_curves += [_to_wire(run.run_id, curve) for curve in curves]
    return RunCurves(curves=run_curves)


def _to_wire(run_id: str, curve: MetricCurve) -> RunCurve:
    return RunCurve(
        run_id=run_id,
        key=curve.key,
        points=[
            CurvePoint(step=point.step, timestamp_ms=point.timestamp_ms, value=point.value) for point in curve.points
        ],
        point_count=curve.point_count,
    )
