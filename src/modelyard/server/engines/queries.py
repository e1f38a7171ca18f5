"""Reads of jobs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, case, func, select

from modelyard.server.engines.log import MAX_LINES
from modelyard.server.engines.tables import job_log, jobs
from modelyard.server.kernel.clock import to_datetime, to_optional_datetime
from modelyard.server.kernel.errors import NotFound
from modelyard.wire.engines import Job
from modelyard.wire.models import LogLine, LogPage, Progress

JobState = Literal["queued", "starting", "running", "ended"]

_IS_ACTIVE = jobs.c.state != "ended"


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as its supervisor and its owner see it. Times are milliseconds since the epoch."""

    id: str
    kind: str
    engine: str
    project_id: int
    project: str
    subject: str
    title: str
    step: str
    payload: Mapping[str, Any]
    state: JobState
    outcome: str | None
    attempt: int
    retries_left: int
    memory_limit_bytes: int | None
    cpu_limit: int | None
    token_hash: str | None
    report_sequence: int
    heartbeat_at: int | None
    cancel_requested_at: int | None
    host: str | None
    process_id: int | None
    process_started_at: float | None
    created_at: int
    created_by: str
    started_at: int | None
    ended_at: int | None


_COLUMNS = [jobs.c[name] for name in JobRow.__dataclass_fields__]


def find_job(connection: Connection, job_id: str, *, lock: bool = False) -> JobRow | None:
    """`lock` keeps other writers from changing it until the transaction ends."""
    statement = select(*_COLUMNS).where(jobs.c.id == job_id)
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    return None if row is None else JobRow(*row)


def get_job(connection: Connection, engine: str, job_id: str, projects: Sequence[int] | None = None) -> JobRow:
    """:raises NotFound: the engine has no such job, or it is not of these projects."""
    job = find_job(connection, job_id)
    if job is None or job.engine != engine or (projects is not None and job.project_id not in projects):
        raise NotFound(f"The engine {engine!r} has no job {job_id[:100]!r}.")
    return job


def find_active_job(connection: Connection, kind: str, subject: str) -> JobRow | None:
    """The one job of the kind that is about the subject and has not ended."""
    row = connection.execute(
        select(*_COLUMNS).where(jobs.c.kind == kind, jobs.c.subject == subject, _IS_ACTIVE)
    ).one_or_none()
    return None if row is None else JobRow(*row)


def list_watched(connection: Connection, engine: str) -> list[JobRow]:
    """What has to be looked after: jobs that have not ended, and ended ones whose process may still be there.

    In the order in which they came.
    """
    watched = _IS_ACTIVE | jobs.c.process_id.is_not(None)
    rows = connection.execute(
        select(*_COLUMNS).where(jobs.c.engine == engine, watched).order_by(jobs.c.created_at, jobs.c.id)
    )
    return [JobRow(*row) for row in rows]


def list_jobs(
    connection: Connection, engine: str, interactive: Collection[str], projects: Sequence[int] | None = None
) -> list[Job]:
    """Running batch jobs first, then their queue in order, then jobs of these interactive kinds.

    Only of these projects, or of all; a position counts every job that waits, whoever may see it.
    """
    is_interactive = jobs.c.kind.in_(interactive)
    rank = case((is_interactive, 2), (jobs.c.state == "queued", 1), else_=0).label("rank")
    position = func.row_number().over(partition_by=rank, order_by=(jobs.c.created_at, jobs.c.id)).label("position")
    active = select(jobs, rank, position).where(jobs.c.engine == engine, _IS_ACTIVE).subquery("active_jobs")
    statement = select(active).order_by(active.c.rank, active.c.position)
    if projects is not None:
        statement = statement.where(active.c.project_id.in_(projects))
    return [_to_job(row, row.position if row.rank == 1 else None) for row in connection.execute(statement)]


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
    return LogPage(lines=lines, next_after=lines[-1].sequence if lines else after, total=min(count, MAX_LINES))


def _to_job(row: Row[Any], position: int | None) -> Job:
    progress = None
    if row.progress_fraction is not None:
        progress = Progress(
            fraction=row.progress_fraction,
            message=row.progress_message or "",
            remaining_ms=row.progress_remaining_ms,
        )
    return Job(
        id=row.id,
        kind=row.kind,
        project=row.project,
        subject=row.subject,
        title=row.title,
        status=row.state,
        step=row.step,
        position=position,
        attempt=max(1, row.attempt),
        progress=progress,
        created_at=to_datetime(row.created_at),
        started_at=to_optional_datetime(row.started_at),
        created_by=row.created_by,
        host=row.host,
        process_id=row.process_id,
    )
