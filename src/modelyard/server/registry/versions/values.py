"""Values of a list of versions beyond their summaries: aliases, tags, metrics and params of the runs that made them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, cast

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, func, or_, select

from modelyard.server.db.raw import Raw
from modelyard.server.registry.aliases.queries import aliases_of
from modelyard.server.registry.tables import versions
from modelyard.server.registry.tags.queries import version_tags
from modelyard.server.tracking.logged_models.tables import logged_models
from modelyard.server.tracking.tables import run_metrics, run_params
from modelyard.wire.models import VersionColumns

_TABLES = {"run_metrics": run_metrics, "run_params": run_params}
_MAX_NAMES = 1000
_MAX_VERSIONS = 1000


class RunField(NamedTuple):
    """A metric or param of the run that made a version."""

    table: Literal["run_metrics", "run_params"]
    key: str

    @classmethod
    def read(cls, name: str) -> "RunField":
        """From a name such as `run_metrics.accuracy`."""
        table, _, key = name.partition(".")
        return cls(cast("Literal['run_metrics', 'run_params']", table), key)

    @property
    def source(self) -> Table:
        return _TABLES[self.table]

    @property
    def column(self) -> ColumnElement[Any]:
        return self.source.c.value

    def join(self, *, sees_runs: bool) -> ColumnElement[bool]:
        """On which rows of its table are joined to `versions`."""
        table = self.source
        return and_(table.c.run == versions.c.run, table.c.key == self.key, _has_values(sees_runs=sees_runs))


@dataclass(frozen=True, slots=True)
class VersionValues:
    aliases: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    run_metrics: dict[str, float] = field(default_factory=dict)
    run_params: dict[str, str] = field(default_factory=dict)


def _has_values(*, sees_runs: bool) -> ColumnElement[bool]:
    """Whether the values of its run are those of the version: not when the run made several models."""
    trained = versions.c.source.is_(None)
    if not sees_runs:
        return trained
    ambiguous = select(logged_models.c.source_run_id).group_by(logged_models.c.source_run_id).having(func.count() > 1)
    return or_(trained, versions.c.run_id.not_in(ambiguous))


def list_values(
    connection: Connection, rows: Sequence[Row[Any]], fields: Sequence[RunField], *, sees_runs: bool
) -> dict[int, VersionValues]:
    """By the ids of versions of one model."""
    values = {row.id: VersionValues() for row in rows}
    if not rows:
        return values
    raw = Raw(connection)
    by_number = {row.number: values[row.id] for row in rows}
    model_id = rows[0].model_id
    for alias, number in aliases_of(raw, [model_id]).get(model_id, []):
        if number in by_number:
            by_number[number].aliases.append(alias)
    for version_id, tags in version_tags(raw, list(values)).items():
        values[version_id].tags.update(tags)
    for name, table in _TABLES.items():
        keys = [field.key for field in fields if field.table == name]
        if not keys:
            continue
        logged = connection.execute(
            select(versions.c.id, table.c.key, table.c.value)
            .join(table, table.c.run == versions.c.run)
            .where(versions.c.id.in_(list(values)), table.c.key.in_(keys), _has_values(sees_runs=sees_runs))
        )
        for version_id, key, value in logged:
            shown = float("nan") if value is None else value
            getattr(values[version_id], name)[key] = shown
    return values


def list_columns(connection: Connection, model_id: int, *, sees_runs: bool) -> VersionColumns:
    """The names of metrics and params that the newest 1,000 versions have; at most 1,000 of each."""
    newest = (
        select(versions.c.run)
        .where(versions.c.model_id == model_id, versions.c.run.is_not(None), _has_values(sees_runs=sees_runs))
        .order_by(versions.c.number.desc())
        .limit(_MAX_VERSIONS)
    )
    names = {
        name: sorted(
            connection.scalars(
                select(table.c.key).where(table.c.run.in_(newest)).distinct().order_by(table.c.key).limit(_MAX_NAMES)
            )
        )
        for name, table in _TABLES.items()
    }
    return VersionColumns(run_metrics=names["run_metrics"], run_params=names["run_params"])
