"""Reads of datasets and their versions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from modelyard.server.datasets.tables import dataset_versions, datasets
from modelyard.server.db.keyset import Order, Sort, fetch_page
from modelyard.server.kernel.clock import to_datetime
from modelyard.server.kernel.errors import NotFound
from modelyard.server.kernel.pages import decode_token, encode_token, fingerprint
from modelyard.wire.base import Page
from modelyard.wire.datasets import Column, Dataset, DatasetVersion, DatasetVersionSummary

DatasetSort = Literal["name", "updated_at", "created_at", "rows"]

ModelCounts = Callable[[Connection, Sequence[int]], Mapping[int, int]]
"""Answers, by dataset id, how many models have a version trained on it. Models know datasets, not the other way round,
so the composition root passes this in; ids without models may be absent."""


_SORT_COLUMNS: dict[DatasetSort, ColumnElement[Any]] = {
    "name": datasets.c.name,
    "updated_at": datasets.c.updated_at,
    "created_at": datasets.c.created_at,
    "rows": dataset_versions.c.row_count,
}
_VERSION_FIELDS = ("digest", "source_name", "row_count", "column_count", "size_bytes")


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A dataset version, with what other domains and file readers need beside its public record."""

    id: int
    dataset_id: int
    data_key: str
    """Of the Parquet file in the store of files."""
    profile_key: str
    content_digest: str
    source_digest: str
    record: DatasetVersion


def get_dataset(connection: Connection, project_id: int, name: str, count_models: ModelCounts) -> Dataset:
    """:raises NotFound: there is no such dataset."""
    row = connection.execute(
        _with_latest().where(datasets.c.project_id == project_id, datasets.c.name == name)
    ).one_or_none()
    if row is None:
        raise dataset_not_found(name)
    return _to_dataset(row, count_models(connection, [row.id]).get(row.id, 0))


def get_dataset_id(connection: Connection, project_id: int, name: str) -> int:
    """:raises NotFound: there is no such dataset."""
    dataset_id: int | None = connection.scalar(
        select(datasets.c.id).where(datasets.c.project_id == project_id, datasets.c.name == name)
    )
    if dataset_id is None:
        raise dataset_not_found(name)
    return dataset_id


def list_datasets(
    connection: Connection,
    project_id: int,
    count_models: ModelCounts,
    *,
    search: str | None,
    sort: DatasetSort,
    order: Order,
    limit: int,
    page_token: str | None,
) -> Page[Dataset]:
    """A project's datasets; `search` is looked for in names and descriptions, whatever the case."""
    conditions = [datasets.c.project_id == project_id]
    if search:
        text = search.lower()
        conditions.append(
            or_(
                func.lower(datasets.c.name).contains(text, autoescape=True),
                func.lower(datasets.c.description).contains(text, autoescape=True),
            )
        )
    total = connection.scalar(select(func.count()).select_from(datasets).where(*conditions))
    query = fingerprint("datasets", project_id, search, sort, order)
    last = {"rows": "row_count"}.get(sort, sort)
    shown, token = fetch_page(
        connection,
        _with_latest().where(*conditions),
        Sort(_SORT_COLUMNS[sort], datasets.c.id, order),
        limit=limit,
        page_token=page_token,
        query=query,
        position=lambda row: (getattr(row, last), row.id),
    )
    counts = count_models(connection, [row.id for row in shown])
    return Page(items=[_to_dataset(row, counts.get(row.id, 0)) for row in shown], next_page_token=token, total=total)


def list_versions(
    connection: Connection, project_id: int, name: str, *, limit: int, page_token: str | None
) -> Page[DatasetVersionSummary]:
    """A dataset's versions, newest first.

    :raises NotFound: there is no such dataset.
    """
    dataset_id = get_dataset_id(connection, project_id, name)
    query = fingerprint("dataset versions", dataset_id)
    statement = select(dataset_versions).where(dataset_versions.c.dataset_id == dataset_id)
    total = connection.scalar(select(func.count()).where(dataset_versions.c.dataset_id == dataset_id))
    if page_token is not None:
        statement = statement.where(dataset_versions.c.number < decode_token(page_token, query)[0])
    rows = connection.execute(statement.order_by(dataset_versions.c.number.desc()).limit(limit + 1)).all()
    token = encode_token([rows[limit - 1].number], query) if len(rows) > limit else None
    return Page(items=[_to_summary(name, row) for row in rows[:limit]], next_page_token=token, total=total)


