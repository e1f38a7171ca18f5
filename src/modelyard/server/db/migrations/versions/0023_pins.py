"""Who asks for which version by which name, and when last."""

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Id, Milliseconds

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "version_pins",
        sa.Column("model_id", Id, nullable=False),
        sa.Column("reference", sa.String(300), nullable=False),
        sa.Column("caller", sa.String(200), nullable=False),
        sa.Column("client", sa.String(200), nullable=False),
        sa.Column("first_at", Milliseconds, nullable=False),
        sa.Column("last_at", Milliseconds, nullable=False),
        sa.Column("request_count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("model_id", "reference", "caller", "client", name="pk_version_pins"),
        sa.ForeignKeyConstraint(
            ["model_id"], ["models.id"], name="fk_version_pins_model_id_models", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    op.drop_table("version_pins")
