"""Reads of many runs, experiments and logged models at once: which are here, and what is on them."""

from collections.abc import Sequence

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.tracking.runs.service import Active

_BATCH_SIZE = 5000
_OF_RUNS = {
    "runs": "SELECT count(*) FROM runs WHERE id IN ({})",
    "params": "SELECT count(*) FROM run_params WHERE run IN ({})",
    "tags": "SELECT count(*) FROM run_tags WHERE run IN ({})",
    "metrics": "SELECT count(*) FROM run_metrics WHERE run IN ({})",
    "metric_points": "SELECT sum(point_count) FROM run_metrics WHERE run IN ({})",
    "dataset_inputs": "SELECT count(*) FROM run_datasets WHERE run IN ({})",
    "model_inputs": "SELECT count(*) FROM run_models WHERE NOT is_output AND run IN ({})",
    "model_outputs": "SELECT count(*) FROM run_models WHERE is_output AND run IN ({})",
}
_OF_EXPERIMENTS = {
    "experiments": "SELECT count(*) FROM experiments WHERE id IN ({})",
    "experiment_tags": "SELECT count(*) FROM experiment_tags WHERE experiment IN ({})",
}
_OF_LOGGED_MODELS = {
    "logged_models": "SELECT count(*) FROM logged_models WHERE id IN ({})",
    "logged_model_params": "SELECT count(*) FROM logged_model_params WHERE model IN ({})",
    "logged_model_tags": "SELECT count(*) FROM logged_model_tags WHERE model IN ({})",
    "logged_model_metrics": "SELECT count(*) FROM logged_model_metrics WHERE model IN ({})",
}


def count_experiments(raw: Raw, keys: str, values: Sequence[object]) -> dict[str, int]:
    """`among` is a SELECT of the keys of experiments."""
    return _counted(raw, _OF_EXPERIMENTS, keys, values)


def count_runs(raw: Raw, keys: str, values: Sequence[object]) -> dict[str, int]:
    """`among` is a SELECT of the keys of runs."""
    return _counted(raw, _OF_RUNS, keys, values)


def count_logged_models(raw: Raw, keys: str, values: Sequence[object]) -> dict[str, int]:
    """`among` is a SELECT of the keys of logged models."""
    return _counted(raw, _OF_LOGGED_MODELS, keys, values)


def _counted(raw: Raw, statements: dict[str, str], keys: str, values: Sequence[object]) -> dict[str, int]:
    counts = {}
    for kind, statement in statements.items():
        row = raw.one(statement.format(keys), values)
        counts[kind] = int(row[0] or 0) if row else 0
    return counts


def find_foreign(raw: Raw, project_id: int, run_ids: Sequence[str]) -> set[str]:
    """Those of the runs that are in another project; a run id is given once on a server."""
    foreign: set[str] = set()
    for start in range(0, len(run_ids), _BATCH_SIZE):
        part = run_ids[start : start + _BATCH_SIZE]
        rows = raw.run(
            "SELECT r.run_id FROM runs r JOIN experiments e ON e.id = r.experiment_id "  # noqa: S608
            f"WHERE r.run_id IN ({placeholders(len(part))}) AND e.project_id <> ?",
            (*part, project_id),
        )
        foreign.update(run_id for (run_id,) in rows)
    return foreign


def find_sealed(raw: Raw, run_ids: Sequence[str]) -> set[str]:
    """Those of the runs that are trainings of finished versions."""
    sealed: set[str] = set()
    for start in range(0, len(run_ids), _BATCH_SIZE):
        part = run_ids[start : start + _BATCH_SIZE]
        marks = placeholders(len(part))
        rows = raw.run(f"SELECT run_id FROM runs WHERE run_id IN ({marks}) AND sealed = 1", part)  # noqa: S608
        sealed.update(run_id for (run_id,) in rows)
    return sealed


def list_existing(raw: Raw, run_ids: Sequence[str]) -> dict[str, Active]:
    """Those of the runs that are on this server, by their ids."""
    existing: dict[str, Active] = {}
    for start in range(0, len(run_ids), _BATCH_SIZE):
        part = run_ids[start : start + _BATCH_SIZE]
        marks = placeholders(len(part))
        for id_, run_id, experiment in raw.run(
            f"SELECT id, run_id, experiment_id FROM runs WHERE run_id IN ({marks})",  # noqa: S608
            part,
        ):
            existing[run_id] = Active(id_, run_id, experiment)
    return existing


def count_points(raw: Raw, run: int) -> int:
    return raw.number("SELECT coalesce(sum(point_count), 0) FROM run_metrics WHERE run = ?", (run,))
