"""The log of a job whose subject has none of its own: lines in the order they came."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, update

from modelyard.server.engines.tables import job_log, jobs
from modelyard.wire.jobs import LogEntry

_MAX_LINE_LENGTH = 10_000
MAX_LINES = 10_000
"""Of a job. A worker that answers for days must not fill the database: later lines are in its output alone."""


def append_lines(connection: Connection, job_id: str, lines: Sequence[LogEntry]) -> None:
    """Adds lines, numbered from 1."""
    if not lines:
        return
    last = connection.scalar(
        update(jobs)
        .where(jobs.c.id == job_id)
        .values(log_line_count=jobs.c.log_line_count + len(lines))
        .returning(jobs.c.log_line_count)
    )
    assert last is not None
    first = last - len(lines) + 1
    rows = [
        {
            "job_id": job_id,
            "sequence": sequence,
            "at": line.timestamp_ms,
            "text": line.text[:_MAX_LINE_LENGTH].replace("\0", ""),
        }
        for sequence, line in enumerate(lines, start=first)
        if sequence <= MAX_LINES
    ]
    if rows:
        connection.execute(insert(job_log), rows)
