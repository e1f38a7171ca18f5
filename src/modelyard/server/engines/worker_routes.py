"""The worker protocol, as far as it is the same for every kind: claim, report, finish."""

from sqlalchemy import Connection

from modelyard.server.db import Db
from modelyard.server.engines import service
from modelyard.server.engines.dependency import Jobs
from modelyard.server.engines.guards import AnyWorker
from modelyard.server.engines.kinds import Ending
from modelyard.server.engines.queries import JobRow
from modelyard.server.kernel.bodies import takes_body_of
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.routing import Router
from modelyard.wire.jobs import JobFinish, JobReport, JobReportAnswer, JobSpec, JobStart

router = Router(prefix="/jobs/{job_id}", tags=["jobs"])

_MAX_REPORT_BYTES = 32 * 1024 * 1024
"""Thousands of metrics and of lines, which may be long."""


@router.post("/start")
async def start_job(body: JobStart, database: Db, supervisor: Jobs, worker: AnyWorker) -> JobSpec:
    """Claims the job; safe to repeat. 409 `lease_lost` when another attempt has it."""

    def start(connection: Connection) -> JobSpec:
        job = worker.require_job(connection)
        service.claim(connection, job, body.host, body.process_id, now_ms())
        threads = supervisor.capacity.threads(job.cpu_limit)
        spec = supervisor.kinds.owner_of(job).make_spec(connection, job, threads)
        return JobSpec(kind=job.kind, spec=spec.model_dump(mode="json"))

    return await database.write(start)


@router.post("/report")
@takes_body_of(_MAX_REPORT_BYTES)
async def report_job(body: JobReport, database: Db, supervisor: Jobs, worker: AnyWorker) -> JobReportAnswer:
    """A sign of life with what is new: step, progress, metrics, log lines. Safe to repeat."""

    def take(connection: Connection) -> tuple[JobRow, bool]:
        job = worker.require_job(connection)
        return job, service.take_report(connection, supervisor.kinds, job, body, now_ms())

    job, is_canceled = await database.write(take)
    return JobReportAnswer(cancel=is_canceled or supervisor.kinds.owner_of(job).should_stop(job.id))


@router.post("/finish", status_code=204)
@takes_body_of(_MAX_REPORT_BYTES)
async def finish_job(body: JobFinish, database: Db, supervisor: Jobs, worker: AnyWorker) -> None:
    """The last word. Safe to repeat."""

    def finish(connection: Connection) -> tuple[JobRow, Ending | None]:
        job = worker.find_job(connection)
        return job, service.finish_job(connection, supervisor.kinds, job, body, now_ms())

    job, ending = await database.write(finish)
    if ending is not None:
        supervisor.kinds.owner_of(job).ended(job, ending)
    supervisor.wake()
