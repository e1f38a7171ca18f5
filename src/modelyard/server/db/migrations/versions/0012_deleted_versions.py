"""Models remember the numbers of versions that were deleted, so that no import gives one of them again."""

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Id

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deleted_versions",
        sa.Column("model_id", Id, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_deleted_versions_model_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("model_id", "number", name="pk_deleted_versions"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("deleted_versions")
