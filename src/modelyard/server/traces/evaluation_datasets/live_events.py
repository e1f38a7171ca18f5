"""Telling open views that evaluation datasets changed. Where nobody listens it costs a look at a set."""

from modelyard.server.activity.changes import Change
from modelyard.server.db.after_commit import after_commit, is_listened_to
from modelyard.server.db.raw import Raw
from modelyard.server.traces.evaluation_datasets.queries import experiments_of, find_place

_TOPICS = frozenset({"experiment", "evaluation_dataset"})


def dataset_changed(raw: Raw, dataset: int) -> None:
    """A dataset or its records changed, or it is about to leave an experiment or be deleted.

    Call in the transaction of the change.
    """
    if not is_listened_to(raw.connection, _TOPICS):
        return
    place = find_place(raw, dataset)
    if place is None:
        return
    dataset_id, project_id = place
    experiments = experiments_of(raw, [dataset])[dataset]
    topics = (f"evaluation_dataset:{dataset_id}", *(f"experiment:{experiment}" for experiment, _ in experiments))
    after_commit(raw.connection, Change("evaluation_dataset", dataset_id, project_id, topics))
