"""Logging what a run was given and what it made."""

from collections.abc import Sequence

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

from modelyard.server.db.raw import Raw
from modelyard.server.tracking.inputs.queries import DatasetInput, LoggedDataset, find_dataset
from modelyard.server.tracking.inputs.tables import logged_datasets, run_datasets

CONTEXT_TAG = "mlflow.data.context"


def log_datasets(raw: Raw, run: int, experiment_id: int, inputs: Sequence[DatasetInput]) -> None:
    """Adds datasets to a run's inputs; one that is there already keeps its tags."""
    upsert = sqlite.insert(run_datasets) if raw.is_sqlite else postgresql.insert(run_datasets)
    for item in inputs:
        dataset = _ensure_dataset(raw, experiment_id, item.dataset)
        values = {"context": item.tags.get(CONTEXT_TAG, ""), "tags": item.tags}
        raw.connection.execute(
            upsert.values(run=run, dataset=dataset, **values).on_conflict_do_nothing(index_elements=["run", "dataset"])
        )


def log_models(raw: Raw, run: int, models: Sequence[tuple[str, int]], *, is_output: bool) -> None:
    """Adds logged models, by id and step, to what a run was given or made."""
    raw.insert(
        "INSERT INTO run_models (run, model_id, is_output, step) VALUES",
        [(run, model_id, is_output, step) for model_id, step in dict(models).items()],
        "ON CONFLICT (run, model_id, is_output) DO UPDATE SET step = excluded.step",
    )


def _ensure_dataset(raw: Raw, experiment_id: int, dataset: LoggedDataset) -> int:
    found = find_dataset(raw, experiment_id, dataset.name, dataset.digest)
    if found is not None:
        return found
    made = raw.connection.scalar(
        insert(logged_datasets).values(experiment_id=experiment_id, **dataset._asdict()).returning(logged_datasets.c.id)
    )
    assert made is not None
    return int(made)
