"""What workers say about their jobs, turned into what happens to versions."""

import math
from collections.abc import Callable

from sqlalchemy import Connection, select

from modelyard.server.activity.events import emit
from modelyard.server.activity.service import record
from modelyard.server.datasets.queries import StoredVersion, get_version_by_id
from modelyard.server.db.raw import Raw
from modelyard.server.engines import service as engines
from modelyard.server.engines.queries import JobRow
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import InvalidArgument, LeaseLost
from modelyard.server.registry.lifecycle import ENDED
from modelyard.server.registry.live_events import version_topics
from modelyard.server.registry.tables import version_details, versions
from modelyard.server.registry.versions.files import MODEL_FOLDER, add_file, drop_files, list_files
from modelyard.server.registry.versions.log import NewLine, append_lines
from modelyard.server.registry.versions.moves import Failure, get_status, move_version, set_progress, set_results
from modelyard.server.storage import StoredFile
from modelyard.server.tracking.metrics.curves import find_last_step
from modelyard.server.tracking.metrics.service import point
from modelyard.server.tracking.runs.trainings import log_training_points
from modelyard.server.training.jobs.guards import WorkerCredential
from modelyard.wire.events import LogAppended, MetricsLogged, ProgressChanged
from modelyard.wire.jobs import JobFinish, JobReport, JobReportAnswer, JobSpec, JobStart, PredictSpec, TrainSpec
from modelyard.wire.models import STEPS, CurvePoint, Progress, VersionFile, VersionStatus

_STEPS = frozenset(STEPS[1:])
"""Those of a worker: in the first nobody is at work yet."""

IDLE_SECONDS = 300
"""How long a prediction worker stays warm when nobody asks."""


def start_job(
    connection: Connection, credential: WorkerCredential, start: JobStart, threads_of: Callable[[int | None], int]
) -> JobSpec:
    """The worker claims its job and learns what to do. Safe to repeat."""
    job = credential.require_job(connection)
    engines.claim(connection, job, start.host, start.process_id, now_ms())
    threads = threads_of(job.cpu_limit)
    if job.kind == "predict":
        return JobSpec(predict=_predict_spec(connection, job, threads))
    return JobSpec(train=_train_spec(connection, job, threads))


def take_report(
    connection: Connection, credential: WorkerCredential, report: JobReport, *, stop: bool
) -> JobReportAnswer:
    """Keeps what a worker reports: a few statements, whatever it reports. A repeat only counts as a sign of life."""
    job = credential.require_job(connection)
    now = now_ms()
    answer = JobReportAnswer(cancel=stop or job.cancel_requested_at is not None)
    changes: dict[str, object] = {}
    if report.status is not None and report.status not in _STEPS:
        raise InvalidArgument(
            f"A report says which step a training is at, and {report.status} is none.", hint="`finish` ends a training."
        )
    if report.sequence > job.report_sequence:
        changes["report_sequence"] = report.sequence
        if job.kind == "train":
            changes |= _take_training(connection, job, report, now)
    engines.beat(connection, job, now, **changes)
    return answer


def finish_job(connection: Connection, credential: WorkerCredential, finish: JobFinish) -> JobRow:
    """The last word. Repeating it is fine; a version that someone canceled is Canceled whatever the word is.

    :raises InvalidState: a version that was never trained cannot be Ready.
    """
    job = credential.find_job(connection)
    if job.state == "ended":
        if job.outcome is None:
            raise LeaseLost("This job was ended without its worker.", hint="Stop this worker.")
        return job
    now = now_ms()
    if job.kind == "train":
        status = VersionStatus(finish.status)
        if job.cancel_requested_at is not None:
            status = VersionStatus.CANCELED
        if status is VersionStatus.READY:
            set_results(connection, job.version_id, finish, _log_results(connection, job, finish, now))
        end_version(connection, job, status, now, _failure(finish) if status is VersionStatus.FAILED else None)
    engines.end_job(connection, job, finish.status, now)
    return job


def end_version(
    connection: Connection, job: JobRow, status: VersionStatus, now: int, failure: Failure | None = None
) -> None:
    """A training ends; what it has left is kept only if it is Ready."""
    if status is not VersionStatus.READY:
        drop_files(connection, job.version_id)
    if get_status(connection, job.version_id) not in ENDED:
        move_version(connection, job.project, job.version_id, status, now, failure)
    verb = {VersionStatus.READY: "version.trained", VersionStatus.FAILED: "version.failed"}
    action = verb.get(status, "version.stopped")
    detail = {} if failure is None else {"code": failure.code}
    record(connection, job.project_id, f"engine:{job.engine}", action, f"{job.model}/{job.number}", **detail)


def put_file(connection: Connection, credential: WorkerCredential, path: str, file: StoredFile) -> VersionFile:
    """Adds a file that a training has uploaded."""
    job = credential.require_job(connection)
    engines.beat(connection, job, now_ms())
    return add_file(connection, job.version_id, path, file)


