"""Telling open views that traces changed. Where nobody listens it costs a look at a set."""

from collections.abc import Sequence

from modelyard.server.activity.changes import Change
from modelyard.server.db.after_commit import after_commit, is_wanted
from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.traces.of_runs import run_ids_of

_TOPICS = frozenset({"experiment", "trace", "run"})
MAX_EVENT_IDS = 1000


def traces_changed(raw: Raw, traces: Sequence[int]) -> None:
    """Traces were made, changed or judged, or are about to be deleted. Call in the transaction of the change."""
    if not traces or not is_wanted(raw.connection, _TOPICS):
        return
    told = traces[:MAX_EVENT_IDS]
    runs = run_ids_of(raw, told)
    rows = raw.all(
        "SELECT t.id, t.trace_id, t.experiment_id, e.project_id FROM traces t "  # noqa: S608
        f"JOIN experiments e ON e.id = t.experiment_id WHERE t.id IN ({placeholders(len(told))})",
        told,
    )
    for key, trace_id, experiment_id, project_id in rows:
        topics = (f"trace:{trace_id}", f"experiment:{experiment_id}", *(f"run:{run_id}" for run_id in runs[key]))
        after_commit(raw.connection, Change("trace", trace_id, project_id, topics))
