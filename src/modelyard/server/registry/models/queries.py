"""Reads of models."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, and_, func, select

from modelyard.server.db.keyset import Order, Sort, fetch_page
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms, to_datetime
from modelyard.server.kernel.errors import NotFound
from modelyard.server.kernel.pages import fingerprint
from modelyard.server.kernel.readable import readable
from modelyard.server.registry.models.registered import find_registered_model
from modelyard.server.registry.prompt_tag import IS_PROMPT
from modelyard.server.registry.summaries.records import to_summary
from modelyard.server.registry.tables import model_contributors, model_datasets, models, versions
from modelyard.wire.base import Page
from modelyard.wire.metrics import DEFAULT_METRICS
from modelyard.wire.models import Model, VersionSummary

ModelSort = Literal["name", "updated_at", "created_at", "versions"]


_SORTS: dict[ModelSort, str] = {
    "name": "name",
    "updated_at": "updated_at",
    "created_at": "created_at",
    "versions": "version_count",
}


@dataclass(frozen=True, slots=True)
class ModelKey:
    """A model as rules know it."""

    id: int
    name: str
    experiment_id: int
    default_metric: str | None
    default_number: int | None


def model_not_found(name: str) -> NotFound:
    return NotFound(f"There is no model {name!r}.", hint="List models to see their names.")


def find_model(connection: Connection, project_id: int, name: str) -> ModelKey:
    """:raises NotFound: there is no such model."""
    model = find_optional_model(connection, project_id, name)
    if model is None:
        raise model_not_found(name)
    return model


def find_optional_model(connection: Connection, project_id: int, name: str) -> ModelKey | None:
    """By its name, or by one that it had before."""
    row = connection.execute(
        select(
            models.c.id, models.c.name, models.c.experiment_id, models.c.default_metric, models.c.default_number
        ).where(models.c.project_id == project_id, models.c.name == name)
    ).one_or_none()
    if row is not None:
        return ModelKey(*row)
    renamed = find_registered_model(Raw(connection), project_id, name)
    return None if renamed is None else find_optional_model(connection, project_id, renamed.name)


def get_model(connection: Connection, project_id: int, name: str) -> Model:
    """:raises NotFound: there is no such model."""
    model = find_model(connection, project_id, name)
    return _to_models(connection, connection.execute(select(models).where(models.c.id == model.id)).all())[0]


def list_models(
    connection: Connection,
    project_id: int,
    *,
    search: str | None,
    sort: ModelSort,
    order: Order,
    limit: int,
    page_token: str | None,
) -> Page[Model]:
    """A project's models, without its prompts; `search` is looked for in names and descriptions, whatever the case."""
    rows, token, total = fetch_models(
        connection,
        project_id,
        are_prompts=False,
        search=search,
        sort=sort,
        order=order,
        limit=limit,
        page_token=page_token,
    )
    return Page(items=_to_models(connection, rows), next_page_token=token, total=total)


def fetch_models(
    connection: Connection,
    project_id: int,
    *,
    are_prompts: bool,
    search: str | None,
    sort: ModelSort,
    order: Order,
    limit: int,
    page_token: str | None,
) -> tuple[Sequence[Row[Any]], str | None, int | None]:
    """A page of the rows of models or of prompts, the token of the next page, and how many there are."""
    conditions = [models.c.project_id == project_id, IS_PROMPT if are_prompts else ~IS_PROMPT]
    if search:
        conditions.append(models.c.search_text.contains(search.casefold(), autoescape=True))
    rows, token = fetch_page(
        connection,
        select(models).where(*conditions),
        Sort(models.c[_SORTS[sort]], models.c.id, order),
        limit=limit,
        page_token=page_token,
        query=fingerprint("prompts" if are_prompts else "models", project_id, search, sort, order),
        position=lambda row: (getattr(row, _SORTS[sort]), row.id),
    )
    return rows, token, connection.scalar(select(func.count()).select_from(models).where(*conditions))


def count_models_by_dataset(connection: Connection, dataset_ids: Sequence[int]) -> Mapping[int, int]:
    """How many models have a version trained on each of these datasets; datasets without any are left out."""
    rows = connection.execute(
        select(model_datasets.c.dataset_id, func.count())
        .where(model_datasets.c.dataset_id.in_(dataset_ids))
        .group_by(model_datasets.c.dataset_id)
    )
    return {row[0]: row[1] for row in rows}


def _to_models(connection: Connection, rows: Sequence[Row[Any]]) -> list[Model]:
    """Models with their summaries, in three statements however many they are."""
    ids = [row.id for row in rows]
    latest = _latest_versions(connection, ids)
    datasets = _names(
        connection,
        select(model_datasets.c.model_id, model_datasets.c.dataset).where(model_datasets.c.model_id.in_(ids)),
    )
    contributors = _names(
        connection,
        select(model_contributors.c.model_id, model_contributors.c.name).where(model_contributors.c.model_id.in_(ids)),
    )
    return [_to_model(row, latest.get(row.id), datasets[row.id], contributors[row.id]) for row in rows]


def _to_model(row: Row[Any], latest: VersionSummary | None, datasets: list[str], contributors: list[str]) -> Model:
    metric = row.default_metric
    if metric is None and latest is not None and latest.output_type is not None:
        metric = DEFAULT_METRICS[latest.output_type]
    return Model(
        name=row.name,
        description=row.description,
        datasets=datasets,
        contributors=contributors,
        latest_version=latest,
        version_count=row.version_count,
        default_metric=metric,
        uses_semver=row.uses_semver,
        created_at=to_datetime(row.created_at),
        created_by=row.created_by,
        updated_at=to_datetime(row.updated_at),
    )


def _latest_versions(connection: Connection, model_ids: list[int]) -> dict[int, VersionSummary]:
    is_latest = and_(versions.c.model_id == models.c.id, versions.c.number == models.c.latest_number)
    rows = connection.execute(
        select(versions, models.c.default_number).join(models, is_latest).where(models.c.id.in_(model_ids))
    )
    now = now_ms()
    return dict(readable(rows, lambda row: (row.model_id, to_summary(row, row.default_number, now)), "A version"))


def _names(connection: Connection, statement: Select[int, str]) -> defaultdict[int, list[str]]:
    names_by_model: defaultdict[int, list[str]] = defaultdict(list)
    for row in connection.execute(statement):
        names_by_model[row[0]].append(row[1])
    for names in names_by_model.values():
        names.sort()
    return names_by_model
