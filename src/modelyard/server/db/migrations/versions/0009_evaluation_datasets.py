"""Evaluation datasets: questions with expected answers."""

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Id

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evaluation_datasets",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("dataset_id", sa.String(40), nullable=False),
        sa.Column("project_id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.String(16), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("updated_by", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_evaluation_datasets_project_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation_datasets"),
        sa.UniqueConstraint("dataset_id", name="uq_evaluation_datasets_dataset_id"),
    )
    op.create_index(
        "ix_evaluation_datasets_project_id_created_at", "evaluation_datasets", ["project_id", "created_at", "id"]
    )
    _create_parts()


def downgrade() -> None:
    for table in ("records", "dataset_experiments", "dataset_tags", "datasets"):
        op.drop_table(f"evaluation_{table}")


def _create_parts() -> None:
    op.create_table(
        "evaluation_dataset_tags",
        sa.Column("dataset", Id, nullable=False),
        sa.Column("key", sa.String(250), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        _of_dataset("evaluation_dataset_tags"),
        sa.PrimaryKeyConstraint("dataset", "key", name="pk_evaluation_dataset_tags"),
    )
    op.create_table(
        "evaluation_dataset_experiments",
        sa.Column("dataset", Id, nullable=False),
        sa.Column("experiment", Id, nullable=False),
        _of_dataset("evaluation_dataset_experiments"),
        sa.ForeignKeyConstraint(
            ["experiment"],
            ["experiments.id"],
            name="fk_evaluation_dataset_experiments_experiment",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dataset", "experiment", name="pk_evaluation_dataset_experiments"),
    )
    op.create_index("ix_evaluation_dataset_experiments_experiment", "evaluation_dataset_experiments", ["experiment"])
    op.create_table(
        "evaluation_records",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("dataset", Id, nullable=False),
        sa.Column("record_id", sa.String(40), nullable=False),
        sa.Column("inputs_digest", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        _of_dataset("evaluation_records"),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation_records"),
        sa.UniqueConstraint("dataset", "inputs_digest", name="uq_evaluation_records_dataset_inputs_digest"),
        sa.UniqueConstraint("dataset", "record_id", name="uq_evaluation_records_dataset_record_id"),
    )


def _of_dataset(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["dataset"], ["evaluation_datasets.id"], name=f"fk_{table}_dataset", ondelete="CASCADE"
    )
