"""Jobs."""

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Index, Integer, String, Table, Text, text

from modelyard.server.db.metadata import metadata
from modelyard.server.db.types import Id, Json, Milliseconds

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(30), nullable=False),
    Column("engine", String(100), nullable=False),
    Column("project_id", Id, ForeignKey("projects.id", ondelete="CASCADE"), nullable=False),
    Column("project", String(100), nullable=False),
    # What the job is about, for its owner and in words: the queue shows them without asking another domain.
    Column("subject", String(200), nullable=False),
    Column("title", String(400), nullable=False),
    # How far it is, in the words of its kind.
    Column("step", String(40), nullable=False),
    # What its owner has to remember.
    Column("payload", Json, nullable=False),
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
    Column("log_line_count", Integer, nullable=False, server_default="0"),
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
    # A subject has one job of a kind at a time.
    Index(
        "uq_jobs_kind_subject",
        "kind",
        "subject",
        unique=True,
        sqlite_where=text("state <> 'ended'"),
        postgresql_where=text("state <> 'ended'"),
    ),
)

job_log = Table(
    "job_log",
    metadata,
    # Of the kinds whose subject has no log of its own.
    Column("job_id", String(32), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("at", Milliseconds, nullable=False),
    Column("text", Text, nullable=False),
    sqlite_with_rowid=False,
)
