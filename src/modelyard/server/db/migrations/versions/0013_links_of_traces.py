"""Traces are linked to runs by their own ids, so that a link may come before its trace."""

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Id

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trace_links",
        sa.Column("trace_id", sa.String(100), nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("trace_id", "run_id", name="pk_trace_links"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_trace_links_run_id", "trace_links", ["run_id"])
    op.execute(
        "INSERT INTO trace_links (trace_id, run_id) "
        "SELECT t.trace_id, x.run_id FROM trace_runs x JOIN traces t ON t.id = x.trace"
    )
    op.drop_table("trace_runs")


def downgrade() -> None:
    op.create_table(
        "trace_runs",
        sa.Column("trace", Id, nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["trace"], ["traces.id"], name="fk_trace_runs_trace", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("trace", "run_id", name="pk_trace_runs"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_trace_runs_run_id", "trace_runs", ["run_id"])
    op.execute(
        "INSERT INTO trace_runs (trace, run_id) "
        "SELECT t.id, x.run_id FROM trace_links x JOIN traces t ON t.trace_id = x.trace_id"
    )
    op.drop_table("trace_links")
