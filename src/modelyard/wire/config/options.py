"""The config's `trainer` key, checked against the options that a trainer publishes."""

import math
from collections.abc import Mapping
from typing import Any

from modelyard.wire.config.paths import did_you_mean, shown
from modelyard.wire.errors import MAX_PROBLEMS, Problem
from modelyard.wire.trainers import TrainerInfo, TrainerOption

_TYPE_NAMES = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "string": "text",
    "choice": "text",
    "integer_list": "a list of whole numbers",
}


def check_options(values: Mapping[str, Any], trainer: TrainerInfo) -> list[Problem]:
    """Problems of the values under `trainer`: unknown names, wrong types, values out of range; the first of them."""
    options = {option.name: option for option in trainer.options}
    problems: list[Problem] = []
    for name, value in values.items():
        if len(problems) >= MAX_PROBLEMS:
            break
        path = f"trainer.{name}"
        if name not in options:
            hint = did_you_mean(name, options) or f"Known: {', '.join(options)}."
            problems.append(
                Problem(path=path, message=f"Trainer {trainer.name} has no option '{name}'.", suggestion=hint)
            )
            continue
        message = _fault(value, options[name])
        if message is not None:
            problems.append(Problem(path=path, message=message, suggestion=_choice_hint(value, options[name])))
    return problems


def _choice_hint(value: Any, option: TrainerOption) -> str | None:
    if not option.choices or not isinstance(value, str):
        return None
    return did_you_mean(value, option.choices)


def _fault(value: Any, option: TrainerOption) -> str | None:
    if value is None and option.nullable:
        return None
    if not _has_type(value, option):
        return f"Must be {_TYPE_NAMES[option.type]}, not {shown(value)}."
    if option.type == "choice" and option.choices is not None and value not in option.choices:
        return f"Must be one of {', '.join(option.choices)}, not {shown(value)}."
    if option.type == "integer_list" and not value:
        return "Must name at least one number."
    if option.type in {"integer", "number", "integer_list"}:
        return _range_fault(value if isinstance(value, list) else [value], option)
    return None


def _range_fault(numbers: list[float], option: TrainerOption) -> str | None:
    for number in numbers:
        if option.minimum is not None and number < option.minimum:
            return f"Must be at least {option.minimum:g}, not {shown(number)}."
        if option.maximum is not None and number > option.maximum:
            return f"Must be at most {option.maximum:g}, not {shown(number)}."
    return None


def _has_type(value: Any, option: TrainerOption) -> bool:
    match option.type:
        case "integer":
            return _is_integer(value)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        case "boolean":
            return isinstance(value, bool)
        case "integer_list":
            return isinstance(value, list) and all(_is_integer(item) for item in value)
        case _:
            return isinstance(value, str)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
