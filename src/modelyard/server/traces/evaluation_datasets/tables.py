"""Evaluation datasets and their records."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Milliseconds

evaluation_datasets = Table(
    "evaluation_datasets",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("dataset_id", String(40), nullable=False),
    Column("project_id", Id, ForeignKey("projects.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", String(16), nullable=False),
    Column("created_at", Milliseconds, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("updated_at", Milliseconds, nullable=False),
    Column("updated_by", String(200), nullable=False),
    UniqueConstraint("dataset_id"),
    Index("ix_evaluation_datasets_project_id_created_at", "project_id", "created_at", "id"),
)

evaluation_dataset_tags = Table(
    "evaluation_dataset_tags",
    metadata,
    Column("dataset", Id, ForeignKey("evaluation_datasets.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
)

evaluation_dataset_experiments = Table(
    "evaluation_dataset_experiments",
    metadata,
    Column("dataset", Id, ForeignKey("evaluation_datasets.id", ondelete="CASCADE"), primary_key=True),
    Column("experiment", Id, ForeignKey("experiments.id", ondelete="CASCADE"), primary_key=True, index=True),
)

evaluation_records = Table(
    "evaluation_records",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("dataset", Id, ForeignKey("evaluation_datasets.id", ondelete="CASCADE"), nullable=False),
    Column("record_id", String(40), nullable=False),
    # Of its inputs: what is said again about the same inputs is the same record.
    Column("inputs_digest", String(64), nullable=False),
    # All of it, as JSON.
    Column("body", Text, nullable=False),
    UniqueConstraint("dataset", "inputs_digest"),
    UniqueConstraint("dataset", "record_id"),
)
