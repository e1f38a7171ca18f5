"""The log of a job whose subject has none of its own: lines in the order they came."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, update

from modelyard.server.engines.tables import job_log, jobs
from modelyard.server.kernel.clock import to_datetime
from modelyard.wire.jobs import LogEntry
from modelyard.wire.models import LogLine, LogPage

_MAX_LINE_LENGTH = 10_000
_MAX_LINES = 10_000
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
        if sequence <= _MAX_LINES
    ]
    if rows:
        connection.execute(insert(job_log), rows)


def read_log(connection: Connection, job_id: str, *, after: int, limit: int) -> LogPage:
    """Lines with a number above `after`."""
    rows = connection.execute(
        select(job_log)
        .where(job_log.c.job_id == job_id, job_log.c.sequence > after)
        .order_by(job_log.c.sequence)
        .limit(limit)
    ).all()
    count = connection.scalar(select(jobs.c.log_line_count).where(jobs.c.id == job_id)) or 0
    lines = [LogLine(sequence=row.sequence, at=to_datetime(row.at), text=row.text) for row in rows]
    return LogPage(lines=lines, next_after=lines[-1].sequence if lines else after, total=min(count, _MAX_LINES))
