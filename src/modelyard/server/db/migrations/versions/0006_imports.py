"""Imports, and what each of them has brought."""

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Id

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("import_id", sa.String(32), nullable=False),
        sa.Column(
            "project_id",
            Id,
            sa.ForeignKey("projects.id", ondelete="CASCADE", name="fk_imports_project_id"),
            nullable=False,
        ),
        sa.Column("source", sa.String(500), nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("started_by", sa.String(200), nullable=False),
        sa.Column("finished_at", sa.BigInteger),
        sa.Column("report", sa.JSON),
        sa.UniqueConstraint("import_id", name="uq_imports_import_id"),
        sa.UniqueConstraint("project_id", "source", name="uq_imports_project_id_source"),
    )
    op.create_table(
        "imported_items",
        sa.Column(
            "import",
            Id,
            sa.ForeignKey("imports.id", ondelete="CASCADE", name="fk_imported_items_import"),
            primary_key=True,
        ),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("key", sa.String(600), primary_key=True),
        sa.Column("target", sa.String(600), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("imported_items")
    op.drop_table("imports")
