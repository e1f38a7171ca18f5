"""Experiments, runs, and what is logged on runs."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Milliseconds
from modelyard.server.tracking.types import MetricValue

experiments = Table(
    "experiments",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("name", String(500), nullable=False),
    Column("lifecycle_stage", String(10), nullable=False),
    Column("created_at", Milliseconds, nullable=False),
    Column("updated_at", Milliseconds, nullable=False),
    UniqueConstraint("project_id", "name"),
)

runs = Table(
    "runs",
    metadata,
    # Rows that belong to a run refer to this short key; run_id is the run's name to the world.
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("run_id", String(32), nullable=False),
    Column("experiment_id", Id, ForeignKey("experiments.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(500), nullable=False),
    Column("status", String(10), nullable=False),
    Column("lifecycle_stage", String(10), nullable=False),
    Column("user_name", String(200), nullable=False),
    Column("started_at", Milliseconds, nullable=False),
    Column("ended_at", Milliseconds),
    UniqueConstraint("run_id"),
    Index("ix_runs_experiment_id_started_at", "experiment_id", "started_at"),
)

run_params = Table(
    "run_params",
    metadata,
    Column("run", Id, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

run_tags = Table(
    "run_tags",
    metadata,
    Column("run", Id, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

run_metrics = Table(
    "run_metrics",
    metadata,
    # One row per run and key: the latest point, and how many there are. Points refer to it by its short key.
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("run", Id, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("key", String(250), nullable=False),
    Column("point_count", Integer, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("timestamp_ms", Milliseconds, nullable=False),
    Column("value", MetricValue),
    UniqueConstraint("run", "key"),
)

metric_points = Table(
    "metric_points",
    metadata,
    Column("metric", Id, ForeignKey("run_metrics.id", ondelete="CASCADE"), primary_key=True),
    # Counts the points of a metric from 0 in the order they were logged: a curve is one range of the primary key.
    Column("ordinal", Integer, primary_key=True),
    Column("step", BigInteger, nullable=False),
    Column("timestamp_ms", Milliseconds, nullable=False),
    Column("value", MetricValue),
    sqlite_with_rowid=False,
)