def get_data(connection: Connection, credential: WorkerCredential) -> StoredVersion:
    """The dataset version that a training is for."""
    job = credential.require_job(connection, lock=False)
    return get_version_by_id(connection, _dataset_version_id(connection, job))


def append_log(connection: Connection, job: JobRow, lines: list[NewLine]) -> None:
    """Adds lines to the version's log and shows them to those who watch it."""
    added = append_lines(connection, job.version_id, lines)
    if added:
        event = LogAppended(model=job.model, number=job.number, lines=added)
        emit(connection, job.project, version_topics(job.model, job.number)[1:], event)


def _take_training(connection: Connection, job: JobRow, report: JobReport, now: int) -> dict[str, object]:
    changes: dict[str, object] = {}
    if report.status is not None and job.cancel_requested_at is None:
        if report.status is not get_status(connection, job.version_id):
            move_version(connection, job.project, job.version_id, report.status, now)
        changes["version_status"] = str(report.status)
    if report.fraction is not None and math.isfinite(report.fraction):
        changes |= _take_progress(connection, job, report.fraction, report)
    if report.metrics:
        _take_metrics(connection, job, report)
    if report.log:
        append_log(connection, job, [NewLine(entry.timestamp_ms, entry.text) for entry in report.log])
    return changes


def _take_progress(connection: Connection, job: JobRow, fraction: float, report: JobReport) -> dict[str, object]:
    remaining = None if report.remaining_ms is None else max(0, report.remaining_ms)
    progress = Progress(
        fraction=min(1.0, max(0.0, fraction)), message=(report.message or "")[:500], remaining_ms=remaining
    )
    set_progress(connection, job.version_id, progress.fraction, progress.message, remaining)
    event = ProgressChanged(model=job.model, number=job.number, progress=progress)
    emit(connection, job.project, (*version_topics(job.model, job.number), "engines"), event)
    return {
        "progress_fraction": progress.fraction,
        "progress_message": progress.message,
        "progress_remaining_ms": remaining,
    }


def _take_metrics(connection: Connection, job: JobRow, report: JobReport) -> None:
    run = connection.scalar(select(versions.c.run).where(versions.c.id == job.version_id))
    assert run is not None
    points = [point(item.key, item.value, item.timestamp_ms, item.step) for item in report.metrics]
    log_training_points(Raw(connection), run, points)
    by_key: dict[str, list[CurvePoint]] = {}
    for item in report.metrics:
        shown = CurvePoint(step=item.step, timestamp_ms=item.timestamp_ms, value=item.value)
        by_key.setdefault(item.key, []).append(shown)
    event = MetricsLogged(model=job.model, number=job.number, points=by_key)
    emit(connection, job.project, version_topics(job.model, job.number)[1:], event)


def _log_results(connection: Connection, job: JobRow, finish: JobFinish, now: int) -> int | None:
    """The run's latest metrics are those of the version, not those of the last step before the training stopped.

    Answers the step that they are logged at.
    """
    run = connection.scalar(select(versions.c.run).where(versions.c.id == job.version_id))
    if run is None:
        return None
    step = find_last_step(Raw(connection), run) + 1
    points = [point(f"{metric.split}_{metric.name}", metric.value, now, step) for metric in finish.metrics]
    log_training_points(Raw(connection), run, points)
    return step


def _failure(finish: JobFinish) -> Failure:
    return Failure(
        code=(finish.error_code or "trainer_error")[:60],
        message=finish.error_message or "The worker gave no reason; see the log.",
    )


def _train_spec(connection: Connection, job: JobRow, threads: int) -> TrainSpec:
    row = connection.execute(
        select(versions.c.run_id, versions.c.seed, version_details.c.rendered_config)
        .join(version_details)
        .where(versions.c.id == job.version_id)
    ).one()
    data = get_version_by_id(connection, _dataset_version_id(connection, job)).record
    return TrainSpec(
        project=job.project,
        model=job.model,
        number=job.number,
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


def _predict_spec(connection: Connection, job: JobRow, threads: int) -> PredictSpec:
    row = connection.execute(
        select(versions.c.target, versions.c.output_type).where(versions.c.id == job.version_id)
    ).one()
    files = list_files(connection, job.version_id, MODEL_FOLDER)
    return PredictSpec(
        project=job.project,
        model=job.model,
        number=job.number,
        target=row.target,
        output_type=row.output_type,
        files=[file.path for file, _ in files],
        idle_seconds=IDLE_SECONDS,
        threads=threads,
    )


def _dataset_version_id(connection: Connection, job: JobRow) -> int:
    found: int | None = connection.scalar(select(versions.c.dataset_version_id).where(versions.c.id == job.version_id))
    if found is None:
        raise LeaseLost("This job is not for a training.")
    return found
