"""Writing the audit record."""

import json
from typing import Any

from sqlalchemy import Connection

from modelyard.server.activity.changes import Change
from modelyard.server.activity.tables import NAME_LENGTH
from modelyard.server.db.after_commit import after_commit, is_wanted
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms

_INSERT = (
    "INSERT INTO activity (project_id, at, actor, action, object_kind, object_name, detail) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)

_TOPICS = frozenset({"activity"})


def record(connection: Connection, project_id: int, actor: str, action: str, object_name: str, **detail: Any) -> None:
    """Adds a line to the audit record, in the caller's transaction.

    `action` is `<object kind>.<verb in the past tense>`, e.g. `dataset.deleted`. Of a very long name the record keeps
    the beginning.
    """
    kind = action.partition(".")[0]
    Raw(connection).run(
        _INSERT,
        (project_id, now_ms(), actor, action, kind, object_name[:NAME_LENGTH], json.dumps(detail) if detail else "{}"),
    )
    if is_wanted(connection, _TOPICS):
        after_commit(connection, Change("activity", "", project_id, ("activity",)))
