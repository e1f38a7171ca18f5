"""Telling open views that traces changed. Where nobody listens it costs a look at a set."""

from collections.abc import Sequence

from modelyard.server.activity.changes import Change
from modelyard.server.db.after_commit import after_commit, is_listened_to
from modelyard.server.db.raw import Raw
from modelyard.server.traces.queries import place_of, run_ids_of

_TOPICS = frozenset({"experiment", "trace", "run"})
MAX_EVENT_IDS = 1000


def traces_changed(raw: Raw, traces: Sequence[int]) -> None:
    """Traces were made, changed or judged, or are about to be deleted. Call in the transaction of the change."""
    if not traces or not is_listened_to(raw.connection, _TOPICS):
        return
    announced = traces[:MAX_EVENT_IDS]
    runs = run_ids_of(raw, announced)
    for key, trace_id, experiment_id, project_id in place_of(raw, announced):
        topics = (f"trace:{trace_id}", f"experiment:{experiment_id}", *(f"run:{run_id}" for run_id in runs[key]))
        after_commit(raw.connection, Change("trace", trace_id, project_id, topics))
