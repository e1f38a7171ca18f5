"""Reads of jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, case, func, select

from modelyard.server.engines.tables import jobs
from modelyard.server.kernel.clock import to_datetime, to_optional_datetime
from modelyard.wire.engines import Job
from modelyard.wire.models import Progress, VersionStatus

JobKind = Literal["train", "predict"]
JobState = Literal["queued", "starting", "running", "ended"]

ACTIVE = ("queued", "starting", "running")


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as an engine and its owner see it. Times are milliseconds since the epoch."""

    id: str
    kind: JobKind
    engine: str
    project_id: int
    version_id: int
    project: str
    model: str
    number: int
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


def find_active_job(connection: Connection, version_id: int, kind: JobKind) -> JobRow | None:
    row = connection.execute(
        select(*_COLUMNS).where(jobs.c.version_id == version_id, jobs.c.kind == kind, jobs.c.state.in_(ACTIVE))
    ).first()
    return None if row is None else JobRow(*row)


def list_watched(connection: Connection, engine: str) -> list[JobRow]:
    """What an engine has to look after: jobs that have not ended, and ended ones whose process may still be there.

    In the order in which they are started.
    """
    watched = jobs.c.state.in_(ACTIVE) | jobs.c.process_id.is_not(None)
    rows = connection.execute(
        select(*_COLUMNS).where(jobs.c.engine == engine, watched).order_by(jobs.c.created_at, jobs.c.id)
    )
    return [JobRow(*row) for row in rows]


def list_jobs(connection: Connection, engine: str, projects: Sequence[int] | None = None) -> list[Job]:
    """Running trainings first, then the queue in order, then predictions; only of these projects, or of all.

    A position counts every job that waits, whoever may see it.
    """
    is_queued = (jobs.c.kind == "train") & (jobs.c.state == "queued")
    rank = case((jobs.c.kind == "predict", 2), (is_queued, 1), else_=0).label("rank")
    position = func.row_number().over(partition_by=rank, order_by=(jobs.c.created_at, jobs.c.id)).label("position")
    active = (
        select(jobs, rank, position).where(jobs.c.engine == engine, jobs.c.state.in_(ACTIVE)).subquery("active_jobs")
    )
    statement = select(active).order_by(active.c.rank, active.c.position)
    if projects is not None:
        statement = statement.where(active.c.project_id.in_(projects))
    return [_to_job(row, row.position if row.rank == 1 else None) for row in connection.execute(statement)]


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
        model=row.model,
        number=row.number,
        status=row.state,
        version_status=VersionStatus(row.version_status),
        position=position,
        attempt=max(1, row.attempt),
        progress=progress,
        created_at=to_datetime(row.created_at),
        started_at=to_optional_datetime(row.started_at),
        created_by=row.created_by,
        host=row.host,
        process_id=row.process_id,
    )
