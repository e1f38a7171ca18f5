"""The audit record."""

from sqlalchemy import Column, Index, String, Table

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Json, Milliseconds

# No foreign key to projects: the record outlives what it speaks of.
activity = Table(
    "activity",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("project_id", Id, nullable=False),
    Column("at", Milliseconds, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(60), nullable=False),
    Column("object_kind", String(30), nullable=False),
    Column("object_name", String(300), nullable=False),
    Column("detail", Json, nullable=False),
    Index("ix_activity_project_id_id", "project_id", "id"),
    Index("ix_activity_project_id_object_id", "project_id", "object_kind", "object_name", "id"),
)
