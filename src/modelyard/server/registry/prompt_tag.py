"""The tag that makes a model a prompt."""

from sqlalchemy import ColumnElement, exists, func

from modelyard.server.db.raw import Raw
from modelyard.server.registry.tables import model_tags, models

PROMPT_TAG = "mlflow.prompt.is_prompt"


IS_PROMPT: ColumnElement[bool] = exists().where(
    model_tags.c.model_id == models.c.id, model_tags.c.key == PROMPT_TAG, func.lower(model_tags.c.value) == "true"
)
"""Whether a row of `models` is a prompt."""


def is_prompt(raw: Raw, model_id: int) -> bool:
    """Whether the model is tagged as a prompt."""
    row = raw.one("SELECT value FROM model_tags WHERE model_id = ? AND key = ?", (model_id, PROMPT_TAG))
    return row is not None and says_prompt(row[0])


def says_prompt(value: str | None) -> bool:
    """Whether a value of that tag says so."""
    return value is not None and value.lower() == "true"
