"""The rules for names of projects, datasets and models."""

import posixpath
import re

from modelyard.server.kernel.errors import InvalidName
from modelyard.wire.base import NAME_PATTERN

_NAME = re.compile(NAME_PATTERN)


def check_name(name: str, kind: str) -> str:
    """Returns the name when it is allowed.

    :raises InvalidName: otherwise; the message names the first character at fault.
    """
    if _NAME.fullmatch(name):
        return name
    raise InvalidName(
        f"The {kind} name {name[:60]!r} is not allowed: {_fault(name)}.",
        hint="Use 1 to 100 letters, digits, '.', '_' or '-', starting with a letter or digit.",
    )


def is_addressable(name: str) -> bool:
    """Whether an address and `models:/<name>` can name it: it has no slash or colon, and is no relative path."""
    return not any(mark in name for mark in "/:") and posixpath.normpath(name) == name and name not in (".", "..")


def _fault(name: str) -> str:
    if not name:
        return "it is empty"
    if len(name) > 100:
        return f"it has {len(name)} characters, the limit is 100"
    if not re.match(r"[A-Za-z0-9]", name):
        return f"it starts with {name[0]!r}"
    bad = next(character for character in name if not re.match(r"[A-Za-z0-9._-]", character))
    return f"it contains {bad!r}"
