"""Which paths files may have."""

import posixpath
from urllib.parse import unquote

from modelyard.server.kernel.errors import InvalidArgument

_MAX_LENGTH = 1000
_MAX_NAME_LENGTH = 500


def check_path(path: str) -> str:
    """A plain relative path with single slashes; the root is empty.

    :raises InvalidArgument: a path that leads elsewhere, also when it is percent-encoded, however often.
    """
    decoded = path
    for _ in range(10):
        following = unquote(decoded)
        if following == decoded:
            break
        decoded = following
    for form in (path, decoded):
        bad = form.startswith("/") or ".." in form.split("/") or any(mark in form for mark in "\\#\0")
        if bad or (len(form) > 1 and form[1] == ":"):
            raise InvalidArgument(f"Invalid path: {path[:200]!r}")
    plain = posixpath.normpath(path) if path else ""
    plain = "" if plain == "." else plain
    if len(plain) > _MAX_LENGTH or len(plain.rpartition("/")[2]) > _MAX_NAME_LENGTH:
        raise InvalidArgument(
            f"Invalid path: it is longer than {_MAX_LENGTH} characters, or its name than {_MAX_NAME_LENGTH}."
        )
    return plain
