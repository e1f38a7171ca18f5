"""A version on its way through its steps, with the timeline and duration that follow from it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import InvalidState
from modelyard.server.registry import announcements, live_events
from modelyard.server.registry.counters import refresh_default
from modelyard.server.registry.lifecycle import COUNTED, ENDED, MOVING, may_follow
from modelyard.server.registry.signatures import set_signature
from modelyard.server.registry.summaries.service import refresh_metrics
from modelyard.server.registry.tables import models, version_details, version_metrics, version_steps, versions
from modelyard.server.registry.tags.queries import version_tags
from modelyard.server.registry.texts import storable
from modelyard.server.registry.versions.digests import record_digests
from modelyard.server.registry.versions.protocol_files import location
from modelyard.server.registry.versions.settling import release_semver, settle_semver
from modelyard.server.tracking.runs.trainings import end_run
from modelyard.wire.jobs import TrainResult
from modelyard.wire.models import VersionStatus

_RUN_STATUS: dict[VersionStatus, str] = {
    VersionStatus.READY: "FINISHED",
    VersionStatus.FAILED: "FAILED",
    VersionStatus.CANCELED: "KILLED",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a version failed: a stable code, and words that a person can act on."""

    code: str
    message: str


def get_status(connection: Connection, version_id: int) -> VersionStatus:
    return VersionStatus(connection.scalars(select(versions.c.status).where(versions.c.id == version_id)).one())


def move_version(
    connection: Connection,
    project: str,
    version_id: int,
    to: VersionStatus,
    now: int,
    failure: Failure | None = None,
) -> None:
    """Ends the present step and enters the next; ends the run when the version ends.

    :raises InvalidState: `to` may not follow the present status.
    """
    row = connection.execute(select(versions).where(versions.c.id == version_id).with_for_update()).one()
    current = VersionStatus(row.status)
    if not may_follow(current, to):
        raise InvalidState(f"Version {row.number} of {row.model!r} is {current} and cannot become {to}.")
    message = None if failure is None else storable(failure.message, 20_000)
    connection.execute(
        update(version_steps)
        .where(version_steps.c.version_id == version_id, version_steps.c.ended_at.is_(None))
        .values(ended_at=now, error_message=message)
    )
    if to in MOVING:
        _enter_step(connection, version_id, to, now)
    counted = None if row.counting_since is None else (row.duration_ms or 0) + max(0, now - row.counting_since)
    values: dict[str, object] = {
        "status": str(to),
        "duration_ms": row.duration_ms if counted is None else counted,
        "counting_since": now if to in COUNTED else None,
        "waiting_since": now if to is VersionStatus.QUEUED else None,
        "updated_at": now,
    }
    if to in ENDED or to is VersionStatus.QUEUED:
        values |= {"progress_fraction": None, "progress_message": None, "progress_remaining_ms": None}
    if failure is not None:
        values |= {"error_step": str(current), "error_code": failure.code, "error_message": message}
    connection.execute(update(versions).where(versions.c.id == version_id).values(**values))
    connection.execute(update(models).where(models.c.id == row.model_id).values(updated_at=now))
    if to is VersionStatus.READY:
        settle_semver(Raw(connection), version_id)
    if to in ENDED:
        if to is not VersionStatus.READY and row.semver is not None:
            release_semver(Raw(connection), version_id)
        end_run(Raw(connection), row.run, _RUN_STATUS[to], now)
    if to is VersionStatus.READY:
        record_digests(connection, version_id, now)
        refresh_default(connection, row.model_id)
        _announce(Raw(connection), row)
    live_events.version_changed(connection, project, version_id)


def _announce(raw: Raw, version: Row[Any]) -> None:
    announcements.version_created(
        raw,
        version.project_id,
        version.model,
        version.number,
        source=location(version.id),
        run_id=version.run_id,
        description=version.description,
        tags=dict(version_tags(raw, [version.id]).get(version.id, [])),
    )


def stop_waiting(connection: Connection, version_id: int) -> None:
    """The engine has room: the version leaves the queue while its worker starts."""
    connection.execute(update(versions).where(versions.c.id == version_id).values(waiting_since=None))


def wait_again(connection: Connection, version_id: int, now: int) -> None:
    """A Queued version whose worker did not come is back in the queue."""
    connection.execute(update(versions).where(versions.c.id == version_id).values(waiting_since=now))


def set_progress(
    connection: Connection, version_id: int, fraction: float, message: str, remaining_ms: int | None
) -> None:
    connection.execute(
        update(versions)
        .where(versions.c.id == version_id)
        .values(progress_fraction=fraction, progress_message=message, progress_remaining_ms=remaining_ms)
    )


def set_results(
    connection: Connection,
    version_id: int,
    result: TrainResult,
    results_step: int | None,
) -> None:
    """Sets the results of a training, in place of those of an earlier attempt."""
    connection.execute(delete(version_metrics).where(version_metrics.c.version_id == version_id))
    rows = {
        (metric.split, metric.name): {
            "version_id": version_id,
            "split": metric.split,
            "name": storable(metric.name, 100),
            "ordinal": ordinal,
            "value": metric.value,
            "higher_is_better": metric.higher_is_better,
        }
        for ordinal, metric in enumerate(result.metrics)
    }
    if rows:
        connection.execute(insert(version_metrics), list(rows.values()))
    positive = None if result.positive_class is None else storable(result.positive_class, 1000)
    connection.execute(
        update(versions)
        .where(versions.c.id == version_id)
        .values(best_iteration=result.best_iteration, results_step=results_step, positive_class=positive)
    )
    connection.execute(
        update(version_details)
        .where(version_details.c.version_id == version_id)
        .values(warnings=[warning.model_dump(mode="json") for warning in result.warnings])
    )
    if result.signature is not None:
        set_signature(connection, version_id, result.signature)
    default_metric = connection.scalar(
        select(models.c.default_metric)
        .join(versions, versions.c.model_id == models.c.id)
        .where(versions.c.id == version_id)
    )
    refresh_metrics(connection, default_metric, versions.c.id == version_id)


def _enter_step(connection: Connection, version_id: int, step: VersionStatus, now: int) -> None:
    ordinal = (
        select(func.coalesce(func.max(version_steps.c.ordinal), -1) + 1)
        .where(version_steps.c.version_id == version_id)
        .scalar_subquery()
    )
    connection.execute(
        insert(version_steps).values(version_id=version_id, ordinal=ordinal, step=str(step), started_at=now)
    )
