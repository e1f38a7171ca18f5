"""What clients log: tags of experiments, inputs and outputs, logged models, files; and search columns of runs."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Id

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SETTLED: dict[str, Any] = {
    "sqlite_where": sa.text("experiment_id IS NOT NULL"),
    "postgresql_where": sa.text("experiment_id IS NOT NULL"),
}
_TABLES = (
    "experiment_tags",
    "logged_datasets",
    "run_datasets",
    "run_models",
    "logged_models",
    "logged_model_params",
    "logged_model_tags",
    "logged_model_metrics",
    "artifact_files",
)


def upgrade() -> None:
    _extend_runs()
    _order_points(["metric", "timestamp_ms", "step", "ordinal"])
    _create_inputs()
    _create_logged_models()
    _create_artifact_files()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    _order_points(["metric", "ordinal"])
    for table, column in (("run_metrics", "ranked_value"), ("run_params", "head"), ("run_tags", "head")):
        op.drop_index(f"ix_{table}_search", table)
        op.drop_column(table, column)
        op.drop_column(table, "experiment_id")
    op.drop_index("ix_runs_unsettled", "runs")
    op.drop_column("runs", "unsettled")
    op.drop_column("runs", "revision")
    op.drop_index("ix_runs_experiment_id_started_at", "runs")
    op.create_index("ix_runs_experiment_id_started_at", "runs", ["experiment_id", "started_at"])
    op.drop_column("experiments", "artifact_location")


def _extend_runs() -> None:
    op.add_column("experiments", sa.Column("artifact_location", sa.Text))
    op.create_table(
        "experiment_tags",
        sa.Column("experiment", Id, nullable=False),
        sa.Column("key", sa.String(250), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment"], ["experiments.id"], name="fk_experiment_tags_experiment", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("experiment", "key", name="pk_experiment_tags"),
        sqlite_with_rowid=False,
    )
    op.add_column("runs", sa.Column("revision", sa.Integer, nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("unsettled", sa.Integer, nullable=False, server_default="1"))
    op.drop_index("ix_runs_experiment_id_started_at", "runs")
    op.create_index("ix_runs_experiment_id_started_at", "runs", ["experiment_id", "started_at", "id"])
    op.create_index(
        "ix_runs_unsettled",
        "runs",
        ["experiment_id", "id"],
        sqlite_where=sa.text("unsettled = 1"),
        postgresql_where=sa.text("unsettled = 1"),
    )
    for table, column in (
        ("run_metrics", sa.Column("ranked_value", sa.Double)),
        ("run_params", sa.Column("head", sa.String(100))),
        ("run_tags", sa.Column("head", sa.String(100))),
    ):
        op.add_column(table, sa.Column("experiment_id", Id))
        op.add_column(table, column)
        op.create_index(f"ix_{table}_search", table, ["experiment_id", "key", column.name, "run"], **_SETTLED)


def _order_points(key: list[str]) -> None:
    """Makes `key` the primary key of the points: on SQLite, whose tables are stored in its order, in a new table."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("pk_metric_points", "metric_points")
        op.create_primary_key("pk_metric_points", "metric_points", key)
        return
    op.rename_table("metric_points", "metric_points_before")
    op.create_table(
        "metric_points",
        sa.Column("metric", Id, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("timestamp_ms", sa.BigInteger, nullable=False),
        sa.Column("value", sa.Double),
        sa.ForeignKeyConstraint(["metric"], ["run_metrics.id"], name="fk_metric_points_metric", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(*key, name="pk_metric_points"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO metric_points (metric, ordinal, step, timestamp_ms, value) "
        "SELECT metric, ordinal, step, timestamp_ms, value FROM metric_points_before"
    )
    op.drop_table("metric_points_before")


def _create_inputs() -> None:
    op.create_table(
        "logged_datasets",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("experiment_id", Id, nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("digest", sa.String(36), nullable=False),
        sa.Column("source_type", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("schema", sa.Text),
        sa.Column("profile", sa.Text),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiments.id"], name="fk_logged_datasets_experiment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_logged_datasets"),
        sa.UniqueConstraint("experiment_id", "name", "digest", name="uq_logged_datasets_experiment_id_name_digest"),
    )
    op.create_table(
        "run_datasets",
        sa.Column("run", Id, nullable=False),
        sa.Column("dataset", Id, nullable=False),
        sa.Column("context", sa.Text, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset"], ["logged_datasets.id"], name="fk_run_datasets_dataset", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_run_datasets_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "dataset", name="pk_run_datasets"),
    )
    op.create_index("ix_run_datasets_dataset", "run_datasets", ["dataset"])
    op.create_table(
        "run_models",
        sa.Column("run", Id, nullable=False),
        sa.Column("model_id", sa.String(64), nullable=False),
        sa.Column("is_output", sa.Boolean, nullable=False),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_run_models_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "model_id", "is_output", name="pk_run_models"),
    )


def _create_logged_models() -> None:
    op.create_table(
        "logged_models",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("model_id", sa.String(64), nullable=False),
        sa.Column("experiment_id", Id, nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("model_type", sa.String(500), nullable=False),
        sa.Column("source_run_id", sa.String(256), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("lifecycle_stage", sa.String(10), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiments.id"], name="fk_logged_models_experiment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_logged_models"),
        sa.UniqueConstraint("model_id", name="uq_logged_models_model_id"),
    )
    op.create_index("ix_logged_models_experiment_id_created_at", "logged_models", ["experiment_id", "created_at"])
    for table in ("logged_model_params", "logged_model_tags"):
        op.create_table(
            table,
            sa.Column("model", Id, nullable=False),
            sa.Column("key", sa.String(250), nullable=False),
            sa.Column("value", sa.Text, nullable=False),
            sa.ForeignKeyConstraint(["model"], ["logged_models.id"], name=f"fk_{table}_model", ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("model", "key", name=f"pk_{table}"),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "logged_model_metrics",
        sa.Column("model", Id, nullable=False),
        sa.Column("key", sa.String(250), nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("dataset_name", sa.String(500), nullable=False),
        sa.Column("dataset_digest", sa.String(36), nullable=False),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("timestamp_ms", sa.BigInteger, nullable=False),
        sa.Column("value", sa.Double),
        sa.ForeignKeyConstraint(
            ["model"], ["logged_models.id"], name="fk_logged_model_metrics_model", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "model", "key", "run_id", "dataset_name", "dataset_digest", name="pk_logged_model_metrics"
        ),
        sqlite_with_rowid=False,
    )


def _create_artifact_files() -> None:
    op.create_table(
        "artifact_files",
        sa.Column("project_id", Id, nullable=False),
        sa.Column("folder", sa.String(1000), nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("is_folder", sa.Boolean, nullable=False),
        sa.Column("key", sa.String(600)),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64)),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_artifact_files_project_id"),
        sa.PrimaryKeyConstraint("project_id", "folder", "name", name="pk_artifact_files"),
    )
