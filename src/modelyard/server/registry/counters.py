"""Numbers of versions that a model's row shows, kept up to date by those who change them."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, delete, select, update

from modelyard.server.db.raw import Raw
from modelyard.server.registry.tables import model_contributors, model_datasets, models, versions
from modelyard.wire.models import VersionStatus


def count_contributors(raw: Raw, versions_made: Iterable[tuple[int, str]]) -> None:
    """Counts new versions by model and who made them."""
    raw.insert(
        "INSERT INTO model_contributors (model_id, name, version_count) VALUES",
        [(*key, count) for key, count in sorted(Counter(versions_made).items())],
        "ON CONFLICT (model_id, name) DO UPDATE SET "
        "version_count = model_contributors.version_count + excluded.version_count",
    )


def count_datasets(raw: Raw, versions_trained: Iterable[tuple[int, int, str]]) -> None:
    """Counts new versions by model and dataset, which has an id and a name."""
    raw.insert(
        "INSERT INTO model_datasets (model_id, dataset_id, dataset, version_count) VALUES",
        [(*key, count) for key, count in sorted(Counter(versions_trained).items())],
        "ON CONFLICT (model_id, dataset_id) DO UPDATE SET "
        "version_count = model_datasets.version_count + excluded.version_count",
    )


def uncount_version(connection: Connection, model_id: int, dataset: str | None, contributor: str) -> None:
    """A version of the model was deleted."""
    connection.execute(update(models).where(models.c.id == model_id).values(version_count=models.c.version_count - 1))
    by_name = (model_contributors.c.model_id == model_id) & (model_contributors.c.name == contributor)
    by_dataset = (model_datasets.c.model_id == model_id) & (model_datasets.c.dataset == dataset)
    for table, which in ((model_contributors, by_name), (model_datasets, by_dataset)):
        connection.execute(update(table).where(which).values(version_count=table.c.version_count - 1))
        connection.execute(delete(table).where(which, table.c.version_count <= 0))


def refresh_default(connection: Connection, model_id: int) -> None:
    """The version that answers for its model: the newest that is Ready and not archived."""
    newest = (
        select(versions.c.number)
        .where(
            versions.c.model_id == model_id,
            versions.c.status == str(VersionStatus.READY),
            versions.c.archived.is_(False),
        )
        .order_by(versions.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    connection.execute(update(models).where(models.c.id == model_id).values(default_number=newest))
