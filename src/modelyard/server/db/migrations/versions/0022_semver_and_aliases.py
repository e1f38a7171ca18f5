"""Semantic versions have reasons and are a choice of each model; aliases have messages and marks."""

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Id, Json, Milliseconds

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A constant default is not written into the rows that are there, however many.
    op.add_column("models", sa.Column("uses_semver", sa.Boolean, nullable=False, server_default=sa.true()))
    op.add_column("version_details", sa.Column("algorithm", sa.String(200)))
    op.add_column("version_details", sa.Column("semver_step", Json))
    op.add_column("alias_changes", sa.Column("message", sa.Text))
    op.create_table(
        "protected_aliases",
        sa.Column("model_id", Id, nullable=False),
        sa.Column("alias", sa.String(255), nullable=False),
        sa.Column("created_at", Milliseconds, nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("model_id", "alias", name="pk_protected_aliases"),
        sa.ForeignKeyConstraint(
            ["model_id"], ["models.id"], name="fk_protected_aliases_model_id_models", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    op.drop_table("protected_aliases")
    op.drop_column("alias_changes", "message")
    op.drop_column("version_details", "semver_step")
    op.drop_column("version_details", "algorithm")
    op.drop_column("models", "uses_semver")
