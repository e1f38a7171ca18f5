"""Errors that point at the character."""

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.wire.errors import Problem

_WINDOW = 60


def fault(text: str, position: int, message: str, hint: str | None = None) -> InvalidArgument:
    """An error about the character at `position`, shown with a caret below an excerpt of the text.

    The hint is part of the message, because some dialects of the API send nothing else.
    """
    position = min(max(position, 0), len(text))
    start = max(0, position - _WINDOW)
    end = min(len(text), position + _WINDOW)
    lead = "..." if start else ""
    excerpt = lead + text[start:end].replace("\n", " ").replace("\t", " ") + ("..." if end < len(text) else "")
    caret = " " * (len(lead) + position - start) + "^"
    advice = "" if hint is None else f" {hint}"
    place = f"character {position + 1}"
    problem = Problem(path=place, message=f"{message}.", suggestion=hint)
    return InvalidArgument(f"{message} ({place}).{advice}\n{excerpt}\n{caret}", hint=hint, problems=[problem])
