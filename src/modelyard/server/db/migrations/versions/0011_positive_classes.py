"""Versions know their positive class, the step of their results, and what was suspicious about their training."""

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Json

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("versions", sa.Column("positive_class", sa.Text))
    op.add_column("versions", sa.Column("results_step", sa.BigInteger))
    op.add_column("version_details", sa.Column("warnings", Json))


def downgrade() -> None:
    op.drop_column("version_details", "warnings")
    op.drop_column("versions", "results_step")
    op.drop_column("versions", "positive_class")
