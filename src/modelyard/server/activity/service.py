"""Writing the audit record."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from modelyard.server.activity.changes import Change
from modelyard.server.activity.tables import NAME_LENGTH
from modelyard.server.db.after_commit import after_commit, is_wanted
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms

_INSERT = "INSERT INTO activity (project_id, at, actor, action, object_kind, object_name, detail) VALUES"

_TOPICS = frozenset({"activity"})


def record(connection: Connection, project_id: int, actor: str, action: str, object_name: str, **detail: Any) -> None:
    """Adds a line to the audit record, in the caller's transaction.

    `action` is `<object kind>.<verb in the past tense>`, e.g. `dataset.deleted`. Of a very long name the record keeps
    the beginning.
    """
    _insert(connection, action, [(project_id, actor, object_name)], json.dumps(detail) if detail else "{}")


def record_each(connection: Connection, action: str, lines: Sequence[tuple[int, str, str]]) -> None:
    """As `record` without details, for many: each a project's id, an actor and the name of an object."""
    _insert(connection, action, lines, "{}")


def _insert(connection: Connection, action: str, lines: Sequence[tuple[int, str, str]], detail: str) -> None:
    kind = action.partition(".")[0]
    now = now_ms()
    rows = [
        (project_id, now, actor, action, kind, object_name[:NAME_LENGTH], detail)
        for project_id, actor, object_name in lines
    ]
    Raw(connection).insert(_INSERT, rows)
    if is_wanted(connection, _TOPICS):
        for project_id in {project_id for project_id, _, _ in lines}:
            after_commit(connection, Change("activity", "", project_id, ("activity",)))
