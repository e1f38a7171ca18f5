"""Reads of what rules need of a model's versions."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, func, or_, select

from modelyard.server.copilot.facts import Attempt
from modelyard.server.datasets.queries import StoredVersion, get_version_by_id
from modelyard.server.registry.summaries.records import to_metric
from modelyard.server.registry.tables import version_details, version_files, version_steps, version_tags, versions
from modelyard.server.registry.versions import queries
from modelyard.server.registry.versions.curves import read_curves
from modelyard.server.registry.versions.files import EVALUATION_REPORT, EXPLANATION_REPORT
from modelyard.server.registry.versions.queries import Number
from modelyard.server.storage import StoredFile
from modelyard.wire.config import Config
from modelyard.wire.models import STEPS, Curves, Version, VersionConfig, VersionStatus
from modelyard.wire.suggestions import SUGGESTION_TAG

_MAX_ATTEMPTS = 200
_MAX_POINTS = 500


@dataclass(frozen=True, slots=True)
class RecordedVersion:
    """A version with all that is recorded about its training."""

    version: Version
    config: VersionConfig
    curves: Curves
    data: StoredVersion | None
    reports: dict[str, StoredFile]
    """Where its reports are, by path."""
    attempts: list[Attempt]
    """Versions of the model on the same data and target, and those that it came from or that came from it."""
    comparable: frozenset[int]
    """The numbers of those that are on the same data and target."""

    @property
    def written_config(self) -> Config | None:
        """The config without defaults; None of a version that was not trained here, or long ago."""
        try:
            return Config.model_validate(self.config.given)
        except ValidationError:
            return None


def read_version(connection: Connection, project_id: int, model: str, number: Number) -> RecordedVersion:
    """:raises NotFound: there is no such model or version."""
    key = queries.get_key(connection, project_id, model, number)
    version = queries.get_version(connection, project_id, model, key.number)
    data_id = connection.scalar(select(versions.c.dataset_version_id).where(versions.c.id == key.id))
    rows = _rows_beside(connection, key.model_id, key.number, data_id, version)
    return RecordedVersion(
        version=version,
        config=queries.get_config(connection, key.id),
        curves=read_curves(connection, key, key=None, max_points=_MAX_POINTS),
        data=None if data_id is None else get_version_by_id(connection, data_id),
        reports=_reports(connection, key.id),
        attempts=_attempts(connection, rows),
        comparable=frozenset(
            row.number for row in rows if row.dataset_version_id == data_id and row.target == version.target
        ),
    )


def _rows_beside(
    connection: Connection, model_id: int, number: int, data_id: int | None, version: Version
) -> list[Row[Any]]:
    """Relatives of a version, and the newest that are on its data."""
    alike = (versions.c.dataset_version_id == data_id) & (versions.c.target == version.target)
    statement = select(versions, version_details.c.rendered_config).join(version_details)
    of_model = statement.where(versions.c.model_id == model_id, versions.c.trainer.is_not(None))
    relatives = or_(versions.c.parent == number, versions.c.number.in_([number, version.parent or number]))
    newest = versions.c.number.desc()
    rows = [
        *connection.execute(of_model.where(relatives).order_by(newest).limit(_MAX_ATTEMPTS)),
        *connection.execute(of_model.where(alike).order_by(newest).limit(_MAX_ATTEMPTS)),
    ]
    return sorted({row.id: row for row in rows}.values(), key=lambda row: -row.number)


def _attempts(connection: Connection, rows: Collection[Row[Any]]) -> list[Attempt]:
    ids = [row.id for row in rows]
    tags = connection.execute(
        select(version_tags.c.version_id, version_tags.c.value).where(
            version_tags.c.version_id.in_(ids), version_tags.c.key == SUGGESTION_TAG
        )
    )
    suggestions = {tag.version_id: tag.value for tag in tags}
    times = connection.execute(
        select(version_steps.c.version_id, func.sum(version_steps.c.ended_at - version_steps.c.started_at).label("ms"))
        .where(version_steps.c.version_id.in_(ids), version_steps.c.step.in_([str(step) for step in STEPS[1:]]))
        .group_by(version_steps.c.version_id)
    )
    durations = {row.version_id: row.ms for row in times}
    return [
        Attempt(
            number=row.number,
            status=VersionStatus(row.status),
            trainer=row.trainer,
            metric=to_metric(row),
            rendered=row.rendered_config,
            parent=row.parent,
            suggestion=suggestions.get(row.id),
            training_ms=None if durations.get(row.id) is None else int(durations[row.id]),
        )
        for row in rows
    ]


def _reports(connection: Connection, version_id: int) -> dict[str, StoredFile]:
    rows = connection.execute(
        select(version_files).where(
            version_files.c.version_id == version_id, version_files.c.path.in_([EVALUATION_REPORT, EXPLANATION_REPORT])
        )
    )
    return {row.path: StoredFile(row.key, row.size_bytes, row.digest) for row in rows}
