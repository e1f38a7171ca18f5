"""Files that clients logged, and the folders they are in."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, String, Table

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
