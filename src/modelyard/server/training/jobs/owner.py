"""What becomes of a version when its worker is lost."""

from sqlalchemy import Connection, select

from modelyard.server.db.raw import Raw
from modelyard.server.engines import service as engines
from modelyard.server.engines.owner import Loss
from modelyard.server.engines.queries import JobRow
from modelyard.server.registry.tables import version_log, versions
from modelyard.server.registry.versions.files import drop_files
from modelyard.server.registry.versions.log import NewLine
from modelyard.server.registry.versions.moves import Failure, get_status, move_version, stop_waiting, wait_again
from modelyard.server.tracking.runs.trainings import clear_metrics
from modelyard.server.training.jobs.service import append_log, end_version
from modelyard.server.training.predictions.broker import PredictionBroker
from modelyard.wire.models import VersionStatus


class TrainingOwner:
    """Answers the engine for trainings and predictions."""

    def __init__(self, broker: PredictionBroker) -> None:
        self._broker = broker

    def starting(self, connection: Connection, job: JobRow) -> None:
        if job.kind == "train":
            stop_waiting(connection, job.version_id)

    def lost(self, connection: Connection, job: JobRow, loss: Loss, now: int) -> None:
        if job.kind == "predict":
            engines.end_job(connection, job, None, now)
            return
        _keep_output(connection, job, loss, now)
        if job.cancel_requested_at is not None:
            end_version(connection, job, VersionStatus.CANCELED, now)
            engines.end_job(connection, job, None, now)
        elif loss.code == "never_started":
            engines.requeue_job(connection, job, uses_retry=False)
            wait_again(connection, job.version_id, now)
        elif loss.code == "worker_lost" and job.retries_left > 0:
            _try_again(connection, job, loss, now)
        else:
            hint = " See the log for its last words; train again with Retrain." if loss.code == "worker_lost" else ""
            end_version(connection, job, VersionStatus.FAILED, now, Failure(loss.code, f"{loss.message}{hint}"))
            engines.end_job(connection, job, None, now)

    def ended(self, job: JobRow, loss: Loss) -> None:
        if job.kind == "predict":
            self._broker.worker_ended(job.id, job.version_id, loss)

    def make_room(self) -> None:
        self._broker.stop_idlest()


def _try_again(connection: Connection, job: JobRow, loss: Loss, now: int) -> None:
    line = (
        f"Attempt {job.attempt} was lost: {loss.message} Trying again; {job.retries_left - 1} more retries after this."
    )
    append_log(connection, job, [NewLine(now, line)])
    drop_files(connection, job.version_id)
    run = connection.scalar(select(versions.c.run).where(versions.c.id == job.version_id))
    assert run is not None
    clear_metrics(Raw(connection), run)
    if get_status(connection, job.version_id) is VersionStatus.QUEUED:
        wait_again(connection, job.version_id, now)
    else:
        move_version(connection, job.project, job.version_id, VersionStatus.QUEUED, now)
    engines.requeue_job(connection, job, uses_retry=True)


def _keep_output(connection: Connection, job: JobRow, loss: Loss, now: int) -> None:
    """The last output of the process goes into the log, without what the worker has reported itself."""
    reported = set(
        connection.scalars(
            select(version_log.c.text)
            .where(version_log.c.version_id == job.version_id)
            .order_by(version_log.c.sequence.desc())
            .limit(2000)
        )
    )
    append_log(connection, job, [NewLine(now, line) for line in loss.output if line not in reported])
