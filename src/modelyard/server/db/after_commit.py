"""Messages that a domain function wants sent once its transaction is committed, such as news for live views.

A function only has its connection, so the messages ride on it: `Database` starts a fresh list for each unit of work
and delivers it after the commit. A rolled back unit's messages are dropped.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

Deliver = Callable[[Any], None]

_KEY = "modelyard.after_commit"


class ListenedKinds:
    """The kinds of messages that somebody listens to now. `kinds` is replaced as a whole, so any thread may look."""

    __slots__ = ("kinds",)

    def __init__(self) -> None:
        self.kinds: frozenset[str] = frozenset()


class _Unit:
    __slots__ = ("listened_kinds", "messages", "notes")

    def __init__(self, listened_kinds: ListenedKinds) -> None:
        self.messages: list[object] = []
        self.notes: dict[str, int] = {}
        self.listened_kinds = listened_kinds


def after_commit(connection: Connection, message: object) -> None:
    """Deliver `message` on the event loop's thread after the surrounding write has been committed."""
    connection.info[_KEY].messages.append(message)


def is_listened_to(connection: Connection, kinds: frozenset[str]) -> bool:
    """Whether somebody would read messages of one of these kinds; asked where making them for nobody would cost."""
    unit = connection.info.get(_KEY)
    return unit is not None and not kinds.isdisjoint(unit.listened_kinds.kinds)


def unit_notes(connection: Connection) -> dict[str, int] | None:
    """What the parts of a unit of work tell each other; None outside of one that writes."""
    unit: _Unit | None = connection.info.get(_KEY)
    return None if unit is None else unit.notes


def begin_unit(connection: Connection, listened_kinds: ListenedKinds) -> list[object]:
    """Starts a unit of work; answers the list that its messages will be in."""
    unit = _Unit(listened_kinds)
    connection.info[_KEY] = unit
    return unit.messages
