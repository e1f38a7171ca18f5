"""What a model's row says about its versions, kept up to date by those who change them."""

from sqlalchemy import Connection, Table, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from modelyard.server.registry.tables import model_contributors, model_datasets, models, versions
from modelyard.wire.models import VersionStatus


def count_version(
    connection: Connection, model_id: int, dataset_id: int | None, dataset: str | None, contributor: str, change: int
) -> None:
    """One version more (`change` 1, with the dataset's id) or less (-1)."""
    connection.execute(
        update(models).where(models.c.id == model_id).values(version_count=models.c.version_count + change)
    )
    by_name = (model_contributors.c.model_id == model_id) & (model_contributors.c.name == contributor)
    by_dataset = (model_datasets.c.model_id == model_id) & (model_datasets.c.dataset == dataset)
    if change > 0:
        _add(connection, model_contributors, {"model_id": model_id, "name": contributor}, {})
        if dataset_id is not None:
            _add(connection, model_datasets, {"model_id": model_id, "dataset_id": dataset_id}, {"dataset": dataset})
        return
    for table, which in ((model_contributors, by_name), (model_datasets, by_dataset)):
        connection.execute(update(table).where(which).values(version_count=table.c.version_count - 1))
        connection.execute(delete(table).where(which, table.c.version_count <= 0))


def refresh_default(connection: Connection, model_id: int) -> None:
    """The version that answers for its model: the newest that is Ready and not archived."""
    newest = (
        select(func.max(versions.c.number))
        .where(
            versions.c.model_id == model_id,
            versions.c.status == str(VersionStatus.READY),
            versions.c.archived.is_(False),
        )
        .scalar_subquery()
    )
    connection.execute(update(models).where(models.c.id == model_id).values(default_number=newest))


def _add(connection: Connection, table: Table, key: dict[str, object], other: dict[str, object]) -> None:
    upsert = postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
    connection.execute(
        upsert.values(**key, **other, version_count=1).on_conflict_do_update(
            index_elements=list(key), set_={"version_count": table.c.version_count + 1}
        )
    )
