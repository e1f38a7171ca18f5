"""Telling open views that experiments and runs changed. Where nobody listens it costs a look at a set."""

from modelyard.server.activity.changes import Change
from modelyard.server.db.after_commit import after_commit, is_listened_to
from modelyard.server.db.raw import Raw

_TOPICS = frozenset({"experiments", "experiment", "run"})


def run_changed(raw: Raw, project_id: int, experiment_id: int, run_id: str) -> None:
    """Something was logged on a run, or it changed. Call in the transaction of the change."""
    if is_listened_to(raw.connection, _TOPICS):
        topics = (f"run:{run_id}", f"experiment:{experiment_id}")
        after_commit(raw.connection, Change("run", run_id, project_id, topics))


def run_count_changed(raw: Raw, project_id: int, experiment_id: int, run_id: str) -> None:
    """A run was made, deleted or restored."""
    if is_listened_to(raw.connection, _TOPICS):
        run_changed(raw, project_id, experiment_id, run_id)
        experiment_changed(raw, project_id, experiment_id)


def experiment_changed(raw: Raw, project_id: int, experiment_id: int) -> None:
    """An experiment was made or changed, or the number of its runs."""
    if is_listened_to(raw.connection, _TOPICS):
        topics = ("experiments", f"experiment:{experiment_id}")
        after_commit(raw.connection, Change("experiment", str(experiment_id), project_id, topics))
