"""Models that were renamed are found by the names that they had."""

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Id
from modelyard.server.registry.limits import MAX_MODEL_NAME_LENGTH

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_names",
        sa.Column("project_id", Id, sa.ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.String(MAX_MODEL_NAME_LENGTH), primary_key=True),
        sa.Column("model_id", Id, sa.ForeignKey("models.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("ix_model_names_model_id", "model_names", ["model_id"])


def downgrade() -> None:
    op.drop_table("model_names")
