"""Runs of the trainings of this server: known by their keys, and logged on whatever their state."""

from collections.abc import Sequence

from modelyard.server.db.raw import Raw
from modelyard.server.tracking import live_events
from modelyard.server.tracking.metrics import service as metrics
from modelyard.server.tracking.metrics.service import Point


def end_run(raw: Raw, run: int, status: str, now: int) -> None:
    """`status` is one of `ENDED`. From now on only the worker of the training could add to the run, and it is done."""
    raw.run("UPDATE runs SET status = ?, ended_at = ?, sealed = 1 WHERE id = ?", (status, now, run))
    _touch(raw, run)


def purge_run(raw: Raw, run: int) -> None:
    """Deletes a run for good, with all that was logged on it."""
    raw.run("DELETE FROM runs WHERE id = ?", (run,))


def clear_metrics(raw: Raw, run: int) -> None:
    """Forgets every metric of a run, because what logged them starts again."""
    raw.run("DELETE FROM run_metrics WHERE run = ?", (run,))
    _touch(raw, run)


def log_training_points(raw: Raw, run: int, points: Sequence[Point]) -> None:
    """Appends points to the metrics of a run.

    :raises InvalidArgument: a key cannot be kept; nothing is logged.
    """
    if not points:
        return
    # First, because it waits for whoever else logs on the run.
    _touch(raw, run)
    metrics.log_points(raw, [(run, points)])


def _touch(raw: Raw, run: int) -> None:
    """Says that the run has changed, to whoever remembers what it was."""
    row = raw.one(
        "UPDATE runs SET revision = revision + 1, unsettled = 1 WHERE id = ? RETURNING "
        "(SELECT e.project_id FROM experiments e WHERE e.id = runs.experiment_id), experiment_id, run_id",
        (run,),
    )
    if row is not None:
        live_events.run_changed(raw, *row)
