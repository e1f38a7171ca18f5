"""Logged models and what is logged on them."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Milliseconds
from modelyard.server.tracking.types import MetricValue

logged_models = Table(
    "logged_models",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("model_id", String(64), nullable=False),
    Column("experiment_id", Id, ForeignKey("experiments.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(500), nullable=False),
    Column("model_type", String(500), nullable=False),
    Column("source_run_id", String(256), nullable=False),
    Column("status", String(40), nullable=False),
    Column("lifecycle_stage", String(10), nullable=False),
    Column("created_at", Milliseconds, nullable=False),
    Column("updated_at", Milliseconds, nullable=False),
    UniqueConstraint("model_id"),
    Index("ix_logged_models_experiment_id_created_at", "experiment_id", "created_at"),
)

logged_model_params = Table(
    "logged_model_params",
    metadata,
    Column("model", Id, ForeignKey("logged_models.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

logged_model_tags = Table(
    "logged_model_tags",
    metadata,
    Column("model", Id, ForeignKey("logged_models.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

logged_model_metrics = Table(
    "logged_model_metrics",
    metadata,
    # The latest point by key, run and dataset; an empty dataset stands for none.
    Column("model", Id, ForeignKey("logged_models.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("run_id", String(32), primary_key=True),
    Column("dataset_name", String(500), primary_key=True),
    Column("dataset_digest", String(36), primary_key=True),
    Column("step", BigInteger, nullable=False),
    Column("timestamp_ms", Milliseconds, nullable=False),
    Column("value", MetricValue),
    sqlite_with_rowid=False,
)
