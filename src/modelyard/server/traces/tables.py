"""Traces, their spans, and assessments of them."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Milliseconds

traces = Table(
    "traces",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("trace_id", String(100), nullable=False),
    Column("experiment_id", Id, ForeignKey("experiments.id", ondelete="CASCADE"), nullable=False),
    Column("request_time", Milliseconds, nullable=False),
    Column("duration_ms", BigInteger),
    Column("state", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("client_request_id", Text),
    Column("request_preview", Text),
    Column("response_preview", Text),
    # The client has said itself when the trace was and how it ended: spans that come later change neither.
    Column("is_told", Boolean, nullable=False),
    Column("has_spans", Boolean, nullable=False),
    UniqueConstraint("trace_id"),
    Index("ix_traces_experiment_id_request_time", "experiment_id", "request_time", "id"),
)

trace_tags = Table(
    "trace_tags",
    metadata,
    Column("trace", Id, ForeignKey("traces.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

trace_metadata = Table(
    "trace_metadata",
    metadata,
    Column("trace", Id, ForeignKey("traces.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

trace_links = Table(
    "trace_links",
    metadata,
    # The trace's own id: clients that send their traces in the background link them before they arrive.
    Column("trace_id", String(100), primary_key=True),
    Column("run_id", String(32), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

spans = Table(
    "spans",
    metadata,
    Column("trace", Id, ForeignKey("traces.id", ondelete="CASCADE"), primary_key=True),
    Column("span_id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("status", String(10), nullable=False),
    Column("start_ns", BigInteger, nullable=False),
    # The span as OpenTelemetry writes it in JSON, with MLflow's attributes.
    Column("content", Text, nullable=False),
)

assessments = Table(
    "assessments",
    metadata,
    Column("trace", Id, ForeignKey("traces.id", ondelete="CASCADE"), primary_key=True),
    Column("assessment_id", String(100), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", Text, nullable=False),
    # What filters compare: the value as text.
    Column("value", Text, nullable=False),
    Column("created_at", Milliseconds, nullable=False),
    # All of it, as the client wrote it.
    Column("body", Text, nullable=False),
    Index("ix_assessments_trace_created_at", "trace", "created_at"),
)
