"""Reads of versions."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select

from modelyard.server.db.keyset import Order, Sort, fetch_page
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms, to_datetime
from modelyard.server.kernel.errors import NotFound
from modelyard.server.kernel.pages import fingerprint
from modelyard.server.kernel.readable import readable
from modelyard.server.registry.aliases.queries import resolve
from modelyard.server.registry.models.queries import find_model
from modelyard.server.registry.signatures import get_signature
from modelyard.server.registry.summaries.records import (
    positive_class_of,
    sortable,
    summary_fields,
    to_error,
    to_source,
    to_step,
)
from modelyard.server.registry.tables import (
    models,
    version_details,
    version_metrics,
    version_steps,
    versions,
)
from modelyard.server.registry.tags.queries import version_tags
from modelyard.server.registry.versions.ci import find_ci_link
from modelyard.server.registry.versions.values import RunField, list_values
from modelyard.wire.base import Page
from modelyard.wire.config import dump_yaml
from modelyard.wire.data_warnings import DataWarning
from modelyard.wire.datasets import DatasetUse
from modelyard.wire.models import (
    MetricSummary,
    OutputType,
    Packaging,
    Version,
    VersionConfig,
    VersionRow,
    VersionStatus,
)
from modelyard.wire.semver import SemverStep

Number = int | str
"""A version's number, `latest`, or `@` with what the name after an `@` may mean, such as `@prod`."""

_SORTS: dict[str, str] = {
    "number": "number",
    "created_at": "created_at",
    "updated_at": "updated_at",
    "created_by": "created_by",
    "duration": "duration_ms",
    "metric": "metric_value",
    "status": "status",
    "description": "description",
    "dataset": "dataset",
    "target": "target",
    "trainer": "trainer",
    "engine": "engine",
}


@dataclass(frozen=True, slots=True)
class VersionKey:
    """The fields of a version that callers need to ask for its parts."""

    id: int
    model_id: int
    model: str
    number: int
    run: int | None
    status: VersionStatus
    target: str | None
    output_type: OutputType | None
    best_iteration: int | None
    results_step: int | None
    log_line_count: int
    location: str | None
    """Where the files of a registered version are; None when it was trained here."""


def get_key(connection: Connection, project_id: int, model: str, number: Number) -> VersionKey:
    """:raises NotFound: there is no such model or version."""
    row = _get_row(connection, project_id, model, number)
    return VersionKey(
        id=row.id,
        model_id=row.model_id,
        model=row.model,
        number=row.number,
        run=row.run,
        status=VersionStatus(row.status),
        target=row.target,
        output_type=row.output_type,
        best_iteration=row.best_iteration,
        results_step=row.results_step,
        log_line_count=row.log_line_count,
        location=row.storage_location or row.source,
    )


def get_version(connection: Connection, project_id: int, model: str, number: Number) -> Version:
    """:raises NotFound: there is no such model or version."""
    row = _get_row(connection, project_id, model, number)
    steps = connection.execute(
        select(version_steps).where(version_steps.c.version_id == row.id).order_by(version_steps.c.ordinal)
    )
    values = list_values(connection, [row], [], sees_runs=False)[row.id]
    return Version(
        **summary_fields(row, row.default_number, now_ms()),
        aliases=values.aliases,
        tags=values.tags,
        run_id=row.run_id,
        seed=row.seed,
        error=to_error(row),
        timeline=[to_step(step) for step in steps],
        metrics=list_metrics(connection, row.id, row.positive_class),
        positive_class=row.positive_class,
        warnings=list_warnings(connection, row.id),
        best_iteration=row.best_iteration,
        signature=get_signature(connection, row.id),
        semver_step=get_semver_step(connection, row.id),
        queue_position=_queue_position(connection, row),
        file_count=row.file_count,
        size_bytes=row.size_bytes,
        ci=find_ci_link(dict(version_tags(Raw(connection), [row.id]).get(row.id, []))),
        source=to_source(row),
        packaging=_get_packaging(connection, row.id),
    )


def list_metrics(connection: Connection, version_id: int, positive_class: str | None) -> list[MetricSummary]:
    rows = connection.execute(
        select(version_metrics).where(version_metrics.c.version_id == version_id).order_by(version_metrics.c.ordinal)
    )
    return [
        MetricSummary(
            name=row.name,
            split=row.split,
            value=row.value,
            higher_is_better=row.higher_is_better,
            positive_class=positive_class_of(row.name, positive_class),
        )
        for row in rows
    ]


def list_warnings(connection: Connection, version_id: int) -> list[DataWarning]:
    stored = connection.scalar(select(version_details.c.warnings).where(version_details.c.version_id == version_id))
    return [DataWarning.model_validate(warning) for warning in stored or []]


def _get_packaging(connection: Connection, version_id: int) -> Packaging | None:
    stored = connection.scalar(select(version_details.c.packaging).where(version_details.c.version_id == version_id))
    return None if stored is None else Packaging.model_validate(stored)


def get_semver_step(connection: Connection, version_id: int) -> SemverStep | None:
    stored = connection.scalar(select(version_details.c.semver_step).where(version_details.c.version_id == version_id))
    return None if stored is None else SemverStep.model_validate(stored)


