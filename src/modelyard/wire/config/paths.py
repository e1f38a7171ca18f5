"""From pydantic's errors to problems that name the place as it is written in the config."""

import difflib
import json
import types
from collections.abc import Iterable
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from modelyard.wire.errors import MAX_PROBLEMS, Problem

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
}
_ENTRIES = {
    "input_features": "Name the columns that the model learns from.",
    "output_features": "Name the one column that the model predicts.",
}
"""What the entries of a list are, for one that has too few or too many."""


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The one of `words` that `word` was probably meant to be, or nothing."""
    by_lower = {candidate.lower(): candidate for candidate in words}
    matches = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[matches[0]] if matches else None


def did_you_mean(word: str, words: Iterable[str]) -> str | None:
    match = nearest(word, words)
    return None if match is None else f"Did you mean '{match}'?"


def shown(value: Any) -> str:
    """A value as it is quoted in a message: short, as JSON writes it."""
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def problems_of(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """One problem for each of the first errors of validating a value as `model`."""
    return [_problem(detail, model) for detail in error.errors(include_url=False)[:MAX_PROBLEMS]]


def _problem(detail: ErrorDetails, model: type[BaseModel]) -> Problem:
    path, section = _locate(detail["loc"], model)
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        key = str(detail["loc"][-1])
        keys = section.model_fields if section is not None else ()
        return Problem(
            path=path, message=f"Unknown key '{key}'.", suggestion=did_you_mean(key, keys) or _choices_hint(keys)
        )
    if kind == "missing":
        return Problem(path=path, message="This key is required.")
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        expected = str(context.get("expected_tags", ""))
        choices = [tag.strip(" '") for tag in expected.split(",") if tag.strip()]
        value = str(context.get("tag", ""))
        message = f"Unknown type '{value}'." if value else "A type is required."
        return Problem(
            path=f"{path}.type", message=message, suggestion=did_you_mean(value, choices) or _choices_hint(choices)
        )
    shape = _of_shape(detail, path)
    if shape is not None:
        return shape
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input should ")
    if kind == "literal_error":
        choices = [choice.strip(" '") for choice in str(context["expected"]).replace(" or ", ",").split(",")]
        value = str(detail["input"])
        return Problem(
            path=path,
            message=f"Unknown value '{value}'.",
            suggestion=did_you_mean(value, choices) or _choices_hint(choices),
        )
    message = f"Must {message}" if message.startswith("be ") else f"{message[0].upper()}{message[1:]}"
    return Problem(path=path, message=f"{message}.")


def _of_shape(detail: ErrorDetails, path: str) -> Problem | None:
    """A value of another type than is needed, or a list with too few or too many entries."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _EXPECTED:
        return Problem(path=path, message=f"Must be {_EXPECTED[kind]}, not {shown(detail['input'])}.")
    if kind not in {"too_short", "too_long"}:
        return None
    word, bound, verb = ("least", "min_length", "needed") if kind == "too_short" else ("most", "max_length", "possible")
    count = context[bound]
    entries = "one entry is" if count == 1 else f"{count} entries are"
    message = f"At {word} {entries} {verb}, not {context['actual_length']}."
    return Problem(path=path, message=message, suggestion=_ENTRIES.get(path))


def _choices_hint(words: Iterable[str]) -> str | None:
    listed = ", ".join(words)
    return f"Known: {listed}." if listed else None


def _locate(location: tuple[int | str, ...], model: type[BaseModel]) -> tuple[str, type[BaseModel] | None]:
    """The written path of an error, and the section that its last key stands in."""
    path = ""
    section: type[BaseModel] | None = model
    annotation: Any = model
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
            arguments = get_args(_bare(annotation))
            annotation = arguments[0] if arguments else Any
            section = _as_model(annotation)
            continue
        tagged = _tagged(annotation, part)
        if tagged is not None:
            annotation = section = tagged
            continue
        if section is None and _as_model(annotation) is None and get_origin(_bare(annotation)) is not dict:
            continue
        section = _as_model(annotation) or section
        path += f".{part}" if path else part
        field = section.model_fields.get(part) if section is not None else None
        annotation = Any if field is None else _field_annotation(field)
    return path, section


def _field_annotation(field: FieldInfo) -> Any:
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _as_model(annotation: Any) -> type[BaseModel] | None:
    bare = _bare(annotation)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def _tagged(annotation: Any, tag: str) -> type[BaseModel] | None:
    """The member of a discriminated union that pydantic reports under `tag`, if this is such a union."""
    bare = _bare(annotation)
    if get_origin(bare) not in {Union, types.UnionType}:
        return None
    for member in get_args(bare):
        candidate = _as_model(member)
        if candidate is not None and "type" in candidate.model_fields:
            literal = get_args(candidate.model_fields["type"].annotation)
            if tag in literal:
                return candidate
    return None
