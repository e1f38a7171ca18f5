"""Uploads that are not finished, and their files."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Milliseconds

model_uploads = Table(
    "model_uploads",
    metadata,
    Column("id", String(32), primary_key=True),
    # It holds nothing that anybody would miss, so a project with one can be deleted.
    Column("project_id", Id, ForeignKey("projects.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Milliseconds, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("expires_at", Milliseconds, nullable=False),
    Index("ix_model_uploads_expires_at", "expires_at"),
)

model_upload_files = Table(
    "model_upload_files",
    metadata,
    Column("upload_id", String(32), ForeignKey("model_uploads.id", ondelete="CASCADE"), primary_key=True),
    Column("path", String(400), primary_key=True),
    Column("key", String(600), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
)
