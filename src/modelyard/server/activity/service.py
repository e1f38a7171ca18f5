"""Writing the audit record."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from modelyard.server.activity.actors import actor_id
from modelyard.server.activity.changes import Change
from modelyard.server.activity.tables import NAME_LENGTH
from modelyard.server.db.after_commit import after_commit, is_listened_to
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms

_INSERT = "INSERT INTO activity (project_id, at, actor, actor_id, action, object_kind, object_name, detail) VALUES"

_TOPICS = frozenset({"activity"})


class Line(NamedTuple):
    """A change of an object in a project, and its actor. Of a very long name the record keeps the beginning."""

    project_id: int
    actor: str
    object_name: str
    detail: Mapping[str, Any] = {}


def record(connection: Connection, project_id: int, actor: str, action: str, object_name: str, **detail: Any) -> None:
    """Adds a line to the audit record, in the caller's transaction.

    `action` is `<object kind>.<verb in the past tense>`, e.g. `dataset.deleted`.
    """
    record_each(connection, action, [Line(project_id, actor, object_name, detail)])


def record_each(connection: Connection, action: str, lines: Sequence[Line]) -> None:
    """As `record`, for the same that happened to several objects."""
    kind = action.partition(".")[0]
    now = now_ms()
    rows = [
        (
            line.project_id,
            now,
            line.actor,
            actor_id(connection, line.actor),
            action,
            kind,
            line.object_name[:NAME_LENGTH],
            json.dumps(line.detail) if line.detail else "{}",
        )
        for line in lines
    ]
    Raw(connection).insert(_INSERT, rows)
    if is_listened_to(connection, _TOPICS):
        for project_id in {line.project_id for line in lines}:
            after_commit(connection, Change("activity", "", project_id, ("activity",)))
