"""Imports, and what each of them has brought."""

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Json, Milliseconds

imports = Table(
    "imports",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("import_id", String(32), nullable=False),
    Column("project_id", Id, ForeignKey("projects.id", ondelete="CASCADE"), nullable=False),
    # What is brought over, as the client names it; importing from it again goes on with this row.
    Column("source", String(500), nullable=False),
    Column("started_at", Milliseconds, nullable=False),
    Column("started_by", String(200), nullable=False),
    Column("finished_at", Milliseconds),
    # The client's report: by kind, how many there are on both sides.
    Column("report", Json),
    UniqueConstraint("import_id"),
    UniqueConstraint("project_id", "source"),
)

imported_items = Table(
    "imported_items",
    metadata,
    # Written in the transaction that wrote the object, so that it is true after any crash.
    Column("import", Id, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    # What the object is called at the source, and here.
    Column("key", String(600), primary_key=True),
    Column("target", String(600), nullable=False),
    # Digest of the object as it was at the source: with another one it is brought again.
    Column("fingerprint", String(64), nullable=False),
    sqlite_with_rowid=False,
)
