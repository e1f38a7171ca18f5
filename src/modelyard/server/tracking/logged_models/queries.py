"""Reads of logged models."""

from collections.abc import Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw, Row, placeholders
from modelyard.server.kernel.errors import NotFound
from modelyard.server.tracking.experiments.queries import artifact_location, location_below

COLUMNS = (
    "m.id, m.model_id, m.experiment_id, m.name, m.model_type, m.source_run_id, m.status, m.created_at, m.updated_at, "
    "e.artifact_location"
)
"""What a `LoggedModel` is made of, from `logged_models m` and `experiments e`."""


class LoggedModel(NamedTuple):
    """Times are milliseconds since the epoch."""

    id: int
    model_id: str
    experiment_id: int
    name: str
    model_type: str
    source_run_id: str
    status: str
    created_at: int
    updated_at: int
    experiment_location: str | None

    @property
    def artifact_uri(self) -> str:
        location = artifact_location(self.experiment_id, self.experiment_location)
        return location_below(location, f"models/{self.model_id}/artifacts")


class ModelMetric(NamedTuple):
    key: str
    value: float | None
    timestamp_ms: int
    step: int
    run_id: str
    dataset_name: str
    dataset_digest: str


class LoggedOnModel(NamedTuple):
    params: list[tuple[str, str]]
    tags: list[tuple[str, str]]
    metrics: list[ModelMetric]


def get_logged_model(raw: Raw, project_id: int, model_id: str) -> LoggedModel:
    """:raises NotFound: the project has no such model, or it is deleted."""
    model = find_logged_model(raw, project_id, model_id)
    if model is None:
        raise NotFound(f"Logged model with ID '{model_id}' not found.")
    return model


def find_logged_model(raw: Raw, project_id: int, model_id: str) -> LoggedModel | None:
    row = raw.one(
        f"SELECT {COLUMNS} FROM logged_models m JOIN experiments e ON e.id = m.experiment_id "  # noqa: S608
        "WHERE m.model_id = ? AND e.project_id = ? AND m.lifecycle_stage = 'active'",
        (model_id, project_id),
    )
    return None if row is None else LoggedModel(*row)


def is_deleted(raw: Raw, project_id: int, model_id: str) -> bool:
    """Whether the project has such a model and it is deleted."""
    row = raw.one(
        "SELECT m.lifecycle_stage FROM logged_models m JOIN experiments e ON e.id = m.experiment_id "
        "WHERE m.model_id = ? AND e.project_id = ?",
        (model_id, project_id),
    )
    return row is not None and row[0] == "deleted"


def list_logged_on_models(raw: Raw, models: Sequence[int]) -> dict[int, LoggedOnModel]:
    """Params, tags and metrics by key, for each of many models."""
    by_model = {model: LoggedOnModel([], [], []) for model in models}
    if not models:
        return by_model
    where = f"WHERE model IN ({placeholders(len(models))}) ORDER BY model, key"
    for model, key, value in raw.run(f"SELECT model, key, value FROM logged_model_params {where}", models):  # noqa: S608
        by_model[model].params.append((key, value))
    for model, key, value in raw.run(f"SELECT model, key, value FROM logged_model_tags {where}", models):  # noqa: S608
        by_model[model].tags.append((key, value))
    rows = raw.run(
        "SELECT model, key, value, timestamp_ms, step, run_id, dataset_name, dataset_digest "  # noqa: S608
        f"FROM logged_model_metrics {where}, timestamp_ms",
        models,
    )
    for model, *item in rows:
        by_model[model].metrics.append(ModelMetric(*item))
    return by_model


def find_owner(raw: Raw, model_id: str) -> Row | None:
    """The key of the model of that id, deleted or not, and the project that it is in."""
    return raw.one(
        "SELECT m.id, e.project_id FROM logged_models m JOIN experiments e ON e.id = m.experiment_id "
        "WHERE m.model_id = ?",
        (model_id,),
    )


def get_location(raw: Raw, project_id: int, model_id: str) -> str:
    """Where the files of a model are, also of a deleted one, whose versions keep them.

    :raises NotFound: the project has no such model.
    """
    row = raw.one(
        "SELECT e.id, e.artifact_location FROM logged_models m JOIN experiments e ON e.id = m.experiment_id "
        "WHERE m.model_id = ? AND e.project_id = ?",
        (model_id, project_id),
    )
    if row is None:
        raise NotFound(f"Logged model with ID '{model_id}' not found.")
    return location_below(artifact_location(*row), f"models/{model_id}/artifacts")
