"""The rules of models and versions that clients register."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from modelyard.server.activity.events import emit
from modelyard.server.activity.outbox import has_listeners
from modelyard.server.activity.service import Line, record, record_each
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import AlreadyExists, Conflict, InvalidArgument
from modelyard.server.registry import announcements, news
from modelyard.server.registry.lifecycle import MOVING
from modelyard.server.registry.models.service import add_model, no_number_left
from modelyard.server.registry.prompts import PROMPT_TAG, says_prompt
from modelyard.server.registry.prompts import is_prompt as holds_prompt
from modelyard.server.registry.registered.inserting import NewVersion, insert_versions, put_version_tags
from modelyard.server.registry.registered.queries import (
    RegisteredModel,
    RegisteredVersion,
    find_model,
    get_model,
    model_not_found,
)
from modelyard.server.registry.semver import parse_semver
from modelyard.server.registry.signatures import default_semver, set_signature
from modelyard.server.registry.texts import search_text
from modelyard.wire.base import MAX_NUMBER
from modelyard.wire.events import ObjectChanged
from modelyard.wire.models import Signature

SEMVER_TAGS = ("modelyard.semver", "gitlab.version")
"""Tags of a version that give it a semantic version when it is made."""

_COUNT = (
    "UPDATE models SET last_number = last_number + ?, latest_number = last_number + ?, "
    "default_number = last_number + ?, version_count = version_count + ?, updated_at = ? "
    "WHERE project_id = ? AND name = ? AND last_number <= ? RETURNING id, last_number"
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
    _require_free(raw, project_id, name, is_prompt=says_prompt(tags.get(PROMPT_TAG)))
    key = add_model(raw.connection, actor, project_id, project, name, description, tags)
    put_model_tags(raw, key.id, tags)
    return get_model(raw, project_id, name)


def _require_free(raw: Raw, project_id: int, name: str, *, is_prompt: bool) -> None:
    """:raises AlreadyExists: the name is taken; the message says whether by a model or by a prompt."""
    taken = find_model(raw, project_id, name)
    if taken is None:
        return
    holder = "Prompt" if holds_prompt(raw, taken.id) else "Registered Model"
    wanted = "Prompt" if is_prompt else "Registered Model"
    if holder == wanted:
        raise AlreadyExists(f"{holder} (name={name}) already exists.")
    raise AlreadyExists(
        f"Tried to create a {wanted.lower()} with name {name!r}, but the name is already taken by a {holder.lower()}. "
        "A model and a prompt cannot have the same name."
    )


class Wanted(NamedTuple):
    """A version that somebody registers in a project, known by key and by name."""

    actor: str
    project_id: int
    project: str
    new: Registration


def register_versions(raw: Raw, wanted: Sequence[Wanted]) -> list[RegisteredVersion]:
    """Adds Ready versions, each under the next number of its model.

    Without a semantic version in its tags one gets the smallest that its signature allows, if that is known.

    :raises NotFound: there is no such model.
    :raises InvalidArgument: a tag gives a semantic version that is none.
    :raises AlreadyExists: the model has a version with that semantic version.
    :raises Conflict: the model has no number left for them.
    """
    now = now_ms()
    batch = _Batch(raw)
    for one, (model_id, number) in zip(wanted, _take_numbers(raw, wanted, now), strict=True):
        batch.add(one, model_id, number, now)
    versions = batch.written()
    record_each(
        raw.connection,
        "version.created",
        [
            Line(one.project_id, one.actor, f"{version.model}/{version.number}", {"source": version.source})
            for one, version in zip(wanted, versions, strict=True)
        ],
    )
    _announce(raw, wanted, versions)
    return versions


def _take_numbers(raw: Raw, wanted: Sequence[Wanted], now: int) -> list[tuple[int, int]]:
    """The key of each version's model, and its number in it."""
    counts = Counter((one.project_id, one.new.model) for one in wanted)
    following: dict[tuple[int, str], tuple[int, Iterator[int]]] = {}
    for (project_id, name), count in sorted(counts.items()):  # so that nobody who waits for one has taken another
        row = raw.one(_COUNT, (count, count, count, count, now, project_id, name, MAX_NUMBER - count))
        if row is None:
            raise model_not_found(name) if find_model(raw, project_id, name) is None else no_number_left(name)
        model_id, last = row
        following[project_id, name] = (model_id, iter(range(last - count + 1, last + 1)))
    found = []
    for one in wanted:
        model_id, numbers = following[one.project_id, one.new.model]
        found.append((model_id, next(numbers)))
    return found


