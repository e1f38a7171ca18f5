"""Files that clients logged, and the folders they are in."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Milliseconds

artifact_files = Table(
    "artifact_files",
    metadata,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    # The folder's path without slashes at its ends; the root is empty. A folder has a row in its parent.
    Column("folder", String(1000), primary_key=True),
    Column("name", String(500), primary_key=True),
    Column("is_folder", Boolean, nullable=False),
    Column("key", String(600)),
    Column("size_bytes", BigInteger, nullable=False),
    Column("digest", String(64)),
    Column("updated_at", Milliseconds, nullable=False),
)

sealed_folders = Table(
    "sealed_folders",
    metadata,
    # Folders whose files never change, each with who relies on them: `version:812`, and its title for people.
    Column("project_id", Id, ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("folder", String(1000), primary_key=True),
    Column("seal", String(100), primary_key=True),
    Column("title", String(600), nullable=False),
    Index("ix_sealed_folders_seal", "seal"),
)
