"""The rules of datasets."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from modelyard.server.activity.events import emit
from modelyard.server.activity.service import record
from modelyard.server.artifacts.service import keep, mark_for_deletion
from modelyard.server.datasets import queries
from modelyard.server.datasets.queries import ModelCounts
from modelyard.server.datasets.tables import dataset_versions, datasets
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import Conflict
from modelyard.server.storage import StoredFile
from modelyard.wire.datasets import Column, Dataset, UploadResult
from modelyard.wire.events import ObjectChanged


@dataclass(frozen=True, slots=True)
class DatasetVersionToInsert:
    """A table whose files are in the store, ready to become a version."""

    source_name: str
    source_digest: str
    content_digest: str
    row_count: int
    columns: list[Column]
    data: StoredFile
    profile: StoredFile


def add_version(
    connection: Connection, actor: str, project_id: int, project: str, name: str, new: DatasetVersionToInsert
) -> UploadResult:
    """Makes the table the next version, unless it is identical to the latest; then its files are given up.

    Uploads of the same name at once queue up at the dataset's row, so each number is given once and none is skipped.
    """
    now = now_ms()
    dataset_id, latest_number = _locked_dataset(connection, actor, project_id, name, now)
    if latest_number > 0:
        latest = queries.get_version(connection, project_id, name, latest_number)
        if latest.content_digest == new.content_digest:
            mark_for_deletion(connection, [new.data.key, new.profile.key])
            return UploadResult(created=False, version=latest.record)
    number = latest_number + 1
    keep(connection, new.data)
    keep(connection, new.profile)
    connection.execute(
        insert(dataset_versions).values(
            dataset_id=dataset_id,
            number=number,
            digest=new.data.digest,
            content_digest=new.content_digest,
            source_digest=new.source_digest,
            source_name=new.source_name,
            row_count=new.row_count,
            column_count=len(new.columns),
            size_bytes=new.data.size_bytes,
            columns=[column.model_dump(mode="json") for column in new.columns],
            data_key=new.data.key,
            profile_key=new.profile.key,
            created_at=now,
            created_by=actor,
        )
    )
    connection.execute(update(datasets).where(datasets.c.id == dataset_id).values(latest_number=number, updated_at=now))
    record(
        connection,
        project_id,
        actor,
        "dataset.uploaded",
        name,
        number=number,
        digest=new.data.digest,
        source_name=new.source_name,
    )
    emit(connection, project, ["datasets"], ObjectChanged(kind="dataset", name=name))
    return UploadResult(created=True, version=queries.get_version(connection, project_id, name, number).record)


def update_dataset(
    connection: Connection,
    actor: str,
    project_id: int,
    project: str,
    name: str,
    description: str,
    count_models: ModelCounts,
) -> Dataset:
    """:raises NotFound: there is no such dataset."""
    dataset_id = queries.get_dataset_id(connection, project_id, name)
    connection.execute(
        update(datasets).where(datasets.c.id == dataset_id).values(description=description, updated_at=now_ms())
    )
    record(connection, project_id, actor, "dataset.updated", name, description=description)
    emit(connection, project, ["datasets"], ObjectChanged(kind="dataset", name=name))
    return queries.get_dataset(connection, project_id, name, count_models)


def delete_dataset(connection: Connection, actor: str, project_id: int, project: str, name: str) -> None:
    """Deletes a dataset with all its versions and their files.

    :raises NotFound: there is no such dataset.
    :raises Conflict: a model version was trained on one of its versions.
    """
    dataset_id = queries.get_dataset_id(connection, project_id, name)
    connection.execute(select(datasets.c.id).where(datasets.c.id == dataset_id).with_for_update())
    files = connection.execute(
        select(dataset_versions.c.data_key, dataset_versions.c.profile_key).where(
            dataset_versions.c.dataset_id == dataset_id
        )
    ).all()
    try:
        connection.execute(delete(dataset_versions).where(dataset_versions.c.dataset_id == dataset_id))
        connection.execute(delete(datasets).where(datasets.c.id == dataset_id))
    except IntegrityError as error:
        raise Conflict(
            f"Dataset {name!r} cannot be deleted: a model version was trained on it.",
            hint="Delete the model versions that use it first.",
        ) from error
    mark_for_deletion(connection, [key for row in files for key in row])
    record(connection, project_id, actor, "dataset.deleted", name)
    emit(connection, project, ["datasets"], ObjectChanged(kind="dataset", name=name, deleted=True))


def _locked_dataset(connection: Connection, actor: str, project_id: int, name: str, now: int) -> tuple[int, int]:
    """The dataset's id and latest number. Its row, made when it is missing, is held by this transaction to its end."""
    statement = (
        select(datasets.c.id, datasets.c.latest_number)
        .where(datasets.c.project_id == project_id, datasets.c.name == name)
        .with_for_update()
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        new = insert(datasets).values(
            project_id=project_id,
            name=name,
            description="",
            latest_number=0,
            created_at=now,
            created_by=actor,
            updated_at=now,
        )
        try:
            with connection.begin_nested():
                connection.execute(new)
        except IntegrityError:
            # Another upload made it in between; it has committed by now, so there is a row to wait for.
            pass
        row = connection.execute(statement).one()
    return row.id, row.latest_number
