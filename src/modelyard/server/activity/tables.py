"""The audit record, and the outbox."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Json, Milliseconds

NAME_LENGTH = 300

# No foreign key to projects: the record outlives what it speaks of.
activity = Table(
    "activity",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("project_id", Id, nullable=False),
    Column("at", Milliseconds, nullable=False),
    # The name as it was then, and the user; NULL where the server itself acts. No foreign key, as with projects.
    Column("actor", String(200), nullable=False),
    Column("actor_id", Id),
    Column("action", String(60), nullable=False),
    Column("object_kind", String(30), nullable=False),
    Column("object_name", String(NAME_LENGTH), nullable=False),
    Column("detail", Json, nullable=False),
    Index("ix_activity_project_id_id", "project_id", "id"),
    Index("ix_activity_project_id_object_id", "project_id", "object_kind", "object_name", "id"),
)

# What happened and is still to be told outside.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("project_id", Id, nullable=False),
    Column("event", String(60), nullable=False),
    Column("at", Milliseconds, nullable=False),
    # A JSON object as text: it is written and read by the driver.
    Column("data", Text, nullable=False),
)

event_listeners = Table(
    "event_listeners",
    metadata,
    # Which events somebody is told of; only these are put into the outbox.
    Column("project_id", Id, ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("event", String(60), primary_key=True),
)
