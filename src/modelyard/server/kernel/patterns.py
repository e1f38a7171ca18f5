"""Regular expressions of callers, as RE2 reads them: in time linear in the text, so that none can hold up a search."""

import re
from functools import lru_cache
from typing import Any

import re2

_MAX_PROGRAM_SIZE = 1000
"""Instructions of a compiled pattern. Time is linear in them, too, and PostgreSQL compiles larger ones for seconds."""

_MAX_LENGTH = 1000
_DIFFERENT_ESCAPES = re.compile(r"\\(?:x\{([0-9A-Fa-f]{1,8})\}|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_ON_POSTGRESQL = {"b": r"\y", "B": r"\Y", "z": r"\Z"}


def pattern_fault(pattern: str) -> str | None:
    """Why a pattern cannot be used; None when it can."""
    if len(pattern) > _MAX_LENGTH:
        return f"it has {len(pattern)} characters; the limit is {_MAX_LENGTH}"
    try:
        compiled = _compiled(pattern)
    except re2.error as error:
        reason = error.args[0] if error.args else b""
        return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    except UnicodeEncodeError:
        return "it has half of a character"
    if compiled.programsize > _MAX_PROGRAM_SIZE:
        return "it stands for too many repetitions"
    return None


def matches(pattern: str, text: str | None) -> bool | None:
    """Whether the pattern is found anywhere in the text. A pattern with a fault is a mistake of the caller."""
    return None if text is None else _compiled(pattern).search(text.encode()) is not None


def for_postgresql(pattern: str) -> str:
    """The same in PostgreSQL's words, for use with the collation "C". It may still refuse what only RE2 knows."""
    return _DIFFERENT_ESCAPES.sub(_escape_for_postgresql, pattern)


def _escape_for_postgresql(match: "re.Match[str]") -> str:
    digits = match[1] or match[2]
    return rf"\U{digits:0>8}" if digits else _ON_POSTGRESQL.get(match[3], match[0])


@lru_cache(maxsize=128)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    # As in PostgreSQL, and in text of several lines what is meant more often.
    options.dot_nl = True
    return re2.compile(pattern.encode(), options)
