"""Logging what a run was given and what it made."""

import json
from collections.abc import Sequence

from modelyard.server.db.raw import Raw
from modelyard.server.tracking.inputs.queries import DatasetInput, LoggedDataset, find_dataset

CONTEXT_TAG = "mlflow.data.context"


def log_datasets(raw: Raw, run: int, experiment_id: int, inputs: Sequence[DatasetInput]) -> None:
    """Adds datasets to a run's inputs; one that is there already keeps its tags."""
    raw.insert(
        "INSERT INTO run_datasets (run, dataset, context, tags) VALUES",
        [
            (
                run,
                _ensure_dataset(raw, experiment_id, item.dataset),
                item.tags.get(CONTEXT_TAG, ""),
                json.dumps(item.tags),
            )
            for item in inputs
        ],
        "ON CONFLICT (run, dataset) DO NOTHING",
    )


def log_models(raw: Raw, run: int, models: Sequence[tuple[str, int]], *, is_output: bool) -> None:
    """Adds logged models, by id and step, to what a run was given or made."""
    raw.insert(
        "INSERT INTO run_models (run, model_id, is_output, step) VALUES",
        [(run, model_id, is_output, step) for model_id, step in dict(models).items()],
        "ON CONFLICT (run, model_id, is_output) DO UPDATE SET step = excluded.step",
    )


def _ensure_dataset(raw: Raw, experiment_id: int, dataset: LoggedDataset) -> int:
    existing = find_dataset(raw, experiment_id, dataset.name, dataset.digest)
    if existing is not None:
        return existing
    return raw.number(
        "INSERT INTO logged_datasets (experiment_id, name, digest, source_type, source, schema, profile) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (experiment_id, *dataset),
    )
