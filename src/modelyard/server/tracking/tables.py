"""Experiments, runs, and what is logged on runs."""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Milliseconds
from modelyard.server.tracking.types import MetricValue

HEAD_LENGTH = 100
"""How much of a param or tag a search index holds; PostgreSQL refuses index entries above 2,700 bytes."""

_SETTLED: dict[str, Any] = {
    "sqlite_where": text("experiment_id IS NOT NULL"),
    "postgresql_where": text("experiment_id IS NOT NULL"),
}

experiments = Table(
    "experiments",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("name", String(500), nullable=False),
    Column("lifecycle_stage", String(10), nullable=False),
    # Where its runs keep their artifacts, when that is not this server.
    Column("artifact_location", Text),
    Column("created_at", Milliseconds, nullable=False),
    Column("updated_at", Milliseconds, nullable=False),
    UniqueConstraint("project_id", "name"),
)

experiment_tags = Table(
    "experiment_tags",
    metadata,
    Column("experiment", Id, ForeignKey("experiments.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
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
    # Counts the changes of the run and of all that is logged on it: what was read at a revision is true while it lasts.
    Column("revision", Integer, nullable=False, server_default="0"),
    # 1 until what is logged has been put in the search columns below: see docs/contributing/run-search.md.
    Column("unsettled", Integer, nullable=False, server_default="1"),
    # Of a training that has ended: its params, metrics, inputs and outputs are those of a version, which never changes.
    Column("sealed", Integer, nullable=False, server_default="0"),
    UniqueConstraint("run_id"),
    Index("ix_runs_experiment_id_started_at", "experiment_id", "started_at", "id"),
    Index(
        "ix_runs_unsettled",
        "experiment_id",
        "id",
        sqlite_where=text("unsettled = 1"),
        postgresql_where=text("unsettled = 1"),
    ),
)


def _texts_of_runs(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("run", Id, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
        Column("key", String(250), primary_key=True),
        Column("value", Text, nullable=False),
        # Set when the run is settled; `head` is the first characters of the value.
        Column("experiment_id", Id),
        Column("head", String(HEAD_LENGTH)),
        Index(f"ix_{name}_search", "experiment_id", "key", "head", "run", **_SETTLED),
        sqlite_with_rowid=False,
    )


run_params = _texts_of_runs("run_params")
run_tags = _texts_of_runs("run_tags")

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
    # Set when the run is settled; `ranked_value` is the value at that time.
    Column("experiment_id", Id),
    Column("ranked_value", MetricValue),
    UniqueConstraint("run", "key"),
    Index("ix_run_metrics_search", "experiment_id", "key", "ranked_value", "run", **_SETTLED),
)

metric_points = Table(
    "metric_points",
    metadata,
    # On PostgreSQL a trigger takes the place of this foreign key: see migration 0010.
    Column("metric", Id, ForeignKey("run_metrics.id", ondelete="CASCADE"), primary_key=True),
    # A history is one range of the primary key, and a point that was logged before is found in it at once.
    Column("timestamp_ms", Milliseconds, primary_key=True),
    Column("step", BigInteger, primary_key=True),
    # Counts the points of a metric from 0 in the order they were logged.
    Column("ordinal", Integer, primary_key=True),
    Column("value", MetricValue),
    sqlite_with_rowid=False,
)
