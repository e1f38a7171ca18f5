"""Traces, their spans, and assessments of them."""

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Id

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "traces",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("trace_id", sa.String(100), nullable=False),
        sa.Column("experiment_id", Id, nullable=False),
        sa.Column("request_time", sa.BigInteger, nullable=False),
        sa.Column("duration_ms", sa.BigInteger),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("client_request_id", sa.Text),
        sa.Column("request_preview", sa.Text),
        sa.Column("response_preview", sa.Text),
        sa.Column("is_told", sa.Boolean, nullable=False),
        sa.Column("has_spans", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiments.id"], name="fk_traces_experiment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_traces"),
        sa.UniqueConstraint("trace_id", name="uq_traces_trace_id"),
    )
    op.create_index("ix_traces_experiment_id_request_time", "traces", ["experiment_id", "request_time", "id"])
    for table in ("trace_tags", "trace_metadata"):
        op.create_table(
            table,
            sa.Column("trace", Id, nullable=False),
            sa.Column("key", sa.String(250), nullable=False),
            sa.Column("value", sa.Text, nullable=False),
            sa.ForeignKeyConstraint(["trace"], ["traces.id"], name=f"fk_{table}_trace", ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("trace", "key", name=f"pk_{table}"),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "trace_runs",
        sa.Column("trace", Id, nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["trace"], ["traces.id"], name="fk_trace_runs_trace", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("trace", "run_id", name="pk_trace_runs"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_trace_runs_run_id", "trace_runs", ["run_id"])
    _create_spans()
    _create_assessments()


def _create_spans() -> None:
    op.create_table(
        "spans",
        sa.Column("trace", Id, nullable=False),
        sa.Column("span_id", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("start_ns", sa.BigInteger, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["trace"], ["traces.id"], name="fk_spans_trace", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("trace", "span_id", name="pk_spans"),
    )


def _create_assessments() -> None:
    op.create_table(
        "assessments",
        sa.Column("trace", Id, nullable=False),
        sa.Column("assessment_id", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["trace"], ["traces.id"], name="fk_assessments_trace", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("trace", "assessment_id", name="pk_assessments"),
    )
    op.create_index("ix_assessments_trace_created_at", "assessments", ["trace", "created_at"])


def downgrade() -> None:
    for table in ("assessments", "spans", "trace_runs", "trace_metadata", "trace_tags", "traces"):
        op.drop_table(table)