def get_version(connection: Connection, project_id: int, name: str, number: int | None) -> StoredVersion:
    """A version by its number, or the latest for None.

    :raises NotFound: there is no such dataset or version.
    """
    row = connection.execute(
        _versions()
        .where(datasets.c.project_id == project_id, datasets.c.name == name)
        .where(dataset_versions.c.number == (datasets.c.latest_number if number is None else number))
    ).one_or_none()
    if row is not None:
        return _to_stored(row)
    get_dataset_id(connection, project_id, name)
    raise NotFound(f"Dataset {name!r} has no version {number}.", hint="List its versions to see their numbers.")


def get_version_by_id(connection: Connection, version_id: int) -> StoredVersion:
    """:raises NotFound: there is no such version."""
    row = connection.execute(_versions().where(dataset_versions.c.id == version_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no dataset version with id {version_id}.")
    return _to_stored(row)


def find_latest(connection: Connection, project_id: int, name: str) -> StoredVersion | None:
    """The latest version, or None when there is no such dataset."""
    row = connection.execute(
        _versions().where(
            datasets.c.project_id == project_id,
            datasets.c.name == name,
            dataset_versions.c.number == datasets.c.latest_number,
        )
    ).one_or_none()
    return None if row is None else _to_stored(row)


def dataset_not_found(name: str) -> NotFound:
    return NotFound(f"There is no dataset {name!r}.", hint="List datasets to see their names.")


def _with_latest() -> Select[Any]:
    latest = and_(dataset_versions.c.dataset_id == datasets.c.id, dataset_versions.c.number == datasets.c.latest_number)
    return select(
        datasets,
        *(dataset_versions.c[name] for name in _VERSION_FIELDS),
        dataset_versions.c.number,
        dataset_versions.c.created_at.label("version_created_at"),
        dataset_versions.c.created_by.label("version_created_by"),
    ).join(dataset_versions, latest)


def _versions() -> Select[Any]:
    return select(dataset_versions, datasets.c.name.label("dataset")).join(
        datasets, datasets.c.id == dataset_versions.c.dataset_id
    )


def _to_dataset(row: Row[Any], model_count: int) -> Dataset:
    return Dataset(
        name=row.name,
        description=row.description,
        latest_version=DatasetVersionSummary(
            dataset=row.name,
            number=row.number,
            created_at=to_datetime(row.version_created_at),
            created_by=row.version_created_by,
            **{name: getattr(row, name) for name in _VERSION_FIELDS},
        ),
        model_count=model_count,
        created_at=to_datetime(row.created_at),
        created_by=row.created_by,
        updated_at=to_datetime(row.updated_at),
    )


def _to_summary(dataset: str, row: Row[Any]) -> DatasetVersionSummary:
    return DatasetVersionSummary(
        dataset=dataset,
        number=row.number,
        created_at=to_datetime(row.created_at),
        created_by=row.created_by,
        **{name: getattr(row, name) for name in _VERSION_FIELDS},
    )


def _to_stored(row: Row[Any]) -> StoredVersion:
    return StoredVersion(
        id=row.id,
        dataset_id=row.dataset_id,
        data_key=row.data_key,
        profile_key=row.profile_key,
        content_digest=row.content_digest,
        source_digest=row.source_digest,
        record=DatasetVersion(
            dataset=row.dataset,
            number=row.number,
            digest=row.digest,
            source_name=row.source_name,
            row_count=row.row_count,
            size_bytes=row.size_bytes,
            columns=[Column.model_validate(column) for column in row.columns],
            created_at=to_datetime(row.created_at),
            created_by=row.created_by,
        ),
    )
