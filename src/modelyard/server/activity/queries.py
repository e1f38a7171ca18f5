"""Reads of the audit record."""

from collections.abc import Collection

from sqlalchemy import Connection, Row, select

from modelyard.server.activity.tables import activity
from modelyard.server.kernel.clock import to_datetime
from modelyard.server.kernel.pages import decode_token, encode_token, fingerprint
from modelyard.server.kernel.readable import readable
from modelyard.wire.base import Page
from modelyard.wire.projects import ActivityRecord


def list_activity(
    connection: Connection,
    project_id: int,
    *,
    kinds: Collection[str] | None,
    object_kind: str | None,
    object_name: str | None,
    limit: int,
    page_token: str | None,
) -> Page[ActivityRecord]:
    """A project's record, newest first; only what concerns objects of the `kinds`, or of all."""
    query = fingerprint("activity", project_id, object_kind, object_name)
    statement = select(activity).where(activity.c.project_id == project_id)
    if kinds is not None:
        statement = statement.where(activity.c.object_kind.in_(kinds))
    if object_kind is not None:
        statement = statement.where(activity.c.object_kind == object_kind)
    if object_name is not None:
        statement = statement.where(activity.c.object_name == object_name)
    if page_token is not None:
        statement = statement.where(activity.c.id < decode_token(page_token, query)[0])
    rows = connection.execute(statement.order_by(activity.c.id.desc()).limit(limit + 1)).all()
    token = encode_token([rows[limit - 1].id], query) if len(rows) > limit else None
    return Page(items=readable(rows[:limit], _to_record, "A line of the audit record"), next_page_token=token)


def _to_record(row: Row[tuple[object, ...]]) -> ActivityRecord:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return ActivityRecord.model_validate({**values, "at": to_datetime(values["at"])})
