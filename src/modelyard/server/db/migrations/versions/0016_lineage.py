"""Deleted versions keep their place in the lineage, and what a version came from is found from the other end."""

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Milliseconds

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_KEPT = (
    ("parent", sa.Integer),
    ("dataset", sa.String(100)),
    ("dataset_number", sa.Integer),
    ("source", sa.Text),
    ("run_id", sa.String(256)),
    ("logged_model_id", sa.String(64)),
    ("created_at", Milliseconds),
    ("created_by", sa.String(200)),
    ("deleted_at", Milliseconds),
    ("deleted_by", sa.String(200)),
)
_IS_COPY = sa.text("substr(source, 1, 8) = 'models:/'")
_IS_LOGGED = sa.text("logged_model_id IS NOT NULL")


def upgrade() -> None:
    for name, kind in _KEPT:
        op.add_column("deleted_versions", sa.Column(name, kind))
    op.create_index("ix_versions_copies", "versions", ["project_id"], sqlite_where=_IS_COPY, postgresql_where=_IS_COPY)
    op.create_index(
        "ix_versions_logged_model_id",
        "versions",
        ["logged_model_id"],
        sqlite_where=_IS_LOGGED,
        postgresql_where=_IS_LOGGED,
    )
    op.create_index("ix_run_models_model_id", "run_models", ["model_id"])


def downgrade() -> None:
    op.drop_index("ix_run_models_model_id", "run_models")
    op.drop_index("ix_versions_logged_model_id", "versions")
    op.drop_index("ix_versions_copies", "versions")
    for name, _ in reversed(_KEPT):
        op.drop_column("deleted_versions", name)
