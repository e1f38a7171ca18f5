"""Reads of models for clients that register them."""

from typing import NamedTuple

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import NotFound

MODEL_COLUMNS = "m.id, m.name, m.description, m.created_at, m.updated_at, m.last_number, m.experiment_id"


class RegisteredModel(NamedTuple):
    """A model as clients that register models see it. Times are milliseconds since the epoch.

    `last_number` is the highest ever given to a version.
    """

    id: int
    name: str
    description: str
    created_at: int
    updated_at: int
    last_number: int
    experiment_id: int


def registered_model_not_found(name: str) -> NotFound:
    return NotFound(f"Registered Model with name={name} not found")


def get_registered_model(raw: Raw, project_id: int, name: str) -> RegisteredModel:
    """:raises NotFound: there is no such model."""
    model = find_registered_model(raw, project_id, name)
    if model is None:
        raise registered_model_not_found(name)
    return model


def find_registered_model(raw: Raw, project_id: int, name: str) -> RegisteredModel | None:
    """By its name, or by one that it had before."""
    row = raw.one(f"SELECT {MODEL_COLUMNS} FROM models m WHERE m.project_id = ? AND m.name = ?", (project_id, name))  # noqa: S608
    if row is None:
        row = raw.one(
            f"SELECT {MODEL_COLUMNS} FROM model_names n JOIN models m ON m.id = n.model_id "  # noqa: S608
            "WHERE n.project_id = ? AND n.name = ?",
            (project_id, name),
        )
    return None if row is None else RegisteredModel(*row)
