"""Webhooks, what is to be delivered to them, and each attempt to."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Milliseconds

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("webhook_id", String(36), nullable=False),
    Column("project_id", Id, ForeignKey("projects.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(63), nullable=False),
    Column("description", Text, nullable=False),
    Column("url", Text, nullable=False),
    # Encrypted with the server's key, see kernel.sealing.
    Column("sealed_secret", Text),
    Column("is_active", Boolean, nullable=False),
    Column("created_at", Milliseconds, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("updated_at", Milliseconds, nullable=False),
    UniqueConstraint("webhook_id"),
    Index("ix_webhooks_project_id_id", "project_id", "id"),
)

webhook_events = Table(
    "webhook_events",
    metadata,
    Column("webhook", Id, ForeignKey("webhooks.id", ondelete="CASCADE"), primary_key=True),
    Column("event", String(60), primary_key=True),
)

deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("delivery_id", String(36), nullable=False),
    Column("webhook", Id, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("event", String(60), nullable=False),
    # The same bytes for every attempt.
    Column("body", Text, nullable=False),
    Column("state", String(10), nullable=False),
    # Only while waiting.
    Column("next_attempt_at", Milliseconds),
    Column("tries_left", Integer, nullable=False),
    Column("attempt_count", Integer, nullable=False),
    # Of the last attempt.
    Column("response_status", Integer),
    Column("error", Text),
    Column("created_at", Milliseconds, nullable=False),
    Column("finished_at", Milliseconds),
    UniqueConstraint("delivery_id"),
    Index("ix_webhook_deliveries_webhook_id", "webhook", "id"),
    Index("ix_webhook_deliveries_next_attempt_at", "next_attempt_at"),
    Index("ix_webhook_deliveries_finished_at", "finished_at"),
)

attempts = Table(
    "webhook_attempts",
    metadata,
    Column("delivery", Id, ForeignKey("webhook_deliveries.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Milliseconds, nullable=False),
    Column("url", Text, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("response_status", Integer),
    Column("response_body", Text, nullable=False),
    Column("error", Text),
)
