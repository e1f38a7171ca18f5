"""Jobs."""

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Index, Integer, String, Table, Text, text

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Milliseconds

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("engine", String(100), nullable=False),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("version_id", Id, ForeignKey("versions.id", ondelete="CASCADE"), nullable=False, index=True),
    # What the job is about, as people name it: the queue shows it without asking another domain.
    Column("project", String(100), nullable=False),
    Column("model", String(100), nullable=False),
    Column("number", Integer, nullable=False),
    Column("version_status", String(20), nullable=False),
    Column("progress_fraction", Double),
    Column("progress_message", Text),
    Column("progress_remaining_ms", BigInteger),
    # queued -> starting (a process is being started) -> running (the worker has claimed it) -> ended
    Column("state", String(10), nullable=False),
    # How the worker said that it ended; NULL when it did not say.
    Column("outcome", String(10)),
    Column("attempt", Integer, nullable=False),
    Column("retries_left", Integer, nullable=False),
    Column("memory_limit_bytes", BigInteger),
    Column("cpu_limit", Integer),
    # Of the token of the present attempt; a new attempt has a new token, so an old worker is shut out.
    Column("token_hash", String(64)),
    Column("report_sequence", BigInteger, nullable=False),
    Column("heartbeat_at", Milliseconds),
    Column("cancel_requested_at", Milliseconds),
    # Until the process is seen to be gone, which may be after the job has ended. A process id alone may be reused;
    # with its start, in seconds since the machine started, it is one process.
    Column("host", String(255)),
    Column("process_id", Integer),
    Column("process_started_at", Double),
    Column("created_at", Milliseconds, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("started_at", Milliseconds),
    Column("ended_at", Milliseconds),
    Index("ix_jobs_engine_state_created_at", "engine", "state", "created_at"),
    # One warm predict worker per version at a time.
    Index(
        "uq_jobs_predict_version_id",
        "version_id",
        unique=True,
        sqlite_where=text("kind = 'predict' AND state <> 'ended'"),
        postgresql_where=text("kind = 'predict' AND state <> 'ended'"),
    ),
)
