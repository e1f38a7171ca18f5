"""The rules of versions that exist: editing and deleting them. For new ones see `creation`."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, func, insert, select, update

from modelyard.server.activity.service import record
from modelyard.server.artifacts.service import mark_for_deletion
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import Conflict, InvalidArgument
from modelyard.server.registry import announcements, live_events
from modelyard.server.registry.aliases.service import drop_aliases
from modelyard.server.registry.counters import refresh_default, uncount_version
from modelyard.server.registry.lifecycle import MOVING
from modelyard.server.registry.limits import check_description
from modelyard.server.registry.models.queries import find_model
from modelyard.server.registry.tables import deleted_versions, models, version_files, versions
from modelyard.server.registry.tags.service import put_version_tags, remove_version_tag
from modelyard.server.registry.texts import search_text
from modelyard.server.registry.versions import queries
from modelyard.server.registry.versions.queries import Number, VersionKey
from modelyard.server.registry.versions.registered import RegisteredVersion, get_registered_version
from modelyard.server.registry.versions.semvers import SEMVER_TAGS
from modelyard.server.registry.versions.settling import change_semver, uses_semver
from modelyard.server.registry.versions.subjects import version_subject
from modelyard.server.tracking.artifact_files.seals import break_seals
from modelyard.server.tracking.runs.trainings import purge_run
from modelyard.wire.models import Version, VersionUpdate

_KEPT_OF_DELETED = (
    "parent",
    "dataset",
    "dataset_number",
    "source",
    "run_id",
    "logged_model_id",
    "created_at",
    "created_by",
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
    """:raises NotFound: there is no such version.
    :raises SemverTooSmall: the changes ask for a larger semantic version, and it is not forced.
    """
    key = queries.get_key(connection, project_id, model, number)
    changed = change.model_dump(exclude_none=True, exclude={"semver", "force_semver", "tags"})
    if change.semver is not None:
        force = bool(change.force_semver)
        change_semver(
            Raw(connection), actor, project_id, key.model_id, key.model, key.number, change.semver, force=force
        )
        live_events.version_changed(connection, project, key.id)
    if change.tags:
        _change_tags(Raw(connection), actor, project_id, key, change.tags)
        changed["tags"] = change.tags
    if changed:
        values = {name: value for name, value in changed.items() if name != "tags"}
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
        live_events.version_changed(connection, project, key.id)
    return queries.get_version(connection, project_id, model, key.number)


def _change_tags(raw: Raw, actor: str, project_id: int, key: VersionKey, tags: Mapping[str, str | None]) -> None:
    if "" in tags:
        raise InvalidArgument("A tag needs a name.")
    version = get_registered_version(raw, project_id, key.model, key.number)
    for name, value in tags.items():
        if value is None:
            delete_version_tag(raw, project_id, version, name)
        else:
            set_version_tag(raw, actor, project_id, version, name, value)


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
    mark_for_deletion(
        connection, connection.scalars(select(version_files.c.key).where(version_files.c.version_id == key.id))
    )
    row = connection.execute(
        delete(versions).where(versions.c.id == key.id).returning(*(versions.c[name] for name in _KEPT_OF_DELETED))
    ).one()
    connection.execute(
        insert(deleted_versions).values(
            model_id=key.model_id, number=key.number, deleted_at=now_ms(), deleted_by=actor, **row._asdict()
        )
    )
    break_seals(Raw(connection), version_subject(key.id))
    if row.source is None and key.run is not None:
        # Its training is its own; the run of a registered version belongs to whoever logged it.
        purge_run(Raw(connection), key.run)
    drop_aliases(Raw(connection), actor, project_id, key.model, key.model_id, key.number)
    uncount_version(connection, key.model_id, row.dataset, row.created_by)
    latest = select(func.max(versions.c.number)).where(versions.c.model_id == key.model_id).scalar_subquery()
    connection.execute(
        update(models).where(models.c.id == key.model_id).values(latest_number=latest, updated_at=now_ms())
    )
    refresh_default(connection, key.model_id)
    record(connection, project_id, actor, "version.deleted", f"{key.model}/{key.number}")
    live_events.version_deleted(connection, project, key.model, key.number)


def set_version_tag(raw: Raw, actor: str, project_id: int, version: RegisteredVersion, key: str, value: str) -> None:
    """A tag of a semantic version gives the version that one, if the model has them.

    :raises InvalidSemver: it is none.
    :raises SemverTaken: another version has it.
    :raises SemverTooSmall: the changes ask for a larger one.
    """
    if key in SEMVER_TAGS and uses_semver(raw, version.model_id):
        change_semver(raw, actor, project_id, version.model_id, version.model, version.number, value)
    put_version_tags(raw, [(version.id, {key: value})])
    announcements.version_tag_set(raw, project_id, version.model_id, version.model, version.number, key, value)


def delete_version_tag(raw: Raw, project_id: int, version: RegisteredVersion, key: str) -> None:
    """A tag that is not there is fine."""
    remove_version_tag(raw, version.id, key)
    announcements.version_tag_deleted(raw, project_id, version.model_id, version.model, version.number, key)
