"""What workers say about trainings, turned into what happens to versions."""

from sqlalchemy import Connection, select

from modelyard.server.activity.events import emit
from modelyard.server.activity.service import record
from modelyard.server.datasets.queries import StoredVersion, get_version_by_id
from modelyard.server.db.raw import Raw
from modelyard.server.engines import service as engines
from modelyard.server.engines.guards import WorkerCredential
from modelyard.server.engines.queries import JobRow
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import InvalidArgument, LeaseLost
from modelyard.server.registry.lifecycle import ENDED
from modelyard.server.registry.live_events import version_topics
from modelyard.server.registry.tables import version_details, versions
from modelyard.server.registry.versions.files import add_file, drop_files
from modelyard.server.registry.versions.log import NewLine, append_lines
from modelyard.server.registry.versions.moves import Failure, get_status, move_version, set_progress, set_results
from modelyard.server.registry.versions.subjects import VersionSubject
from modelyard.server.storage import StoredFile
from modelyard.server.tracking.metrics.curves import find_last_step
from modelyard.server.tracking.metrics.service import point
from modelyard.server.tracking.runs.trainings import log_training_points
from modelyard.wire.events import LogAppended, MetricsLogged, ProgressChanged
from modelyard.wire.jobs import JobReport, TrainResult, TrainSpec
from modelyard.wire.models import STEPS, CurvePoint, VersionFile, VersionStatus

_STEPS = frozenset(str(step) for step in STEPS[1:])
"""Those of a worker: in the first nobody is at work yet."""


def make_spec(connection: Connection, job: JobRow, threads: int) -> TrainSpec:
    """What the worker of a training has to know."""
    version = VersionSubject.of(job.payload)
    row = connection.execute(
        select(versions.c.run_id, versions.c.seed, version_details.c.rendered_config)
        .join(version_details)
        .where(versions.c.id == version.version_id)
    ).one_or_none()
    if row is None:
        raise LeaseLost("The version of this job was deleted.", hint="Stop this worker.")
    data = get_version_by_id(connection, _dataset_version_id(connection, job)).record
    return TrainSpec(
        project=job.project,
        model=version.model,
        number=version.number,
        run_id=row.run_id,
        dataset=data.dataset,
        dataset_version=data.number,
        dataset_digest=data.digest,
        columns=data.columns,
        source_name=data.source_name,
        rendered_config=row.rendered_config,
        seed=row.seed,
        threads=threads,
        created_by=job.created_by,
    )


def take_report(connection: Connection, job: JobRow, report: JobReport, now: int) -> None:
    """Keeps what a training reports: a few statements, whatever it reports."""
    version = VersionSubject.of(job.payload)
    if report.status is not None:
        if report.status not in _STEPS:
            raise InvalidArgument(
                f"A report says which step a training is at, and {report.status[:40]} is none.",
                hint="`finish` ends a training.",
            )
        status = VersionStatus(report.status)
        if job.cancel_requested_at is None and status is not get_status(connection, version.version_id):
            move_version(connection, job.project, version.version_id, status, now)
    _take_progress(connection, job, version, report)
    if report.metrics:
        _take_metrics(connection, job, version, report)
    if report.log:
        append_log(connection, job, [NewLine(entry.timestamp_ms, entry.text) for entry in report.log])


def set_training_results(connection: Connection, job: JobRow, result: TrainResult, now: int) -> None:
    """What a training that is Ready has found out."""
    version_id = VersionSubject.of(job.payload).version_id
    set_results(connection, version_id, result, _log_results(connection, version_id, result, now))


def end_version(
    connection: Connection, job: JobRow, status: VersionStatus, now: int, failure: Failure | None = None
) -> None:
    """A training ends; what it has left is kept only if it is Ready."""
    version = VersionSubject.of(job.payload)
    if status is not VersionStatus.READY:
        drop_files(connection, version.version_id)
    if get_status(connection, version.version_id) not in ENDED:
        move_version(connection, job.project, version.version_id, status, now, failure)
    verb = {VersionStatus.READY: "version.trained", VersionStatus.FAILED: "version.failed"}
    action = verb.get(status, "version.stopped")
    detail = {} if failure is None else {"code": failure.code}
    record(connection, job.project_id, f"engine:{job.engine}", action, version.title, **detail)


def put_file(connection: Connection, credential: WorkerCredential, path: str, file: StoredFile) -> VersionFile:
    """Adds a file that a training has uploaded."""
    job = credential.require_job(connection)
    engines.beat(connection, job, now_ms())
    return add_file(connection, VersionSubject.of(job.payload).version_id, path, file)


def get_data(connection: Connection, credential: WorkerCredential) -> StoredVersion:
    """The dataset version that a training is for."""
    job = credential.require_job(connection, lock=False)
    return get_version_by_id(connection, _dataset_version_id(connection, job))


def append_log(connection: Connection, job: JobRow, lines: list[NewLine]) -> None:
    """Adds lines to the version's log and shows them to those who watch it."""
    version = VersionSubject.of(job.payload)
    added = append_lines(connection, version.version_id, lines)
    if added:
        event = LogAppended(model=version.model, number=version.number, lines=added)
        emit(connection, job.project, version_topics(version.model, version.number)[1:], event)


def _take_progress(connection: Connection, job: JobRow, version: VersionSubject, report: JobReport) -> None:
    progress = engines.progress_of(report)
    if progress is None:
        return
    set_progress(connection, version.version_id, progress.fraction, progress.message, progress.remaining_ms)
    event = ProgressChanged(model=version.model, number=version.number, progress=progress)
    emit(connection, job.project, (*version_topics(version.model, version.number), "engines"), event)


def _take_metrics(connection: Connection, job: JobRow, version: VersionSubject, report: JobReport) -> None:
    run = connection.scalar(select(versions.c.run).where(versions.c.id == version.version_id))
    assert run is not None
    points = [point(item.key, item.value, item.timestamp_ms, item.step) for item in report.metrics]
    log_training_points(Raw(connection), run, points)
    by_key: dict[str, list[CurvePoint]] = {}
    for item in report.metrics:
        shown = CurvePoint(step=item.step, timestamp_ms=item.timestamp_ms, value=item.value)
        by_key.setdefault(item.key, []).append(shown)
    event = MetricsLogged(model=version.model, number=version.number, points=by_key)
    emit(connection, job.project, version_topics(version.model, version.number)[1:], event)


def _log_results(connection: Connection, version_id: int, result: TrainResult, now: int) -> int | None:
    """The run's latest metrics are those of the version, not those of the last step before the training stopped.

    Answers the step that they are logged at.
    """
    run = connection.scalar(select(versions.c.run).where(versions.c.id == version_id))
    if run is None:
        return None
    step = find_last_step(Raw(connection), run) + 1
    points = [point(f"{metric.split}_{metric.name}", metric.value, now, step) for metric in result.metrics]
    log_training_points(Raw(connection), run, points)
    return step


def _dataset_version_id(connection: Connection, job: JobRow) -> int:
    version_id = VersionSubject.of(job.payload).version_id
    dataset_version_id: int | None = connection.scalar(
        select(versions.c.dataset_version_id).where(versions.c.id == version_id)
    )
    if dataset_version_id is None:
        raise LeaseLost("The version of this job was deleted.", hint="Stop this worker.")
    return dataset_version_id
