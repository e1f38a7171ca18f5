"""Users."""

from sqlalchemy import Column, String, Table, UniqueConstraint

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Milliseconds

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    # What people see beside what the user did.
    Column("name", String(200), nullable=False),
    Column("created_at", Milliseconds, nullable=False),
    UniqueConstraint("name"),
    # The audit record outlives a user, so a deleted user's id must never name another one.
    sqlite_autoincrement=True,
)
