"""Datasets and models that runs refer to."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, String, Table, Text, UniqueConstraint

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Json

logged_datasets = Table(
    "logged_datasets",
    metadata,
    # What a client said about a dataset; runs of an experiment share it by name and digest.
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("experiment_id", Id, ForeignKey("experiments.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(500), nullable=False),
    Column("digest", String(36), nullable=False),
    Column("source_type", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("schema", Text),
    Column("profile", Text),
    UniqueConstraint("experiment_id", "name", "digest"),
)

run_datasets = Table(
    "run_datasets",
    metadata,
    Column("run", Id, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("dataset", Id, ForeignKey("logged_datasets.id", ondelete="CASCADE"), primary_key=True, index=True),
    # The tag `mlflow.data.context`, which searches ask for; empty when there is none.
    Column("context", Text, nullable=False),
    Column("tags", Json, nullable=False),
)

run_models = Table(
    "run_models",
    metadata,
    Column("run", Id, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("model_id", String(64), primary_key=True, index=True),
    Column("is_output", Boolean, primary_key=True),
    Column("step", BigInteger, nullable=False),
)
