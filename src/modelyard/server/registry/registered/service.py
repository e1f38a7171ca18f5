"""The rules of models and versions that clients register."""

from collections.abc import Mapping
from dataclasses import dataclass

from modelyard.server.activity.events import emit
from modelyard.server.activity.service import record
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import AlreadyExists, Conflict, InvalidArgument
from modelyard.server.registry import announcements, news
from modelyard.server.registry.lifecycle import MOVING
from modelyard.server.registry.models.service import add_model
from modelyard.server.registry.registered.queries import (
    RegisteredModel,
    RegisteredVersion,
    find_model,
    get_model,
    get_version,
    model_not_found,
)
from modelyard.server.registry.semver import parse_semver
from modelyard.server.registry.signatures import default_semver, set_signature
from modelyard.server.registry.texts import search_text
from modelyard.wire.events import ObjectChanged
from modelyard.wire.models import Signature

SEMVER_TAGS = ("modelyard.semver", "gitlab.version")
"""Tags of a version that give it a semantic version when it is made."""

_COUNT = (
    "UPDATE models SET last_number = last_number + 1, latest_number = last_number + 1, "
    "default_number = last_number + 1, version_count = version_count + 1, updated_at = ? "
    "WHERE project_id = ? AND name = ? RETURNING id, last_number"
)
_INSERT = (
    "INSERT INTO versions (project_id, model_id, model, number, semver, description, search_text, status, run, run_id, "
    "source, storage_location, run_link, logged_model_id, stage, file_count, size_bytes, log_line_count, starred, "
    "archived, created_at, created_by, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'Ready', "
    "(SELECT r.id FROM runs r JOIN experiments e ON e.id = r.experiment_id WHERE r.run_id = ? AND e.project_id = ?), "
    "?, ?, ?, ?, ?, 'None', 0, 0, 0, ?, ?, ?, ?, ?) RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Registration:
    """A version to be: where it was said to be, where its files are, and what it came from. Empty texts are none."""

    model: str
    source: str
    storage_location: str
    run_id: str
    run_link: str
    logged_model_id: str
    description: str
    tags: Mapping[str, str]
    signature: Signature | None = None


def register_model(
    raw: Raw, actor: str, project_id: int, project: str, name: str, description: str, tags: Mapping[str, str]
) -> RegisteredModel:
    """:raises AlreadyExists: there is a model of that name."""
    if find_model(raw, project_id, name) is not None:
        raise AlreadyExists(f"Registered Model (name={name}) already exists.")
    key = add_model(raw.connection, actor, project_id, project, name, description, tags)
    _put_tags(raw, "model_tags", "model_id", key.id, tags)
    return get_model(raw, project_id, name)


def register_version(raw: Raw, actor: str, project_id: int, project: str, new: Registration) -> RegisteredVersion:
    """Adds a Ready version under the next number of its model.

    Without a semantic version in its tags it gets the smallest that its signature allows, if that is known.

    :raises NotFound: there is no such model.
    :raises InvalidArgument: a tag gives a semantic version that is none.
    :raises AlreadyExists: the model has a version with that semantic version.
    """
    now = now_ms()
    row = raw.one(_COUNT, (now, project_id, new.model))
    if row is None:
        raise model_not_found(new.model)
    model_id, number = row
    semver = _free_semver(raw, model_id, new)
    version_id = _insert_version(raw, actor, project_id, model_id, number, semver, new, now)
    raw.run(
        "INSERT INTO version_details (version_id, given_config, rendered_config) VALUES (?, '{}', '{}')", (version_id,)
    )
    if new.signature is not None:
        set_signature(raw.connection, version_id, new.signature)
    raw.run(
        "INSERT INTO model_contributors (model_id, name, version_count) VALUES (?, ?, 1) "
        "ON CONFLICT (model_id, name) DO UPDATE SET version_count = model_contributors.version_count + 1",
        (model_id, actor),
    )
    _put_tags(raw, "version_tags", "version_id", version_id, new.tags)
    record(raw.connection, project_id, actor, "version.created", f"{new.model}/{number}", source=new.source)
    announcements.version_created(
        raw,
        project_id,
        new.model,
        number,
        source=new.source,
        run_id=new.run_id,
        description=new.description,
        tags=new.tags,
    )
    _tell(raw, project, new.model, number)
    return get_version(raw, project_id, new.model, number)


def rename_model(raw: Raw, actor: str, project_id: int, project: str, name: str, new_name: str) -> RegisteredModel:
    """:raises NotFound: there is no such model.
    :raises AlreadyExists: another has the new name.
    :raises Conflict: a version is being trained under the old name.
    """
    model = get_model(raw, project_id, name)
    if new_name == name:
        return model
    if find_model(raw, project_id, new_name) is not None:
        raise AlreadyExists(f"Registered Model (name={new_name}) already exists.")
    states = [str(status) for status in MOVING]
    moving = f"SELECT 1 FROM versions WHERE model_id = ? AND status IN ({', '.join('?' * len(states))}) LIMIT 1"  # noqa: S608
    if raw.one(moving, (model.id, *states)) is not None:
        raise Conflict(f"The model {name!r} cannot be renamed while a version is being trained.")
    raw.run(
        "UPDATE models SET name = ?, search_text = ?, updated_at = ? WHERE id = ?",
        (new_name, search_text([new_name, model.description]), now_ms(), model.id),
    )
    raw.run("UPDATE versions SET model = ? WHERE model_id = ?", (new_name, model.id))
    raw.run(
        "UPDATE experiments SET name = ? WHERE id = (SELECT experiment_id FROM models WHERE id = ?)",
        (f"[model]{new_name}", model.id),
    )
    record(raw.connection, project_id, actor, "model.renamed", new_name, before=name)
    news.model_changed(raw.connection, project, name, deleted=True)
    news.model_changed(raw.connection, project, new_name)
    return get_model(raw, project_id, new_name)


def transition_stage(
    raw: Raw, actor: str, project_id: int, project: str, version: RegisteredVersion, stage: str, *, archive: bool
) -> None:
    """Moves a version to a stage; `archive` moves the versions that are in it to Archived."""
    now = now_ms()
    if archive:
        raw.run(
            "UPDATE versions SET stage = 'Archived', updated_at = ? WHERE model_id = ? AND stage = ? AND number <> ?",
            (now, version.model_id, stage, version.number),
        )
    raw.run("UPDATE versions SET stage = ?, updated_at = ? WHERE id = ?", (stage, now, version.id))
    _touch_model(raw, version.model_id, now)
    name = f"{version.model}/{version.number}"
    record(raw.connection, project_id, actor, "version.stage_set", name, stage=stage)
    _tell(raw, project, version.model, version.number)


def set_model_tag(raw: Raw, project_id: int, model: RegisteredModel, key: str, value: str) -> None:
    _put_tags(raw, "model_tags", "model_id", model.id, {key: value})
    _touch_model(raw, model.id, now_ms())
    announcements.model_tag_set(raw, project_id, model.id, model.name, key, value)


def delete_model_tag(raw: Raw, project_id: int, model: RegisteredModel, key: str) -> None:
    """A tag that is not there is fine."""
    announcements.model_tag_deleted(raw, project_id, model.id, model.name, key)
    raw.run("DELETE FROM model_tags WHERE model_id = ? AND key = ?", (model.id, key))


def set_version_tag(raw: Raw, project_id: int, version: RegisteredVersion, key: str, value: str) -> None:
    _put_tags(raw, "version_tags", "version_id", version.id, {key: value})
    _touch_model(raw, version.model_id, now_ms())
    announcements.version_tag_set(raw, project_id, version.model_id, version.model, version.number, key, value)


def delete_version_tag(raw: Raw, project_id: int, version: RegisteredVersion, key: str) -> None:
    """A tag that is not there is fine."""
    raw.run("DELETE FROM version_tags WHERE version_id = ? AND key = ?", (version.id, key))
    announcements.version_tag_deleted(raw, project_id, version.model_id, version.model, version.number, key)


def _put_tags(raw: Raw, table: str, column: str, owner: int, tags: Mapping[str, str]) -> None:
    """Sets tags of a model (`model_tags`, `model_id`) or of a version (`version_tags`, `version_id`)."""
    raw.insert(
        f"INSERT INTO {table} ({column}, key, value) VALUES",
        [(owner, key, value) for key, value in tags.items()],
        f"ON CONFLICT ({column}, key) DO UPDATE SET value = excluded.value",
    )


def _touch_model(raw: Raw, model_id: int, now: int) -> None:
    raw.run("UPDATE models SET updated_at = ? WHERE id = ?", (now, model_id))


def _tell(raw: Raw, project: str, model: str, number: int) -> None:
    """Open views fetch the version; most registrations happen when nobody looks, so nothing is read for it here."""
    topics = ("models", *news.version_topics(model, number))
    emit(raw.connection, project, topics, ObjectChanged(kind="version", name=f"{model}/{number}"))


def _insert_version(
    raw: Raw, actor: str, project_id: int, model_id: int, number: int, semver: str | None, new: Registration, now: int
) -> int:
    texts = search_text([new.description, actor])
    origin = (new.run_id, project_id, new.run_id, new.source, new.storage_location, new.run_link, new.logged_model_id)
    made = raw.one(
        _INSERT,
        (
            project_id,
            model_id,
            new.model,
            number,
            semver,
            new.description,
            texts,
            *origin,
            False,
            False,
            now,
            actor,
            now,
        ),
    )
    assert made is not None
    version_id: int = made[0]
    return version_id


def _free_semver(raw: Raw, model_id: int, new: Registration) -> str | None:
    """The one in the tags, else the smallest that the signature allows.

    :raises InvalidArgument: a tag gives a semantic version that is none.
    :raises AlreadyExists: the model has a version with that semantic version.
    """
    semver = _semver(new.tags)
    if semver is None:
        return default_semver(raw.connection, model_id, new.signature)
    taken = raw.one("SELECT number FROM versions WHERE model_id = ? AND semver = ?", (model_id, semver))
    if taken is not None:
        raise AlreadyExists(f"Version {taken[0]} of {new.model!r} has the semantic version {semver} already.")
    return semver


def _semver(tags: Mapping[str, str]) -> str | None:
    for tag in SEMVER_TAGS:
        if tag in tags:
            version = parse_semver(tags[tag])
            if version is None:
                raise InvalidArgument(
                    f"The tag {tag} has {tags[tag]!r}, which is not a semantic version such as 1.2.0."
                )
            return str(version)
    return None
