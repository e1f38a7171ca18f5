"""Finished versions never change: their folders, runs and digests; and what came out when they were trained again."""

import sqlalchemy as sa
from alembic import op

from modelyard.server.db.types import Id, Json, Milliseconds

revision = "0021"
down_revision = "0016"
branch_labels = None
depends_on = None

_SEAL_FOLDERS = """
INSERT INTO sealed_folders (project_id, folder, seal, title)
SELECT v.project_id, substr(v.storage_location, 19), 'version:' || CAST(v.id AS VARCHAR(40)),
  v.model || '/' || CAST(v.number AS VARCHAR(20))
FROM versions v WHERE substr(v.storage_location, 1, 18) = 'mlflow-artifacts:/'
AND length(v.storage_location) BETWEEN 19 AND 1018
AND EXISTS (SELECT 1 FROM artifact_files f
  WHERE f.project_id = v.project_id AND f.folder = substr(v.storage_location, 19))
"""
_SEAL_RUNS = """
UPDATE runs SET sealed = 1 WHERE id IN
  (SELECT run FROM versions WHERE source IS NULL AND run IS NOT NULL AND status IN ('Ready', 'Failed', 'Canceled'))
"""


def upgrade() -> None:
    op.create_table(
        "sealed_folders",
        sa.Column("project_id", Id, sa.ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("folder", sa.String(1000), primary_key=True),
        sa.Column("seal", sa.String(100), primary_key=True),
        sa.Column("title", sa.String(600), nullable=False),
    )
    op.create_index("ix_sealed_folders_seal", "sealed_folders", ["seal"])
    op.create_table(
        "version_digests",
        sa.Column("version_id", Id, sa.ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("files_digest", sa.String(64), nullable=False),
        sa.Column("record_digest", sa.String(64), nullable=False),
        sa.Column("recorded_at", Milliseconds, nullable=False),
    )
    op.create_table(
        "reproductions",
        sa.Column("version_id", Id, sa.ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("original_id", Id, sa.ForeignKey("versions.id", ondelete="SET NULL")),
        sa.Column("model", sa.String(256), nullable=False),
        sa.Column("original_number", Id, nullable=False),
        sa.Column("tolerance", sa.Double, nullable=False),
        sa.Column("packages", Json, nullable=False),
        sa.Column("notes", Json, nullable=False),
        sa.Column("started_at", Milliseconds, nullable=False),
        sa.Column("ended_at", Milliseconds),
        sa.Column("result", Json),
    )
    op.create_index("ix_reproductions_original_id", "reproductions", ["original_id"])
    op.add_column("runs", sa.Column("sealed", sa.Integer, nullable=False, server_default="0"))
    op.execute(_SEAL_FOLDERS)
    op.execute(_SEAL_RUNS)


def downgrade() -> None:
    op.drop_column("runs", "sealed")
    op.drop_table("reproductions")
    op.drop_table("version_digests")
    op.drop_table("sealed_folders")
