"""Prompts: clients keep them as models that carry a tag."""

from modelyard.server.db.raw import Raw

PROMPT_TAG = "mlflow.prompt.is_prompt"


def is_prompt(raw: Raw, model_id: int) -> bool:
    """Whether the model is tagged as a prompt."""
    row = raw.one("SELECT value FROM model_tags WHERE model_id = ? AND key = ?", (model_id, PROMPT_TAG))
    return row is not None and says_prompt(row[0])


def says_prompt(value: str | None) -> bool:
    """Whether a value of that tag says so."""
    return value is not None and value.lower() == "true"
