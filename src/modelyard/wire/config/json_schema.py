"""The JSON Schema of a whole config, for editors that check and complete as one types."""

from collections.abc import Iterable
from typing import Any

from modelyard.wire.config.models import DEFAULT_TRAINER, Config
from modelyard.wire.trainers import TrainerInfo, TrainerOption

_TYPES = {
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "string": "string",
    "choice": "string",
    "integer_list": "array",
}


def config_json_schema(trainers: Iterable[TrainerInfo]) -> dict[str, Any]:
    """JSON Schema 2020-12 of a config; what `trainer` may hold depends on `model_type`."""
    schema = Config.model_json_schema()
    by_name = sorted(trainers, key=lambda trainer: trainer.name)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Modelyard config"
    schema["properties"]["model_type"]["enum"] = [trainer.name for trainer in by_name]
    schema["allOf"] = [
        {
            "if": _names(trainer),
            "then": {"properties": {"trainer": trainer_json_schema(trainer)}},
        }
        for trainer in by_name
    ]
    return schema


def trainer_json_schema(trainer: TrainerInfo) -> dict[str, Any]:
    """The schema of the options of one trainer."""
    return {
        "type": "object",
        "title": trainer.title,
        "description": trainer.description,
        "additionalProperties": False,
        "properties": {option.name: _option_schema(option) for option in trainer.options},
    }


def _names(trainer: TrainerInfo) -> dict[str, Any]:
    condition: dict[str, Any] = {"properties": {"model_type": {"const": trainer.name}}}
    if trainer.name != DEFAULT_TRAINER:
        condition["required"] = ["model_type"]
    return condition


def _option_schema(option: TrainerOption) -> dict[str, Any]:
    value: dict[str, Any] = {"type": _TYPES[option.type]}
    limits = {"minimum": option.minimum, "maximum": option.maximum}
    limits = {key: limit for key, limit in limits.items() if limit is not None}
    if option.type == "integer_list":
        value["items"] = {"type": "integer", **limits}
        value["minItems"] = 1
    else:
        value.update(limits)
    if option.type == "choice":
        value["enum"] = [*(option.choices or []), *([None] if option.nullable else [])]
    if option.nullable:
        value["type"] = [value["type"], "null"]
    return {**value, "default": option.default, "description": option.help}
