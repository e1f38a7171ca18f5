"""The rules of tracking: making experiments and runs, and logging on runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, delete, insert, select, update

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.ids import new_id
from modelyard.server.tracking.metrics import service as metrics
from modelyard.server.tracking.metrics.service import Point
from modelyard.server.tracking.news import trained_run_changed
from modelyard.server.tracking.tables import experiments, run_metrics, run_params, runs
from modelyard.wire.base import LAST_MOMENT

RunStatus = Literal["RUNNING", "FINISHED", "FAILED", "KILLED"]

_MAX_KEY_LENGTH = 250
_MAX_PARAM_LENGTH = 6000
_MAX_STEP = 2**63 - 1


@dataclass(frozen=True, slots=True)
class NewRun:
    """`id` is the key for rows that belong to the run, `run_id` its public name."""

    id: int
    run_id: str


def ensure_experiment(connection: Connection, project_id: int, name: str, now: int) -> int:
    """The id of the project's experiment of that name, made when there is none."""
    found: int | None = connection.scalar(
        select(experiments.c.id).where(experiments.c.project_id == project_id, experiments.c.name == name)
    )
    if found is not None:
        return found
    made = connection.scalar(
        insert(experiments)
        .values(project_id=project_id, name=name, lifecycle_stage="active", created_at=now, updated_at=now)
        .returning(experiments.c.id)
    )
    assert made is not None
    return int(made)


def delete_experiment(connection: Connection, experiment_id: int) -> None:
    """Deletes an experiment with its runs and all that was logged on them."""
    connection.execute(delete(experiments).where(experiments.c.id == experiment_id))


def start_run(
    connection: Connection, experiment_id: int, *, name: str, user: str, params: Mapping[str, str], now: int
) -> NewRun:
    """Makes a run with its params."""
    run_id = new_id()
    made = connection.scalar(
        insert(runs)
        .values(
            run_id=run_id,
            experiment_id=experiment_id,
            name=name,
            status="RUNNING",
            lifecycle_stage="active",
            user_name=user,
            started_at=now,
        )
        .returning(runs.c.id)
    )
    assert made is not None
    if params:
        rows = [
            {"run": made, "key": key[:_MAX_KEY_LENGTH], "value": value[:_MAX_PARAM_LENGTH]}
            for key, value in params.items()
        ]
        connection.execute(insert(run_params), rows)
    trained_run_changed(Raw(connection), int(made))
    return NewRun(int(made), run_id)


def end_run(connection: Connection, run: int, status: RunStatus, now: int) -> None:
    _touch(connection, run, status=status, ended_at=now)


def delete_run(connection: Connection, run: int) -> None:
    """Deletes a run with all that was logged on it."""
    connection.execute(delete(runs).where(runs.c.id == run))


def clear_metrics(connection: Connection, run: int) -> None:
    """Forgets every metric of a run, because what logged them starts again."""
    connection.execute(delete(run_metrics).where(run_metrics.c.run == run))
    _touch(connection, run)


def log_points(connection: Connection, run: int, points: Sequence[Point]) -> None:
    """Appends points to the metrics of a run, and keeps the latest of each.

    :raises InvalidArgument: a key that is empty or too long, or a step beyond 64 bits; nothing is logged.
    """
    if not points:
        return
    for point in points:
        _check(point)
    # First, because it waits for whoever else logs on the run.
    _touch(connection, run)
    metrics.log_points(Raw(connection), [(run, points)])


def _touch(connection: Connection, run: int, **values: object) -> None:
    """Says that the run has changed, to whoever remembers what it was."""
    changed = {"revision": runs.c.revision + 1, "unsettled": 1, **values}
    connection.execute(update(runs).where(runs.c.id == run).values(**changed))
    trained_run_changed(Raw(connection), run)


def _check(point: Point) -> None:
    if not 0 < len(point.key) <= _MAX_KEY_LENGTH or "\0" in point.key:
        raise InvalidArgument(f"A metric key must have 1 to {_MAX_KEY_LENGTH} characters, not {len(point.key)}.")
    if abs(point.step) > _MAX_STEP or not 0 <= point.timestamp_ms <= LAST_MOMENT:
        raise InvalidArgument(f"The step or timestamp of metric {point.key!r} is out of range.")
