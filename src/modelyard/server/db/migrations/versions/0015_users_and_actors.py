"""Users have ids, and the audit record keeps that of who did it beside the name.

Until now everyone was the local administrator, who is user 1.
"""

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Id, Milliseconds

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_at", Milliseconds, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("name", name="uq_users_name"),
        sqlite_autoincrement=True,
    )
    op.execute("INSERT INTO users (id, name, created_at) VALUES (1, 'local', 0)")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('users', 'id'), 1)")
    # A constant default is not written into the rows that are there, however many.
    op.add_column("activity", sa.Column("actor_id", Id, server_default="1"))


def downgrade() -> None:
    op.drop_column("activity", "actor_id")
    op.drop_table("users")
