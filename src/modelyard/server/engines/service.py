"""The rules of jobs: queued, started by an engine, claimed by a worker with a token, ended."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection, insert, update

from modelyard.server.activity.events import EVERY_PROJECT, emit
from modelyard.server.engines.queries import JobKind, JobRow, find_job
from modelyard.server.engines.tables import jobs
from modelyard.server.kernel.errors import LeaseLost, Unauthenticated
from modelyard.server.kernel.ids import hash_token, new_id, new_token
from modelyard.wire.events import ObjectChanged
from modelyard.wire.models import VersionStatus

_TOKEN = re.compile(r"(\d{1,9})-[A-Za-z0-9_-]{20,}")


@dataclass(frozen=True, slots=True)
class NewJob:
    kind: JobKind
    engine: str
    project_id: int
    project: str
    version_id: int
    model: str
    number: int
    version_status: VersionStatus
    retries: int
    memory_limit_bytes: int | None
    cpu_limit: int | None
    created_by: str


def add_job(connection: Connection, new: NewJob, now: int) -> str:
    """Puts a job at the end of its engine's queue; answers its id."""
    job_id = new_id()
    connection.execute(
        insert(jobs).values(
            id=job_id,
            kind=new.kind,
            engine=new.engine,
            project_id=new.project_id,
            version_id=new.version_id,
            project=new.project,
            model=new.model,
            number=new.number,
            version_status=str(new.version_status),
            state="queued",
            attempt=0,
            retries_left=new.retries,
            memory_limit_bytes=new.memory_limit_bytes,
            cpu_limit=new.cpu_limit,
            report_sequence=-1,
            created_at=now,
            created_by=new.created_by,
        )
    )
    _changed(connection, new.engine)
    return job_id


def begin_attempt(connection: Connection, job: JobRow, host: str, now: int) -> str | None:
    """A queued job gets a worker: answers the token for it, or None when the job is no longer queued."""
    attempt = job.attempt + 1
    token = f"{attempt}-{new_token()}"
    found = connection.execute(
        update(jobs)
        .where(jobs.c.id == job.id, jobs.c.state == "queued", jobs.c.attempt == job.attempt)
        .values(
            state="starting",
            attempt=attempt,
            token_hash=hash_token(token),
            report_sequence=-1,
            started_at=now,
            heartbeat_at=None,
            host=host,
            process_id=None,
            process_started_at=None,
        )
    )
    if found.rowcount == 0:
        return None
    _changed(connection, job.engine)
    return token


def set_process(connection: Connection, job_id: str, attempt: int, process_id: int, started_at: float) -> None:
    """Which process runs an attempt."""
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job_id, jobs.c.attempt == attempt)
        .values(process_id=process_id, process_started_at=started_at)
    )


def clear_process(connection: Connection, job: JobRow) -> None:
    """The process of an ended job is gone."""
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job.id, jobs.c.attempt == job.attempt, jobs.c.state == "ended")
        .values(process_id=None, process_started_at=None)
    )


def authenticate(connection: Connection, job_id: str, token: str, *, lock: bool = True) -> JobRow:
    """The job whose present attempt has this token, ended or not.

    :raises Unauthenticated: there is no such job, or the token is not one of its.
    :raises LeaseLost: a later attempt has the job.
    """
    job = find_job(connection, job_id, lock=lock)
    if job is not None and job.token_hash == hash_token(token):
        return job
    given = _TOKEN.fullmatch(token)
    if job is not None and given is not None and int(given[1]) < job.attempt:
        raise LeaseLost("A later attempt has taken over this job.", hint="Stop this worker.")
    if job is not None and given is not None and job.token_hash is None:
        raise LeaseLost("This job waits to be started again.", hint="Stop this worker.")
    raise Unauthenticated("There is no such job, or this is not its token.")


def require_lease(job: JobRow) -> JobRow:
    """:raises LeaseLost: the job has ended."""
    if job.state not in ("starting", "running"):
        raise LeaseLost("This job has ended.", hint="Stop this worker.")
    return job


def claim(connection: Connection, job: JobRow, host: str, process_id: int, now: int) -> None:
    """A worker takes its job. Repeating it is fine: the token says that it is the same attempt."""
    values: dict[str, object] = {"state": "running", "heartbeat_at": now}
    if job.process_id is None:
        values |= {"host": host[:255], "process_id": process_id}
    connection.execute(update(jobs).where(jobs.c.id == job.id).values(**values))
    _changed(connection, job.engine)


def beat(connection: Connection, job: JobRow, now: int, **changes: object) -> None:
    """The worker has spoken; `changes` are columns of its job that it reported."""
    connection.execute(update(jobs).where(jobs.c.id == job.id).values(heartbeat_at=now, **changes))
    if "version_status" in changes:
        _changed(connection, job.engine)


def request_cancel(connection: Connection, job: JobRow, now: int) -> None:
    """The engine ends the job: kindly first, and by force when that takes too long."""
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job.id, jobs.c.cancel_requested_at.is_(None))
        .values(cancel_requested_at=now, version_status=str(VersionStatus.CANCELING))
    )
    _changed(connection, job.engine)


def end_job(connection: Connection, job: JobRow, outcome: str | None, now: int) -> None:
    """`outcome` is what the worker said; None when the engine ended it."""
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job.id)
        .values(state="ended", outcome=outcome, ended_at=now, progress_fraction=None)
    )
    _changed(connection, job.engine)


def requeue_job(connection: Connection, job: JobRow, *, uses_retry: bool) -> None:
    """Back into the queue, at the place that its age gives it. The old token is worth nothing from now on."""
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job.id)
        .values(
            state="queued",
            token_hash=None,
            retries_left=job.retries_left - (1 if uses_retry else 0),
            version_status=str(VersionStatus.QUEUED),
            progress_fraction=None,
            host=None,
            process_id=None,
            process_started_at=None,
            heartbeat_at=None,
            started_at=None,
        )
    )
    _changed(connection, job.engine)


def _changed(connection: Connection, engine: str) -> None:
    emit(connection, EVERY_PROJECT, ("engines",), ObjectChanged(kind="engine", name=engine))
