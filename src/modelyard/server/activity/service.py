"""Writing the audit record."""

from typing import Any

from sqlalchemy import Connection, insert

from modelyard.server.activity.tables import activity
from modelyard.server.kernel.clock import now_ms


def record(connection: Connection, project_id: int, actor: str, action: str, object_name: str, **detail: Any) -> None:
    """Adds a line to the audit record, in the caller's transaction.

    `action` is `<object kind>.<verb in the past tense>`, e.g. `dataset.deleted`.
    """
    connection.execute(
        insert(activity).values(
            project_id=project_id,
            at=now_ms(),
            actor=actor,
            action=action,
            object_kind=action.partition(".")[0],
            object_name=object_name,
            detail=detail,
        )
    )
