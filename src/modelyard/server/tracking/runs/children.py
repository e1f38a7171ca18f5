"""How many runs are nested in others."""

from collections.abc import Sequence

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.tracking.runs.queries import Run

PARENT_TAG = "mlflow.parentRunId"

# Runs that are not settled are not in the index that the others are found by.
_SETTLED = """
SELECT t.value, count(*) FROM run_tags t JOIN runs r ON r.id = t.run
WHERE t.experiment_id = ? AND t.key = ? AND t.head IN ({heads})
AND r.unsettled = 0 AND r.lifecycle_stage = 'active' GROUP BY t.value
"""
_UNSETTLED = """
SELECT t.value, count(*) FROM runs r JOIN run_tags t ON t.run = r.id
WHERE r.experiment_id = ? AND t.key = ? AND t.value IN ({heads})
AND r.unsettled = 1 AND r.lifecycle_stage = 'active' GROUP BY t.value
"""


def count_children(raw: Raw, runs: Sequence[Run]) -> dict[str, int]:
    """By run id, how many active runs of its experiment name it as their parent; those with none are left out."""
    counts: dict[str, int] = {}
    by_experiment: dict[int, list[str]] = {}
    for run in runs:
        by_experiment.setdefault(run.experiment_id, []).append(run.run_id)
    for experiment_id, run_ids in by_experiment.items():
        for statement in (_SETTLED, _UNSETTLED):
            heads = placeholders(len(run_ids))
            for run_id, count in raw.all(statement.format(heads=heads), [experiment_id, PARENT_TAG, *run_ids]):
                counts[run_id] = counts.get(run_id, 0) + count
    return counts
