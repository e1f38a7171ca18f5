"""Keys of metrics, params and tags."""

import posixpath
import re

from modelyard.server.kernel.errors import InvalidArgument

MAX_KEY_LENGTH = 250

_KEY = re.compile(r"[/\w.\- :]+")


def key_fault(key: str) -> str | None:
    """Why a key cannot be used; None when it can."""
    if len(key) > MAX_KEY_LENGTH:
        return f"it exceeds the maximum length of {MAX_KEY_LENGTH}."
    if _KEY.fullmatch(key) is None:
        return (
            "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and "
            "slashes (/)."
        )
    if "/" in key or key[0] == ".":
        plain = posixpath.normpath(key)
        if plain != key or plain == "." or plain.startswith(("..", "/")):
            return f"Names must be unique as paths; it reads as {plain!r}."
    return None


def check_tag(key: str, value: str, longest: int) -> None:
    """:raises InvalidArgument: the key or the value cannot be kept; the message names the tag."""
    fault = key_fault(key)
    if fault is not None:
        raise InvalidArgument(f"The tag {key[:80]!r} cannot be set: {fault}")
    check_text(value, f"value of the tag {key!r}", longest)


def check_text(text: str, what: str, longest: int) -> None:
    """:raises InvalidArgument: longer than `longest` characters, or with a character that no database keeps."""
    if len(text) > longest:
        raise InvalidArgument(f"The {what} has {len(text)} characters; the limit is {longest}.")
    if "\0" in text:
        raise InvalidArgument(f"The {what} contains the character NUL.", hint="Remove it.")
