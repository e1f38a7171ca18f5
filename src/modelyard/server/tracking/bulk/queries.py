"""Counting what is on many runs, experiments and logged models at once."""

from collections.abc import Sequence

from modelyard.server.db.raw import Raw

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


def count_experiments(raw: Raw, among: str, values: Sequence[object]) -> dict[str, int]:
    """`among` is a SELECT of the keys of experiments."""
    return _counted(raw, _OF_EXPERIMENTS, among, values)


def count_runs(raw: Raw, among: str, values: Sequence[object]) -> dict[str, int]:
    """`among` is a SELECT of the keys of runs."""
    return _counted(raw, _OF_RUNS, among, values)


def count_logged_models(raw: Raw, among: str, values: Sequence[object]) -> dict[str, int]:
    """`among` is a SELECT of the keys of logged models."""
    return _counted(raw, _OF_LOGGED_MODELS, among, values)


def _counted(raw: Raw, statements: dict[str, str], among: str, values: Sequence[object]) -> dict[str, int]:
    found = {}
    for kind, statement in statements.items():
        row = raw.one(statement.format(among), values)
        found[kind] = int(row[0] or 0) if row else 0
    return found
