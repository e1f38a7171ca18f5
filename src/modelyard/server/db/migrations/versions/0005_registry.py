"""Versions that clients register: source, stage, tags, aliases and their history; they need not have a run here."""

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Id

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TABLES = ("model_tags", "version_tags", "aliases", "alias_changes")
_ADDED = ("source", "storage_location", "run_link", "logged_model_id", "stage")


def upgrade() -> None:
    with op.batch_alter_table("models") as models:
        models.alter_column("name", existing_type=sa.String(100), type_=sa.String(256), existing_nullable=False)
    with op.batch_alter_table("versions") as versions:
        versions.drop_constraint("uq_versions_run", type_="unique")
        versions.drop_constraint("fk_versions_run", type_="foreignkey")
        versions.create_foreign_key("fk_versions_run", "runs", ["run"], ["id"], ondelete="SET NULL")
        versions.alter_column("run", existing_type=Id, nullable=True)
        versions.alter_column("run_id", existing_type=sa.String(32), type_=sa.String(256), existing_nullable=False)
        versions.alter_column("model", existing_type=sa.String(100), type_=sa.String(256), existing_nullable=False)
        versions.add_column(sa.Column("source", sa.Text))
        versions.add_column(sa.Column("storage_location", sa.Text))
        versions.add_column(sa.Column("run_link", sa.Text))
        versions.add_column(sa.Column("logged_model_id", sa.String(64)))
        versions.add_column(sa.Column("stage", sa.String(20), nullable=False, server_default="None"))
        versions.create_unique_constraint("uq_versions_model_id_semver", ["model_id", "semver"])
    op.create_index("ix_versions_run", "versions", ["run"])
    op.create_index("ix_versions_run_id", "versions", ["run_id"])
    op.create_index("ix_versions_model_id_stage", "versions", ["model_id", "stage", "number"])
    op.create_index("ix_versions_model_id_updated_at", "versions", ["model_id", "updated_at", "number"])
    _create_tags("model_tags", "model_id", "models")
    _create_tags("version_tags", "version_id", "versions")
    _create_aliases()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_index("ix_versions_model_id_updated_at", "versions")
    op.drop_index("ix_versions_model_id_stage", "versions")
    op.drop_index("ix_versions_run_id", "versions")
    op.drop_index("ix_versions_run", "versions")
    with op.batch_alter_table("versions") as versions:
        versions.drop_constraint("uq_versions_model_id_semver", type_="unique")
        for column in reversed(_ADDED):
            versions.drop_column(column)
        versions.alter_column("model", existing_type=sa.String(256), type_=sa.String(100), existing_nullable=False)
        versions.alter_column("run_id", existing_type=sa.String(256), type_=sa.String(32), existing_nullable=False)
        versions.alter_column("run", existing_type=Id, nullable=False)
        versions.drop_constraint("fk_versions_run", type_="foreignkey")
        versions.create_foreign_key("fk_versions_run", "runs", ["run"], ["id"])
        versions.create_unique_constraint("uq_versions_run", ["run"])
    with op.batch_alter_table("models") as models:
        models.alter_column("name", existing_type=sa.String(256), type_=sa.String(100), existing_nullable=False)


def _create_tags(table: str, column: str, parent: str) -> None:
    op.create_table(
        table,
        sa.Column(column, Id, nullable=False),
        sa.Column("key", sa.String(250), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(column, "key", name=f"pk_{table}"),
        sqlite_with_rowid=False,
    )


def _create_aliases() -> None:
    op.create_table(
        "aliases",
        sa.Column("model_id", Id, nullable=False),
        sa.Column("alias", sa.String(255), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_aliases_model_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("model_id", "alias", name="pk_aliases"),
    )
    op.create_table(
        "alias_changes",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("model_id", Id, nullable=False),
        sa.Column("alias", sa.String(255), nullable=False),
        sa.Column("number", sa.Integer),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_alias_changes_model_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_alias_changes"),
    )
    op.create_index("ix_alias_changes_model_id_alias", "alias_changes", ["model_id", "alias", "at"])
