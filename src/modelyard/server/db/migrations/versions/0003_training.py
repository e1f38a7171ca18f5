"""Experiments and runs, models and versions, jobs."""

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Id

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLES = (
    "experiments",
    "runs",
    "run_params",
    "run_tags",
    "run_metrics",
    "metric_points",
    "models",
    "model_datasets",
    "model_contributors",
    "versions",
    "version_details",
    "version_metrics",
    "version_steps",
    "version_files",
    "version_log",
    "jobs",
)


def upgrade() -> None:
    _create_tracking()
    _create_logged()
    _create_models()
    _create_versions()
    _create_version_parts()
    _create_jobs()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _create_tracking() -> None:
    op.create_table(
        "experiments",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("project_id", Id, nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("lifecycle_stage", sa.String(10), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_experiments_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_experiments"),
        sa.UniqueConstraint("project_id", "name", name="uq_experiments_project_id_name"),
    )
    op.create_table(
        "runs",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("experiment_id", Id, nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("lifecycle_stage", sa.String(10), nullable=False),
        sa.Column("user_name", sa.String(200), nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiments.id"], name="fk_runs_experiment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.UniqueConstraint("run_id", name="uq_runs_run_id"),
    )
    op.create_index("ix_runs_experiment_id_started_at", "runs", ["experiment_id", "started_at"])


def _create_logged() -> None:
    op.create_table(
        "run_params",
        sa.Column("run", Id, nullable=False),
        sa.Column("key", sa.String(250), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_run_params_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "key", name="pk_run_params"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "run_tags",
        sa.Column("run", Id, nullable=False),
        sa.Column("key", sa.String(250), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_run_tags_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "key", name="pk_run_tags"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "run_metrics",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("run", Id, nullable=False),
        sa.Column("key", sa.String(250), nullable=False),
        sa.Column("point_count", sa.Integer, nullable=False),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("timestamp_ms", sa.BigInteger, nullable=False),
        sa.Column("value", sa.Double),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_run_metrics_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_run_metrics"),
        sa.UniqueConstraint("run", "key", name="uq_run_metrics_run_key"),
    )
    op.create_table(
        "metric_points",
        sa.Column("metric", Id, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("timestamp_ms", sa.BigInteger, nullable=False),
        sa.Column("value", sa.Double),
        sa.ForeignKeyConstraint(["metric"], ["run_metrics.id"], name="fk_metric_points_metric", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("metric", "ordinal", name="pk_metric_points"),
        sqlite_with_rowid=False,
    )


def _create_models() -> None:
    op.create_table(
        "models",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("project_id", Id, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("default_metric", sa.String(100)),
        sa.Column("experiment_id", Id, nullable=False),
        sa.Column("last_number", sa.Integer, nullable=False),
        sa.Column("version_count", sa.Integer, nullable=False),
        sa.Column("latest_number", sa.Integer),
        sa.Column("default_number", sa.Integer),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"], name="fk_models_experiment_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_models_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_models"),
        sa.UniqueConstraint("project_id", "name", name="uq_models_project_id_name"),
    )
    op.create_index("ix_models_project_id_updated_at", "models", ["project_id", "updated_at"])
    op.create_table(
        "model_datasets",
        sa.Column("model_id", Id, nullable=False),
        sa.Column("dataset_id", Id, nullable=False),
        sa.Column("dataset", sa.String(100), nullable=False),
        sa.Column("version_count", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name="fk_model_datasets_dataset_id"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_model_datasets_model_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("model_id", "dataset_id", name="pk_model_datasets"),
    )
    op.create_index("ix_model_datasets_dataset_id", "model_datasets", ["dataset_id"])
    op.create_table(
        "model_contributors",
        sa.Column("model_id", Id, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("version_count", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_model_contributors_model_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("model_id", "name", name="pk_model_contributors"),
    )


def _create_versions() -> None:
    op.create_table(
        "versions",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("project_id", Id, nullable=False),
        sa.Column("model_id", Id, nullable=False),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("semver", sa.String(100)),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("dataset_version_id", Id),
        sa.Column("dataset", sa.String(100)),
        sa.Column("dataset_number", sa.Integer),
        sa.Column("target", sa.Text),
        sa.Column("output_type", sa.String(20)),
        sa.Column("trainer", sa.String(100)),
        sa.Column("engine", sa.String(100)),
        sa.Column("waiting_since", sa.BigInteger),
        sa.Column("run", Id, nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("seed", sa.BigInteger),
        sa.Column("metric_name", sa.String(100)),
        sa.Column("metric_split", sa.String(20)),
        sa.Column("metric_value", sa.Double),
        sa.Column("metric_higher_is_better", sa.Boolean),
        sa.Column("duration_ms", sa.BigInteger),
        sa.Column("counting_since", sa.BigInteger),
        sa.Column("progress_fraction", sa.Double),
        sa.Column("progress_message", sa.Text),
        sa.Column("progress_remaining_ms", sa.BigInteger),
        sa.Column("error_step", sa.String(20)),
        sa.Column("error_code", sa.String(60)),
        sa.Column("error_message", sa.Text),
        sa.Column("best_iteration", sa.Integer),
        sa.Column("file_count", sa.Integer, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("log_line_count", sa.Integer, nullable=False),
        sa.Column("starred", sa.Boolean, nullable=False),
        sa.Column("archived", sa.Boolean, nullable=False),
        sa.Column("parent", sa.Integer),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["dataset_version_id"], ["dataset_versions.id"], name="fk_versions_dataset_version_id"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_versions_model_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_versions_project_id"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_versions_run"),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint("model_id", "number", name="uq_versions_model_id_number"),
        sa.UniqueConstraint("run", name="uq_versions_run"),
    )
    op.create_index("ix_versions_dataset_version_id", "versions", ["dataset_version_id"])
    op.create_index("ix_versions_engine_waiting_since", "versions", ["engine", "waiting_since"])
    op.create_index("ix_versions_project_id_updated_at", "versions", ["project_id", "updated_at"])


def _create_version_parts() -> None:
    op.create_table(
        "version_details",
        sa.Column("version_id", Id, nullable=False),
        sa.Column("given_config", sa.JSON, nullable=False),
        sa.Column("rendered_config", sa.JSON, nullable=False),
        sa.Column("signature", sa.JSON),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name="fk_version_details_version_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", name="pk_version_details"),
    )
    op.create_table(
        "version_metrics",
        sa.Column("version_id", Id, nullable=False),
        sa.Column("split", sa.String(20), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("value", sa.Double),
        sa.Column("higher_is_better", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name="fk_version_metrics_version_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "split", "name", name="pk_version_metrics"),
    )
    op.create_table(
        "version_steps",
        sa.Column("version_id", Id, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("error_message", sa.Text),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name="fk_version_steps_version_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "ordinal", name="pk_version_steps"),
    )
    op.create_table(
        "version_files",
        sa.Column("version_id", Id, nullable=False),
        sa.Column("path", sa.String(400), nullable=False),
        sa.Column("key", sa.String(600), nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name="fk_version_files_version_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "path", name="pk_version_files"),
    )
    op.create_table(
        "version_log",
        sa.Column("version_id", Id, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_version_log_version_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("version_id", "sequence", name="pk_version_log"),
        sqlite_with_rowid=False,
    )


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("engine", sa.String(100), nullable=False),
        sa.Column("project_id", Id, nullable=False),
        sa.Column("version_id", Id, nullable=False),
        sa.Column("project", sa.String(100), nullable=False),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("version_status", sa.String(20), nullable=False),
        sa.Column("progress_fraction", sa.Double),
        sa.Column("progress_message", sa.Text),
        sa.Column("progress_remaining_ms", sa.BigInteger),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("outcome", sa.String(10)),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("retries_left", sa.Integer, nullable=False),
        sa.Column("memory_limit_bytes", sa.BigInteger),
        sa.Column("cpu_limit", sa.Integer),
        sa.Column("token_hash", sa.String(64)),
        sa.Column("report_sequence", sa.BigInteger, nullable=False),
        sa.Column("heartbeat_at", sa.BigInteger),
        sa.Column("cancel_requested_at", sa.BigInteger),
        sa.Column("host", sa.String(255)),
        sa.Column("process_id", sa.Integer),
        sa.Column("process_started_at", sa.Double),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_jobs_project_id"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_jobs_version_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_engine_state_created_at", "jobs", ["engine", "state", "created_at"])
    op.create_index("ix_jobs_version_id", "jobs", ["version_id"])
    op.create_index(
        "uq_jobs_predict_version_id",
        "jobs",
        ["version_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'predict' AND state <> 'ended'"),
        postgresql_where=sa.text("kind = 'predict' AND state <> 'ended'"),
    )
