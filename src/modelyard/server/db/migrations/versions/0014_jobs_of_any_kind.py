"""Jobs are about any subject, not about versions alone, and have a log of their own."""

import json

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Id, Json

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_UNENDED = sa.text("state <> 'ended'")
_PREDICTING = sa.text("kind = 'predict' AND state <> 'ended'")
_OF_VERSIONS = sa.text("kind IN ('train', 'predict')")


def upgrade() -> None:
    op.drop_index("uq_jobs_predict_version_id", "jobs")
    op.drop_index("ix_jobs_version_id", "jobs")
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("subject", sa.String(200)))
        jobs.add_column(sa.Column("title", sa.String(400)))
        jobs.add_column(sa.Column("payload", Json))
        jobs.add_column(sa.Column("log_line_count", sa.Integer, nullable=False, server_default="0"))
        jobs.alter_column("version_status", new_column_name="step", type_=sa.String(40))
        jobs.alter_column("kind", existing_type=sa.String(10), type_=sa.String(30))
    _describe_subjects()
    with op.batch_alter_table("jobs") as jobs:
        for name, kind in (("subject", sa.String(200)), ("title", sa.String(400)), ("payload", Json)):
            jobs.alter_column(name, existing_type=kind, nullable=False)
        jobs.drop_constraint("fk_jobs_version_id", type_="foreignkey")
        # The jobs of deleted versions stay, and must not keep their project.
        jobs.drop_constraint("fk_jobs_project_id", type_="foreignkey")
        jobs.create_foreign_key("fk_jobs_project_id", "projects", ["project_id"], ["id"], ondelete="CASCADE")
        for name in ("version_id", "model", "number"):
            jobs.drop_column(name)
    op.create_index(
        "uq_jobs_kind_subject",
        "jobs",
        ["kind", "subject"],
        unique=True,
        sqlite_where=_UNENDED,
        postgresql_where=_UNENDED,
    )
    op.create_table(
        "job_log",
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_log_job_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", "sequence", name="pk_job_log"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("job_log")
    op.drop_index("uq_jobs_kind_subject", "jobs")
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("version_id", Id))
        jobs.add_column(sa.Column("model", sa.String(100)))
        jobs.add_column(sa.Column("number", sa.Integer))
        jobs.alter_column("step", new_column_name="version_status", type_=sa.String(20))
        jobs.alter_column("kind", existing_type=sa.String(30), type_=sa.String(10))
    _name_versions()
    with op.batch_alter_table("jobs") as jobs:
        for name, kind in (("version_id", Id), ("model", sa.String(100)), ("number", sa.Integer)):
            jobs.alter_column(name, existing_type=kind, nullable=False)
        jobs.drop_constraint("fk_jobs_project_id", type_="foreignkey")
        jobs.create_foreign_key("fk_jobs_project_id", "projects", ["project_id"], ["id"])
        jobs.create_foreign_key("fk_jobs_version_id", "versions", ["version_id"], ["id"], ondelete="CASCADE")
        for name in ("subject", "title", "payload", "log_line_count"):
            jobs.drop_column(name)
    op.create_index("ix_jobs_version_id", "jobs", ["version_id"])
    op.create_index(
        "uq_jobs_predict_version_id",
        "jobs",
        ["version_id"],
        unique=True,
        sqlite_where=_PREDICTING,
        postgresql_where=_PREDICTING,
    )


def _describe_subjects() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, version_id, model, number FROM jobs")).all()
    described = [
        {
            "id": row.id,
            "subject": f"version:{row.version_id}",
            "title": f"{row.model}/{row.number}",
            "payload": json.dumps({"version_id": row.version_id, "model": row.model, "number": row.number}),
        }
        for row in rows
    ]
    if described:
        payload = "CAST(:payload AS JSON)" if connection.dialect.name == "postgresql" else ":payload"
        statement = f"UPDATE jobs SET subject = :subject, title = :title, payload = {payload} WHERE id = :id"  # noqa: S608
        connection.execute(sa.text(statement), described)


def _name_versions() -> None:
    """Jobs of kinds that are not about versions, and of versions that were deleted, have no place any more."""
    connection = op.get_bind()
    jobs = sa.table("jobs", sa.column("id"), sa.column("payload", Json))
    rows = connection.execute(sa.select(jobs.c.id, jobs.c.payload).where(_OF_VERSIONS)).all()
    named = [{"id": row.id, **{name: row.payload[name] for name in ("version_id", "model", "number")}} for row in rows]
    if named:
        statement = "UPDATE jobs SET version_id = :version_id, model = :model, number = :number WHERE id = :id"
        connection.execute(sa.text(statement), named)
    connection.execute(
        sa.text("DELETE FROM jobs WHERE version_id IS NULL OR version_id NOT IN (SELECT id FROM versions)")
    )
