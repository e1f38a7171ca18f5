"""The rules of jobs: queued, started by an engine, claimed by a worker with a token, reported, ended."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, update

from modelyard.server.activity.events import EVERY_PROJECT, emit
from modelyard.server.engines.engine import WorkerProcess
from modelyard.server.engines.kinds import Ending, JobKinds, Loss
from modelyard.server.engines.queries import JobRow, find_job
from modelyard.server.engines.tables import jobs
from modelyard.server.kernel.errors import LeaseLost, Unauthenticated
from modelyard.server.kernel.ids import hash_token, new_id, new_token
from modelyard.wire.events import ObjectChanged
from modelyard.wire.jobs import JobFinish, JobReport
from modelyard.wire.models import Progress

QUEUED, CANCELING = "Queued", "Canceling"
"""Steps that are the same for every kind."""

_TOKEN = re.compile(r"(\d{1,9})-[A-Za-z0-9_-]{20,}")
_MAX_STEP_LENGTH = 40
_MAX_PROGRESS_LENGTH = 500


@dataclass(frozen=True, slots=True)
class NewJob:
    """`subject` is for the owner of the kind, `title` the same in words; `payload` is what the owner remembers."""

    kind: str
    engine: str
    project_id: int
    project: str
    subject: str
    title: str
    created_by: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    step: str = QUEUED
    retries: int = 0
    memory_limit_bytes: int | None = None
    cpu_limit: int | None = None


def add_job(connection: Connection, new: NewJob, now: int) -> str:
    """Puts a job at the end of its engine's queue; answers its id.

    :raises Conflict: the subject has a job of this kind that has not ended.
    """
    job_id = new_id()
    connection.execute(
        insert(jobs).values(
            id=job_id,
            kind=new.kind,
            engine=new.engine,
            project_id=new.project_id,
            project=new.project,
            subject=new.subject,
            title=new.title,
            step=new.step,
            payload=dict(new.payload),
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
    begun = connection.execute(
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
    if begun.rowcount == 0:
        return None
    _changed(connection, job.engine)
    return token


def set_process(connection: Connection, job_id: str, attempt: int, process: WorkerProcess) -> None:
    """Which process runs an attempt."""
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job_id, jobs.c.attempt == attempt)
        .values(process_id=process.process_id, process_started_at=process.started_at)
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
    matched = _TOKEN.fullmatch(token)
    if job is not None and matched is not None and int(matched[1]) < job.attempt:
        raise LeaseLost("A later attempt has taken over this job.", hint="Stop this worker.")
    if job is not None and matched is not None and job.token_hash is None:
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
    if "step" in changes:
        _changed(connection, job.engine)


def take_report(connection: Connection, kinds: JobKinds, job: JobRow, report: JobReport, now: int) -> bool:
    """Keeps what a worker reports; answers whether it is to stop. A repeat only counts as a sign of life."""
    changes: dict[str, object] = {}
    if report.sequence > job.report_sequence:
        changes["report_sequence"] = report.sequence
        if report.status is not None and job.cancel_requested_at is None:
            changes["step"] = report.status.replace("\0", "")[:_MAX_STEP_LENGTH]
        if (progress := progress_of(report)) is not None:
            changes |= {
                "progress_fraction": progress.fraction,
                "progress_message": progress.message,
                "progress_remaining_ms": progress.remaining_ms,
            }
        kinds.owner_of(job).take_report(connection, job, report, now)
    beat(connection, job, now, **changes)
    return job.cancel_requested_at is not None


def progress_of(report: JobReport) -> Progress | None:
    """How far a job is, within its bounds; None when the report does not say."""
    if report.fraction is None or not math.isfinite(report.fraction):
        return None
    return Progress(
        fraction=min(1.0, max(0.0, report.fraction)),
        message=(report.message or "")[:_MAX_PROGRESS_LENGTH].replace("\0", ""),
        remaining_ms=None if report.remaining_ms is None else max(0, report.remaining_ms),
    )


def finish_job(connection: Connection, kinds: JobKinds, job: JobRow, finish: JobFinish, now: int) -> Ending | None:
    """A worker's last word; None when it was said before. A job that someone canceled is Canceled whatever it says.

    :raises LeaseLost: the job was ended without its worker.
    """
    if job.state == "ended":
        if job.outcome is None:
            raise LeaseLost("This job was ended without its worker.", hint="Stop this worker.")
        return None
    ending = Ending(finish.status, finish.error_code, finish.error_message, finish.result)
    if job.cancel_requested_at is not None:
        ending = Ending("Canceled")
    kinds.owner_of(job).end(connection, job, ending, now)
    end_job(connection, job, finish.status, now)
    return ending


def lose_worker(connection: Connection, kinds: JobKinds, job: JobRow, loss: Loss, now: int) -> Ending | None:
    """The worker is gone: the job ends, or goes back into the queue, which answers None."""
    owner = kinds.owner_of(job)
    if job.cancel_requested_at is not None:
        ending = Ending("Canceled", loss=loss)
    elif loss.code == "never_started":
        owner.retry(connection, job, loss, now)
        _requeue(connection, job, uses_retry=False)
        return None
    elif loss.code == "worker_lost" and job.retries_left > 0:
        owner.retry(connection, job, loss, now)
        _requeue(connection, job, uses_retry=True)
        return None
    else:
        ending = Ending("Failed", loss.code, loss.message, loss=loss)
    owner.end(connection, job, ending, now)
    end_job(connection, job, None, now)
    return ending


def cancel_job(connection: Connection, job: JobRow, now: int) -> bool:
    """Ends a job that waits, and asks for the end of one at work: kindly first, by force when that takes too long.

    Answers whether it has ended. Its subject is the business of the caller then; else its owner is told of the end.
    """
    if job.state in ("queued", "ended"):
        if job.state == "queued":
            end_job(connection, job, None, now)
        return True
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job.id, jobs.c.cancel_requested_at.is_(None))
        .values(cancel_requested_at=now, step=CANCELING)
    )
    _changed(connection, job.engine)
    return False


def end_job(connection: Connection, job: JobRow, outcome: str | None, now: int) -> None:
    """`outcome` is what the worker said; None when it was ended without it."""
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job.id)
        .values(state="ended", outcome=outcome, ended_at=now, progress_fraction=None)
    )
    _changed(connection, job.engine)


def _requeue(connection: Connection, job: JobRow, *, uses_retry: bool) -> None:
    """Back into the queue, at the place that its age gives it. The old token is worth nothing from now on."""
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job.id)
        .values(
            state="queued",
            token_hash=None,
            retries_left=job.retries_left - (1 if uses_retry else 0),
            step=QUEUED,
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
