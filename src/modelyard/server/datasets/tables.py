"""Datasets and their versions."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Json, Milliseconds

datasets = Table(
    "datasets",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("project_id", ForeignKey("projects.id", ondelete="RESTRICT"), nullable=False),
    Column("name", String(100), nullable=False),
    Column("description", Text, nullable=False),
    # The number of the newest version; counting up from it is what gives a version its number.
    Column("latest_number", Integer, nullable=False),
    Column("created_at", Milliseconds, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("updated_at", Milliseconds, nullable=False),
    UniqueConstraint("project_id", "name"),
)

dataset_versions = Table(
    "dataset_versions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("dataset_id", ForeignKey("datasets.id", ondelete="RESTRICT"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    # Of columns and rows, so that the same table is known again whatever the layout of its Parquet file.
    Column("content_digest", String(64), nullable=False),
    # Of the bytes that were uploaded, so that the same file is known again without reading it as a table.
    Column("source_digest", String(64), nullable=False),
    Column("source_name", String(255), nullable=False),
    Column("row_count", BigInteger, nullable=False),
    Column("column_count", Integer, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("columns", Json, nullable=False),
    Column("data_key", String(600), nullable=False),
    Column("profile_key", String(600), nullable=False),
    Column("created_at", Milliseconds, nullable=False),
    Column("created_by", String(200), nullable=False),
    UniqueConstraint("dataset_id", "number"),
)
