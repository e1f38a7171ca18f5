"""The outbox: what happened, for those who are told of it outside this server, such as webhooks.

`announce` writes a row in the transaction of the change: what was rolled back is never told, and what was answered is
told even if the server dies before it could. Whoever tells it takes the rows. See docs/contributing/outbox.md.
"""

import asyncio
import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert

from modelyard.server.activity.tables import event_listeners
from modelyard.server.db.after_commit import after_commit
from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.clock import now_ms

_ANNOUNCE = (
    "INSERT INTO outbox (project_id, event, at, data) SELECT ?, event, ?, ? FROM event_listeners "
    "WHERE project_id = ? AND event = ?"
)


@dataclass(frozen=True, slots=True)
class WakeupRequested:
    """Sent after the commit: the task that waits for the wakeup has something to do."""


class Wakeup:
    """Wakes the task that waits for it. Lives on the event loop's thread."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Returns when it was set since the last wait, or after `seconds`."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        self._event.clear()


@dataclass(frozen=True, slots=True)
class Announcement:
    """`event` is `<what>.<verb in the past tense>`, e.g. `model_version.created`; `at` in milliseconds."""

    id: int
    project_id: int
    event: str
    at: int
    data: Mapping[str, Any]


def has_listeners(raw: Raw, project_id: int) -> bool:
    """Whether anybody is told of anything in the project; asked before an announcement is put together."""
    return raw.one("SELECT 1 FROM event_listeners WHERE project_id = ? LIMIT 1", (project_id,)) is not None


def announce(raw: Raw, project_id: int, event: str, data: Mapping[str, Any]) -> None:
    """Puts what happened into the outbox, when somebody is told of such events."""
    if raw.run(_ANNOUNCE, (project_id, now_ms(), json.dumps(data), project_id, event)).rowcount:
        request_wakeup(raw.connection)


def request_wakeup(connection: Connection) -> None:
    """Wakes the task that waits for the wakeup, after the commit."""
    after_commit(connection, WakeupRequested())


def set_listened(connection: Connection, project_id: int, events: Collection[str]) -> None:
    """From now on these events of the project are put into the outbox, and no others."""
    connection.execute(delete(event_listeners).where(event_listeners.c.project_id == project_id))
    if events:
        connection.execute(
            insert(event_listeners), [{"project_id": project_id, "event": event} for event in sorted(events)]
        )


def take_announcements(raw: Raw, most: int) -> list[Announcement]:
    """The oldest announcements, taken out of the outbox in the caller's transaction."""
    rows = raw.all("SELECT id, project_id, event, at, data FROM outbox ORDER BY id LIMIT ?", (most,))
    if rows:
        raw.run(f"DELETE FROM outbox WHERE id IN ({placeholders(len(rows))})", [row[0] for row in rows])  # noqa: S608
    return [Announcement(row[0], row[1], row[2], row[3], json.loads(row[4])) for row in rows]


def is_empty(raw: Raw) -> bool:
    return raw.one("SELECT 1 FROM outbox LIMIT 1") is None
