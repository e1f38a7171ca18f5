"""Telling the world outside, e.g. webhooks, what happened to models and versions; the names and fields are MLflow's.

Call after the change, in its transaction. A model that is tagged as a prompt is spoken of as a prompt.
"""

from collections.abc import Mapping

from modelyard.server.activity.outbox import announce, has_listeners
from modelyard.server.db.raw import Raw
from modelyard.server.registry.prompt_tag import PROMPT_TAG, is_prompt, says_prompt

_PROMPT_TYPE_TAG = "_mlflow_prompt_type"
_PROMPT_TEXT_TAG = "mlflow.prompt.text"
_SAID_BY_THE_EVENT = (PROMPT_TAG, _PROMPT_TYPE_TAG, _PROMPT_TEXT_TAG)


def model_created(raw: Raw, project_id: int, model: str, description: str, tags: Mapping[str, str]) -> None:
    if not has_listeners(raw, project_id):
        return
    data: dict[str, object] = {"name": model, "tags": dict(tags), "description": description or None}
    if says_prompt(tags.get(PROMPT_TAG)):
        announce(raw, project_id, "prompt.created", {**data, "tags": _others(tags)})
    else:
        announce(raw, project_id, "registered_model.created", data)


def version_created(
    raw: Raw,
    project_id: int,
    model: str,
    number: int,
    *,
    source: str,
    run_id: str,
    description: str,
    tags: Mapping[str, str],
) -> None:
    """A version that was trained here is announced when it is Ready, so that who hears of it can load it."""
    if not has_listeners(raw, project_id):
        return
    data: dict[str, object] = {"name": model, "version": str(number)}
    if says_prompt(tags.get(PROMPT_TAG)):
        data |= {"template": tags.get(_PROMPT_TEXT_TAG), "tags": _others(tags), "description": description or None}
        announce(raw, project_id, "prompt_version.created", data)
        return
    data |= {"source": source, "run_id": run_id or None, "tags": dict(tags), "description": description or None}
    announce(raw, project_id, "model_version.created", data)


def model_tag_set(raw: Raw, project_id: int, model_id: int, model: str, key: str, value: str) -> None:
    """Only of prompts: there is no such event of models."""
    if has_listeners(raw, project_id) and is_prompt(raw, model_id):
        announce(raw, project_id, "prompt_tag.set", {"name": model, "key": key, "value": value})


def model_tag_deleted(raw: Raw, project_id: int, model_id: int, model: str, key: str) -> None:
    if has_listeners(raw, project_id) and is_prompt(raw, model_id):
        announce(raw, project_id, "prompt_tag.deleted", {"name": model, "key": key})


def version_tag_set(raw: Raw, project_id: int, model_id: int, model: str, number: int, key: str, value: str) -> None:
    data = {"name": model, "version": str(number), "key": key, "value": value}
    _announce_either(raw, project_id, model_id, "prompt_version_tag.set", "model_version_tag.set", data)


def version_tag_deleted(raw: Raw, project_id: int, model_id: int, model: str, number: int, key: str) -> None:
    data = {"name": model, "version": str(number), "key": key}
    _announce_either(raw, project_id, model_id, "prompt_version_tag.deleted", "model_version_tag.deleted", data)


def alias_set(raw: Raw, project_id: int, model_id: int, model: str, alias: str, number: int) -> None:
    data = {"name": model, "alias": alias, "version": str(number)}
    _announce_either(raw, project_id, model_id, "prompt_alias.created", "model_version_alias.created", data)


def alias_deleted(raw: Raw, project_id: int, model_id: int, model: str, alias: str) -> None:
    data = {"name": model, "alias": alias}
    _announce_either(raw, project_id, model_id, "prompt_alias.deleted", "model_version_alias.deleted", data)


def _announce_either(
    raw: Raw, project_id: int, model_id: int, of_prompts: str, of_models: str, data: Mapping[str, str]
) -> None:
    if has_listeners(raw, project_id):
        announce(raw, project_id, of_prompts if is_prompt(raw, model_id) else of_models, data)


def _others(tags: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if key not in _SAID_BY_THE_EVENT}
