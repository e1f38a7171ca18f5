"""What the jobs that train versions mean."""

from collections.abc import Sequence

from pydantic import ValidationError
from sqlalchemy import Connection, select

from modelyard.server.db.raw import Raw
from modelyard.server.engines.kinds import Ending, JobOwner, Loss
from modelyard.server.engines.queries import JobRow
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.registry.tables import version_log, versions
from modelyard.server.registry.versions.files import drop_files
from modelyard.server.registry.versions.log import NewLine
from modelyard.server.registry.versions.moves import Failure, get_status, move_version, stop_waiting, wait_again
from modelyard.server.registry.versions.subjects import VersionSubject, find_deleted
from modelyard.server.tracking.runs.trainings import clear_metrics
from modelyard.server.training.jobs import service
from modelyard.server.training.reproductions.service import settle
from modelyard.wire.jobs import JobReport, TrainResult, TrainSpec
from modelyard.wire.models import VersionStatus

TRAIN = "train"


class TrainingOwner(JobOwner):
    """A version goes through the steps of a training, and is Ready, Failed or Canceled in the end."""

    def make_spec(self, connection: Connection, job: JobRow, threads: int) -> TrainSpec:
        return service.make_spec(connection, job, threads)

    def begin(self, connection: Connection, job: JobRow) -> None:
        stop_waiting(connection, VersionSubject.of(job.payload).version_id)

    def take_report(self, connection: Connection, job: JobRow, report: JobReport, now: int) -> None:
        service.take_report(connection, job, report, now)

    def end(self, connection: Connection, job: JobRow, ending: Ending, now: int) -> None:
        """:raises InvalidState: a version that was never trained cannot be Ready."""
        if ending.loss is not None:
            _keep_output(connection, job, ending.loss, now)
        if ending.outcome == "Ready":
            service.set_training_results(connection, job, _read_result(ending), now)
        failure = _failure(ending) if ending.outcome == "Failed" else None
        service.end_version(connection, job, VersionStatus(ending.outcome), now, failure)
        settle(connection, VersionSubject.of(job.payload).version_id, now, is_ready=ending.outcome == "Ready")

    def retry(self, connection: Connection, job: JobRow, loss: Loss, now: int) -> None:
        version_id = VersionSubject.of(job.payload).version_id
        _keep_output(connection, job, loss, now)
        if loss.code == "never_started":
            wait_again(connection, version_id, now)
        else:
            _begin_again(connection, job, loss, now)

    def find_gone(self, connection: Connection, jobs: Sequence[JobRow]) -> set[str]:
        version_ids = {job.id: VersionSubject.of(job.payload).version_id for job in jobs}
        deleted = find_deleted(connection, version_ids.values())
        return {job_id for job_id, version_id in version_ids.items() if version_id in deleted}


def _read_result(ending: Ending) -> TrainResult:
    try:
        return TrainResult.model_validate(ending.result)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in ("result", *first["loc"]))
        raise InvalidArgument(f"{place}: {first['msg']}.") from error


def _begin_again(connection: Connection, job: JobRow, loss: Loss, now: int) -> None:
    version_id = VersionSubject.of(job.payload).version_id
    line = (
        f"Attempt {job.attempt} was lost: {loss.message} Trying again; {job.retries_left - 1} more retries after this."
    )
    service.append_log(connection, job, [NewLine(now, line)])
    drop_files(connection, version_id)
    run = connection.scalar(select(versions.c.run).where(versions.c.id == version_id))
    assert run is not None
    clear_metrics(Raw(connection), run)
    if get_status(connection, version_id) is VersionStatus.QUEUED:
        wait_again(connection, version_id, now)
    else:
        move_version(connection, job.project, version_id, VersionStatus.QUEUED, now)


def _failure(ending: Ending) -> Failure:
    hint = {
        "worker_lost": " See the log for its last words; train again with Retrain.",
        "out_of_memory": " Raise backend.memory_limit_bytes or the setting engine_memory_limit_mb, or train on less "
        "data (preprocessing.sample_ratio).",
    }
    message = ending.error_message or "The worker gave no reason; see the log."
    if ending.loss is not None:
        message += hint.get(ending.loss.code, "")
    return Failure(code=(ending.error_code or "trainer_error")[:60], message=message)


def _keep_output(connection: Connection, job: JobRow, loss: Loss, now: int) -> None:
    """The last output of the process goes into the log, without what the worker has reported itself."""
    reported = set(
        connection.scalars(
            select(version_log.c.text)
            .where(version_log.c.version_id == VersionSubject.of(job.payload).version_id)
            .order_by(version_log.c.sequence.desc())
            .limit(2000)
        )
    )
    service.append_log(connection, job, [NewLine(now, line) for line in loss.output if line not in reported])
