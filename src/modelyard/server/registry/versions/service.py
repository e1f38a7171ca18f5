"""The rules of versions: making, editing and deleting them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from modelyard.server.activity.service import record
from modelyard.server.artifacts.service import doom
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import Conflict, InvalidArgument
from modelyard.server.registry import news
from modelyard.server.registry.aliases.service import drop_aliases
from modelyard.server.registry.lifecycle import MOVING
from modelyard.server.registry.models.queries import ModelKey, find_model
from modelyard.server.registry.models.service import ensure_model, no_number_left
from modelyard.server.registry.summaries import count_version, refresh_default
from modelyard.server.registry.tables import (
    deleted_versions,
    models,
    version_details,
    version_files,
    version_steps,
    versions,
)
from modelyard.server.registry.texts import check_description, search_text
from modelyard.server.registry.versions import queries
from modelyard.server.registry.versions.queries import Number
from modelyard.server.tracking.service import delete_run, start_run
from modelyard.wire.base import MAX_NUMBER
from modelyard.wire.models import OutputType, Version, VersionStatus, VersionUpdate


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version that is to be trained."""

    model: str
    description: str
    engine: str
    parent: int | None
    dataset_id: int
    dataset_version_id: int
    dataset: str
    dataset_number: int
    target: str
    output_type: OutputType
    trainer: str
    seed: int
    given_config: Mapping[str, Any]
    rendered_config: Mapping[str, Any]
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AddedVersion:
    id: int
    number: int


def create_version(connection: Connection, actor: str, project_id: int, project: str, new: NewVersion) -> AddedVersion:
    """Adds a Queued version, with its run, under the next number of its model, which is made when there is none.

    :raises InvalidName: the model's name is not allowed.
    :raises InvalidArgument: there is no such parent version.
    :raises Conflict: the model has no number left.
    """
    description = check_description(new.description)
    model = ensure_model(connection, actor, project_id, project, new.model)
    _check_parent(connection, model, new.parent)
    now = now_ms()
    number = connection.scalar(
        update(models)
        .where(models.c.id == model.id, models.c.last_number < MAX_NUMBER)
        .values(last_number=models.c.last_number + 1, latest_number=models.c.last_number + 1, updated_at=now)
        .returning(models.c.last_number)
    )
    if number is None:
        raise no_number_left(model.name)
    run = start_run(
        connection, model.experiment_id, name=f"{model.name}/{number}", user=actor, params=new.params, now=now
    )
    version_id = connection.scalar(
        insert(versions)
        .values(
            project_id=project_id,
            model_id=model.id,
            model=model.name,
            number=number,
            description=description,
            search_text=search_text([description, new.dataset, new.target, new.trainer, actor]),
            status=str(VersionStatus.QUEUED),
            dataset_version_id=new.dataset_version_id,
            dataset=new.dataset,
            dataset_number=new.dataset_number,
            target=new.target,
            output_type=new.output_type,
            trainer=new.trainer,
            engine=new.engine,
            waiting_since=now,
            run=run.id,
            run_id=run.run_id,
            seed=new.seed,
            counting_since=now,
            file_count=0,
            size_bytes=0,
            log_line_count=0,
            starred=False,
            archived=False,
            parent=new.parent,
            created_at=now,
            created_by=actor,
            updated_at=now,
        )
        .returning(versions.c.id)
    )
    assert version_id is not None
    _add_parts(connection, version_id, new, now)
    count_version(connection, model.id, new.dataset_id, new.dataset, actor, 1)
    name = f"{model.name}/{number}"
    record(connection, project_id, actor, "version.created", name, dataset=f"{new.dataset}@{new.dataset_number}")
    news.version_changed(connection, project, version_id)
    return AddedVersion(version_id, number)


def _add_parts(connection: Connection, version_id: int, new: NewVersion, now: int) -> None:
    """Its configs, and the first entry of its timeline."""
    connection.execute(
        insert(version_details).values(
            version_id=version_id, given_config=new.given_config, rendered_config=new.rendered_config
        )
    )
    connection.execute(
        insert(version_steps).values(version_id=version_id, ordinal=0, step=str(VersionStatus.QUEUED), started_at=now)
    )


def update_version(
    connection: Connection,
    actor: str,
    project_id: int,
    project: str,
    model: str,
    number: Number,
    change: VersionUpdate,
) -> Version:
    """:raises NotFound: there is no such version."""
    key = queries.get_key(connection, project_id, model, number)
    changed = change.model_dump(exclude_none=True)
    if changed:
        values = dict(changed)
        if "description" in values:
            row = connection.execute(
                select(versions.c.dataset, versions.c.target, versions.c.trainer, versions.c.created_by).where(
                    versions.c.id == key.id
                )
            ).one()
            values["search_text"] = search_text([check_description(values["description"]), *row])
        now = now_ms()
        connection.execute(update(versions).where(versions.c.id == key.id).values(**values, updated_at=now))
        if changed.keys() - {"description"}:
            connection.execute(update(models).where(models.c.id == key.model_id).values(updated_at=now))
        if "archived" in changed:
            refresh_default(connection, key.model_id)
        record(connection, project_id, actor, "version.updated", f"{key.model}/{key.number}", **changed)
        news.version_changed(connection, project, key.id)
    return queries.get_version(connection, project_id, model, key.number)


def delete_version(
    connection: Connection, actor: str, project_id: int, project: str, model: str, number: Number
) -> None:
    """Deletes a version with its files, run and metrics. Its number is never given again.

    :raises NotFound: there is no such version.
    :raises Conflict: it is being trained.
    """
    # First, as an import does it, so that none waits for the other in a circle or brings the version back meanwhile.
    owner = find_model(connection, project_id, model)
    connection.execute(select(models.c.id).where(models.c.id == owner.id).with_for_update())
    key = queries.get_key(connection, project_id, model, number)
    if key.status in MOVING:
        raise Conflict(
            f"Version {key.number} of {model!r} cannot be deleted while it is {key.status}.",
            hint="Cancel it, or wait until it ends.",
        )
    doom(connection, connection.scalars(select(version_files.c.key).where(version_files.c.version_id == key.id)))
    row = connection.execute(
        delete(versions)
        .where(versions.c.id == key.id)
        .returning(versions.c.dataset, versions.c.created_by, versions.c.source)
    ).one()
    connection.execute(insert(deleted_versions).values(model_id=key.model_id, number=key.number))
    if row.source is None and key.run is not None:
        # Its training is its own; the run of a registered version belongs to whoever logged it.
        delete_run(connection, key.run)
    drop_aliases(Raw(connection), actor, project_id, key.model, key.model_id, key.number)
    count_version(connection, key.model_id, None, row.dataset, row.created_by, -1)
    latest = select(func.max(versions.c.number)).where(versions.c.model_id == key.model_id).scalar_subquery()
    connection.execute(
        update(models).where(models.c.id == key.model_id).values(latest_number=latest, updated_at=now_ms())
    )
    refresh_default(connection, key.model_id)
    record(connection, project_id, actor, "version.deleted", f"{key.model}/{key.number}")
    news.version_deleted(connection, project, key.model, key.number)


def _check_parent(connection: Connection, model: ModelKey, parent: int | None) -> None:
    if parent is None:
        return
    found = connection.scalar(select(versions.c.id).where(versions.c.model_id == model.id, versions.c.number == parent))
    if found is None:
        raise InvalidArgument(f"The parent, version {parent} of {model.name!r}, does not exist.")