def get_config(connection: Connection, version_id: int) -> VersionConfig:
    config, rendered = get_config_values(connection, version_id)
    return VersionConfig(
        given=config, given_yaml=dump_yaml(config), rendered=rendered, rendered_yaml=dump_yaml(rendered)
    )


def get_config_values(connection: Connection, version_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The config as it was given and as it was rendered, without their texts, which take longest to make."""
    row = connection.execute(
        select(version_details.c.given_config, version_details.c.rendered_config).where(
            version_details.c.version_id == version_id
        )
    ).one()
    return row.given_config, row.rendered_config


def list_versions(
    connection: Connection,
    project_id: int,
    model: str,
    *,
    status: Sequence[VersionStatus],
    search: str | None,
    include_archived: bool,
    sort: str,
    order: Order,
    limit: int,
    page_token: str | None,
    show: Sequence[str] = (),
    sees_runs: bool = True,
) -> Page[VersionRow]:
    """A model's versions. `search` looks in description, dataset, target, trainer, and takes a number as a number.

    `sort` is a `VersionSort`, or a metric or param of the run that made a version, as in `show`: `run_metrics.loss`.
    Without `sees_runs` the values of source runs are left out.

    :raises NotFound: there is no such model.
    """
    owner = find_model(connection, project_id, model)
    conditions = [versions.c.model_id == owner.id]
    if status:
        conditions.append(versions.c.status.in_([str(item) for item in status]))
    if search:
        conditions.append(_matches(search))
    if not include_archived:
        conditions.append(versions.c.archived.is_(False))
    query = fingerprint("versions", owner.id, sorted(status), search, include_archived, sort, order)
    total = connection.scalar(select(func.count()).select_from(versions).where(*conditions))
    if sort in _SORTS:
        key: ColumnElement[Any] = versions.c[_SORTS[sort]]
        nullable = bool(versions.c[_SORTS[sort]].nullable)
        statement = select(versions, key.label("sorted_by"))
    else:
        run_field = RunField.read(sort)
        key, nullable = run_field.column, True
        joined = versions.outerjoin(run_field.source, run_field.join(sees_runs=sees_runs))
        statement = select(versions, key.label("sorted_by")).select_from(joined)
    rows, token = fetch_page(
        connection,
        statement.where(*conditions),
        Sort(key, versions.c.number, order, nullable=nullable),
        limit=limit,
        page_token=page_token,
        query=query,
        position=lambda row: (sortable(row.sorted_by), row.number),
    )
    now = now_ms()
    values = list_values(connection, rows, [RunField.read(name) for name in show], sees_runs=sees_runs)

    def to_row(row: Row[Any]) -> VersionRow:
        return VersionRow(**summary_fields(row, owner.default_number, now), **asdict(values[row.id]))

    items = readable(rows, to_row, f"A version of {owner.name}")
    return Page(items=items, next_page_token=token, total=total)


def list_uses(connection: Connection, dataset_version_id: int) -> list[DatasetUse]:
    """The versions that were trained on a dataset version, newest first; at most 1,000."""
    rows = connection.execute(
        select(versions)
        .where(versions.c.dataset_version_id == dataset_version_id)
        .order_by(versions.c.created_at.desc(), versions.c.id.desc())
        .limit(1000)
    )
    return [
        DatasetUse(
            model=row.model,
            number=row.number,
            status=row.status,
            target=row.target or "",
            created_at=to_datetime(row.created_at),
        )
        for row in rows
    ]


def _get_row(connection: Connection, project_id: int, model: str, number: Number) -> Row[Any]:
    if isinstance(number, str) and number.startswith("@"):
        number = _resolved(connection, project_id, model, number[1:])
    requested = models.c.latest_number if number == "latest" else number
    joined = select(versions, models.c.default_number).join(models, models.c.id == versions.c.model_id)
    row = connection.execute(
        joined.where(models.c.project_id == project_id, models.c.name == model, versions.c.number == requested)
    ).one_or_none()
    if row is None:
        owner = find_model(connection, project_id, model)
        if owner.name != model:
            return _get_row(connection, project_id, owner.name, number)
        named = "no version yet" if number == "latest" else f"no version {number}"
        raise NotFound(f"Model {model!r} has {named}.", hint="List its versions to see their numbers.")
    return row


def _resolved(connection: Connection, project_id: int, model: str, name: str) -> int:
    number = resolve(Raw(connection), find_model(connection, project_id, model).id, name)
    if number is None:
        raise NotFound(f"Model {model!r} has no version that {name[:100]!r} names.", hint="Name an alias that it has.")
    return number


def _queue_position(connection: Connection, row: Row[Any]) -> int | None:
    if row.waiting_since is None:
        return None
    ahead = connection.scalar(
        select(func.count())
        .select_from(versions)
        .where(
            versions.c.engine == row.engine,
            versions.c.waiting_since.is_not(None),
            (versions.c.waiting_since < row.waiting_since)
            | and_(versions.c.waiting_since == row.waiting_since, versions.c.id < row.id),
        )
    )
    return 1 + (ahead or 0)


def _matches(search: str) -> ColumnElement[bool]:
    text = versions.c.search_text.contains(search.casefold(), autoescape=True)
    number = search.removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) < 10:
        return text | (versions.c.number == int(number))
    return text