class _Batch:
    """Versions that are inserted together, as far as none has to know of the one before."""

    def __init__(self, raw: Raw) -> None:
        self._raw = raw
        self._waiting: list[tuple[NewVersion, Signature | None]] = []
        self._written: list[RegisteredVersion] = []

    def add(self, wanted: Wanted, model_id: int, number: int, now: int) -> None:
        new = wanted.new
        semver = None
        if new.signature is not None or any(tag in new.tags for tag in SEMVER_TAGS):
            self.written()
            semver = _free_semver(self._raw, model_id, new)
        version = NewVersion(
            project_id=wanted.project_id,
            model_id=model_id,
            model=new.model,
            number=number,
            semver=semver,
            description=new.description,
            run_id=new.run_id,
            source=new.source,
            storage_location=new.storage_location,
            run_link=new.run_link,
            logged_model_id=new.logged_model_id,
            created_at=now,
            created_by=wanted.actor,
            updated_at=now,
            tags=new.tags,
        )
        self._waiting.append((version, new.signature))

    def written(self) -> list[RegisteredVersion]:
        keys = insert_versions(self._raw, [version for version, _ in self._waiting])
        for key, (version, signature) in zip(keys, self._waiting, strict=True):
            if signature is not None:
                set_signature(self._raw.connection, key, signature)
            self._written.append(version.registered(key))
        self._waiting = []
        return self._written


def _announce(raw: Raw, wanted: Sequence[Wanted], versions: Sequence[RegisteredVersion]) -> None:
    listening = {project_id: has_listeners(raw, project_id) for project_id in {one.project_id for one in wanted}}
    for one, version in zip(wanted, versions, strict=True):
        if listening[one.project_id]:
            announcements.version_created(
                raw,
                one.project_id,
                version.model,
                version.number,
                source=one.new.source,
                run_id=version.run_id,
                description=version.description,
                tags=one.new.tags,
            )
        _tell(raw, one.project, version.model, version.number)


def rename_model(raw: Raw, actor: str, project_id: int, project: str, name: str, new_name: str) -> RegisteredModel:
    """:raises NotFound: there is no such model.
    :raises AlreadyExists: another has the new name.
    :raises Conflict: a version is being trained under the old name.
    """
    model = get_model(raw, project_id, name)
    if new_name == name:
        return model
    _require_free(raw, project_id, new_name, is_prompt=holds_prompt(raw, model.id))
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
    put_model_tags(raw, model.id, {key: value})
    announcements.model_tag_set(raw, project_id, model.id, model.name, key, value)


def delete_model_tag(raw: Raw, project_id: int, model: RegisteredModel, key: str) -> None:
    """A tag that is not there is fine."""
    announcements.model_tag_deleted(raw, project_id, model.id, model.name, key)
    raw.run("DELETE FROM model_tags WHERE model_id = ? AND key = ?", (model.id, key))


def set_version_tag(raw: Raw, project_id: int, version: RegisteredVersion, key: str, value: str) -> None:
    put_version_tags(raw, [(version.id, {key: value})])
    announcements.version_tag_set(raw, project_id, version.model_id, version.model, version.number, key, value)


def delete_version_tag(raw: Raw, project_id: int, version: RegisteredVersion, key: str) -> None:
    """A tag that is not there is fine."""
    raw.run("DELETE FROM version_tags WHERE version_id = ? AND key = ?", (version.id, key))
    announcements.version_tag_deleted(raw, project_id, version.model_id, version.model, version.number, key)


def put_model_tags(raw: Raw, model_id: int, tags: Mapping[str, str]) -> None:
    raw.insert(
        "INSERT INTO model_tags (model_id, key, value) VALUES",
        [(model_id, key, value) for key, value in tags.items()],
        "ON CONFLICT (model_id, key) DO UPDATE SET value = excluded.value",
    )


def _touch_model(raw: Raw, model_id: int, now: int) -> None:
    raw.run("UPDATE models SET updated_at = ? WHERE id = ?", (now, model_id))


def _tell(raw: Raw, project: str, model: str, number: int) -> None:
    """Open views fetch the version; most registrations happen when nobody looks, so nothing is read for it here."""
    topics = ("models", *news.version_topics(model, number))
    emit(raw.connection, project, topics, ObjectChanged(kind="version", name=f"{model}/{number}"))


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
