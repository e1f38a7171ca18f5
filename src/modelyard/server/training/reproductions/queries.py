"""Reads of reproductions, and of what they compare."""

from typing import NamedTuple

from sqlalchemy import Connection, select

from modelyard.server.kernel.clock import to_datetime, to_optional_datetime
from modelyard.server.registry.tables import version_details, version_files, version_metrics, versions
from modelyard.server.registry.versions.files import MODEL_FOLDER
from modelyard.server.training.reproductions.tables import reproductions
from modelyard.wire.reproduction import Reproduction

_MAX_LISTED = 200


class PendingReproduction(NamedTuple):
    """The version that is trained again; none when it was deleted meanwhile."""

    original_id: int | None
    tolerance: float


class TrainingOutcome(NamedTuple):
    """What a training has left: digests by path, metrics by split and name, and its config with every default."""

    files: dict[str, str]
    metrics: dict[tuple[str, str], float | None]
    rendered: dict[str, object]


def find_pending(connection: Connection, version_id: int) -> PendingReproduction | None:
    """The reproduction that the version is, when it has no outcome yet."""
    row = connection.execute(
        select(reproductions.c.original_id, reproductions.c.tolerance).where(
            reproductions.c.version_id == version_id, reproductions.c.result.is_(None)
        )
    ).one_or_none()
    return None if row is None else PendingReproduction(*row)


def read_outcome(connection: Connection, version_id: int) -> TrainingOutcome:
    files = connection.execute(
        select(version_files.c.path, version_files.c.digest).where(
            version_files.c.version_id == version_id, version_files.c.path.startswith(MODEL_FOLDER, autoescape=True)
        )
    )
    metrics = connection.execute(
        select(version_metrics.c.split, version_metrics.c.name, version_metrics.c.value).where(
            version_metrics.c.version_id == version_id
        )
    )
    rendered = connection.scalar(
        select(version_details.c.rendered_config).where(version_details.c.version_id == version_id)
    )
    return TrainingOutcome(
        {row.path: row.digest for row in files},
        {(row.split, row.name): row.value for row in metrics},
        rendered or {},
    )


def list_reproductions(connection: Connection, version_id: int) -> list[Reproduction]:
    """Those of the version, and that which it is itself; newest first, at most 200."""
    rows = connection.execute(
        select(reproductions, versions.c.number)
        .join(versions, versions.c.id == reproductions.c.version_id)
        .where((reproductions.c.version_id == version_id) | (reproductions.c.original_id == version_id))
        .order_by(reproductions.c.started_at.desc(), reproductions.c.version_id.desc())
        .limit(_MAX_LISTED)
    )
    return [
        Reproduction.model_validate(
            {
                "original": {"model": row.model, "number": row.original_number},
                "version": {"model": row.model, "number": row.number},
                "tolerance": row.tolerance,
                "packages": row.packages,
                "notes": row.notes,
                "started_at": to_datetime(row.started_at),
                "ended_at": to_optional_datetime(row.ended_at),
                **(row.result or {}),
            }
        )
        for row in rows
    ]
