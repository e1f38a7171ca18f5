"""Projects, the audit record and stored files."""

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Id

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "projects",
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("name", name="uq_projects_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "activity",
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("project_id", Id, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("object_kind", sa.String(30), nullable=False),
        sa.Column("object_name", sa.String(300), nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
    )
    op.create_index("ix_activity_project_id_id", "activity", ["project_id", "id"])
    op.create_index("ix_activity_project_id_object_id", "activity", ["project_id", "object_kind", "object_name", "id"])
    op.create_table(
        "stored_files",
        sa.Column("key", sa.String(600), primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("size_bytes", sa.BigInteger),
        sa.Column("digest", sa.String(64)),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
    )
    op.create_index("ix_stored_files_state_expires_at", "stored_files", ["state", "expires_at"])


def downgrade() -> None:
    op.drop_table("stored_files")
    op.drop_table("activity")
    op.drop_table("projects")
