"""Trainings that repeat another."""

from sqlalchemy import Column, Double, ForeignKey, String, Table

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Json, Milliseconds

reproductions = Table(
    "reproductions",
    metadata,
    Column("version_id", Id, ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    Column("original_id", Id, ForeignKey("versions.id", ondelete="SET NULL"), index=True),
    # Kept for when the original is deleted.
    Column("model", String(256), nullable=False),
    Column("original_number", Id, nullable=False),
    Column("tolerance", Double, nullable=False),
    Column("packages", Json, nullable=False),
    Column("notes", Json, nullable=False),
    Column("started_at", Milliseconds, nullable=False),
    Column("ended_at", Milliseconds),
    # The verdict and what it rests on, once the training has ended.
    Column("result", Json),
)
