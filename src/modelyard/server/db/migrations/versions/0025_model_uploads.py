"""Models that come as files, and what they say of themselves."""

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Id, Json, Milliseconds

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("version_details", sa.Column("packaging", Json))
    op.create_table(
        "model_uploads",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("project_id", Id, sa.ForeignKey("projects.id", ondelete="CASCADE"), nullable=False),
        sa.Column("created_at", Milliseconds, nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("expires_at", Milliseconds, nullable=False),
    )
    op.create_index("ix_model_uploads_project_id", "model_uploads", ["project_id"])
    op.create_index("ix_model_uploads_expires_at", "model_uploads", ["expires_at"])
    op.create_table(
        "model_upload_files",
        sa.Column("upload_id", sa.String(32), sa.ForeignKey("model_uploads.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("path", sa.String(400), primary_key=True),
        sa.Column("key", sa.String(600), nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("model_upload_files")
    op.drop_table("model_uploads")
    op.drop_column("version_details", "packaging")
