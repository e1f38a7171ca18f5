"""One row per stored file, written before the first byte."""

from sqlalchemy import BigInteger, Column, Index, String, Table

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Milliseconds

stored_files = Table(
    "stored_files",
    metadata,
    Column("key", String(600), primary_key=True),
    # pending: being written, until expires_at; stored: referenced by a domain's row; doomed: to be deleted
    Column("state", String(10), nullable=False),
    Column("size_bytes", BigInteger),
    Column("digest", String(64)),
    Column("created_at", Milliseconds, nullable=False),
    Column("expires_at", Milliseconds),
    Index("ix_stored_files_state_expires_at", "state", "expires_at"),
)
