"""Lists of what is stored, in which one odd row does not take the others with it."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

Stored = TypeVar("Stored")
Shown = TypeVar("Shown")

_log = logging.getLogger(__name__)


def readable(items: Iterable[Stored], show: Callable[[Stored], Shown], what: str) -> list[Shown]:
    """Each as `show` makes it. One that it cannot read is left out, and the log says so."""
    shown = []
    for item in items:
        try:
            shown.append(show(item))
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as error:
            _log.warning("%s cannot be shown and is left out: %.300s", what, error)
    return shown
