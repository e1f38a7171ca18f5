"""JSON that callers send: strict, and refused rather than failed on, whatever is in it."""

from typing import Any

import msgspec

from modelyard.server.kernel.errors import InvalidArgument

UNREADABLE = (msgspec.DecodeError, ValueError, RecursionError)
"""What reading JSON may raise: numbers out of range or of too many digits, halves of characters, depth without end."""


_BROKEN_OFF = "it ends too early, or has half of a character"


def read_json(text: bytes | str, what: str = "The request") -> Any:
    """:raises InvalidArgument: it is not JSON, or nothing that can be kept; the message begins with `what`."""
    try:
        return msgspec.json.decode(text)
    except UNREADABLE as error:
        raise unreadable(error, what) from None


def unreadable(error: Exception, what: str = "The request") -> InvalidArgument:
    """What to tell a caller whose JSON raised one of `UNREADABLE`."""
    if isinstance(error, RecursionError):
        return InvalidArgument(f"{what} is nested too deep.")
    # The parser says the same of half of a surrogate pair as of a text that breaks off.
    reason = _BROKEN_OFF if str(error) == "Input data was truncated" else str(error)[:200]
    return InvalidArgument(f"{what} is not valid JSON: {reason}.")


def check_depth(value: Any, most: int, what: str = "The request") -> None:
    """:raises InvalidArgument: lists and objects stand in each other more than `most` deep."""
    level = [value]
    for _ in range(most + 1):
        level = [
            inner
            for container in level
            if isinstance(container, dict | list)
            for inner in (container.values() if isinstance(container, dict) else container)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise InvalidArgument(f"{what} is nested more than {most} deep.")
