"""Projects."""

from sqlalchemy import Column, String, Table, Text, UniqueConstraint

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Milliseconds

projects = Table(
    "projects",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("name", String(100), nullable=False),
    Column("description", Text, nullable=False),
    Column("created_at", Milliseconds, nullable=False),
    Column("updated_at", Milliseconds, nullable=False),
    UniqueConstraint("name"),
    # The audit record outlives a project, so a deleted project's id must never name another one.
    sqlite_autoincrement=True,
)
