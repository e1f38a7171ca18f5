"""JSON that clients wrote and that answers hold: what is nested too deeply, or is half a character, stays a text."""

import json
from typing import Any

from pydantic_core import PydanticSerializationError, from_json, to_json


def value_of(text: str) -> Any:
    """The value in a JSON text; the text itself where it is no JSON."""
    try:
        return from_json(text)
    except ValueError:
        return text


def sendable(value: Any) -> Any:
    """The value, or its JSON where no answer can hold it."""
    try:
        to_json(value)
    except PydanticSerializationError:
        return json.dumps(value)
    return value
