"""Messages that a domain function wants sent once its transaction is committed, such as news for live views.

A function only has its connection, so the messages ride on it: `Database` starts a fresh list for each unit of work
and delivers it after the commit. A rolled back unit's messages are dropped.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

Deliver = Callable[[Any], None]

_KEY = "modelyard.after_commit"


def after_commit(connection: Connection, message: object) -> None:
    """Deliver `message` on the event loop's thread after the surrounding write has been committed."""
    connection.info[_KEY].append(message)


def begin_unit(connection: Connection) -> list[object]:
    messages: list[object] = []
    connection.info[_KEY] = messages
    return messages
