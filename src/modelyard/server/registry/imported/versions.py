"""Versions as they were elsewhere, in few statements however many they are."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.errors import AlreadyExists, ModelyardError
from modelyard.server.registry.counters import refresh_default
from modelyard.server.registry.limits import MAX_USER_LENGTH
from modelyard.server.registry.models.registered import get_registered_model
from modelyard.server.registry.semver import Semver, parse_semver
from modelyard.server.registry.tags.service import put_version_tags
from modelyard.server.registry.texts import search_text
from modelyard.server.registry.versions.creation import create_versions
from modelyard.server.registry.versions.new import ImportedHistory, ModelSource, NewModelVersion, VersionToCreate
from modelyard.server.registry.versions.numbers import find_deleted_numbers, lock_models, require_not_deleted
from modelyard.server.registry.versions.semvers import SEMVER_TAGS, Semvers
from modelyard.wire.imports import VersionLine

_BATCH_SIZE = 500
_STATUSES = {"READY": "Ready", "PENDING_REGISTRATION": "Failed", "FAILED_REGISTRATION": "Failed"}
_UNFINISHED = "Its registration had not ended where it was imported from."

_UPDATE = (
    "UPDATE versions SET description = ?, search_text = ?, stage = ?, status = ?, error_message = ?, updated_at = ? "
    "WHERE id = ?"
)


class ImportedVersion(NamedTuple):
    """A line of an import, with where the version's model is shown to be and where its files are."""

    line: VersionLine
    source: str
    storage: str


class WrittenVersion(NamedTuple):
    """A version's key, and whether it was created now."""

    id: int
    is_new: bool


class _Existing(NamedTuple):
    """A version that has the number of a line."""

    id: int
    model_id: int
    created_at: int
    created_by: str


def write_versions(
    raw: Raw, actor: str, project_id: int, project: str, versions: Sequence[ImportedVersion]
) -> list[WrittenVersion | ModelyardError]:
    """Makes versions under their numbers, or brings up to date those that were imported before.

    Answers for each what became of it, or why it cannot be: NotFound when there is no such model, AlreadyExists when
    the number or the semantic version is taken by another version, Conflict when the version was deleted here.
    """
    results: list[WrittenVersion | ModelyardError] = []
    for batch in _batches(versions):
        states = _check(raw, project_id, batch)
        requests = [
            VersionToCreate(actor, project_id, project, _to_new(version, state, actor))
            for version, state in zip(batch, states, strict=True)
            if state is None or isinstance(state, Semver)
        ]
        created = iter(create_versions(raw, requests))
        updates = []
        for version, state in zip(batch, states, strict=True):
            if isinstance(state, ModelyardError):
                results.append(state)
            elif isinstance(state, _Existing):
                results.append(WrittenVersion(state.id, is_new=False))
                updates.append((state, version.line))
            else:
                results.append(WrittenVersion(next(created).id, is_new=True))
        _update(raw, updates)
    return results


def _batches(versions: Iterable[ImportedVersion]) -> Iterator[list[ImportedVersion]]:
    """In a batch no version comes twice."""
    batch: dict[tuple[str, int], ImportedVersion] = {}
    for version in versions:
        name = (version.line.model, version.line.number)
        if name in batch or len(batch) == _BATCH_SIZE:
            yield list(batch.values())
            batch = {}
        batch[name] = version
    if batch:
        yield list(batch.values())


def _check(
    raw: Raw, project_id: int, batch: Sequence[ImportedVersion]
) -> list[_Existing | Semver | ModelyardError | None]:
    """The existing version of each line, or the semantic version of a new one, if any; or why it cannot be."""
    model_ids = {name: _find_model(raw, project_id, name) for name in {version.line.model for version in batch}}
    lock_models(raw, [model_id for model_id in model_ids.values() if isinstance(model_id, int)])
    states: dict[tuple[str, int], _Existing | Semver | ModelyardError | None] = {}
    for name, model_id in model_ids.items():
        lines = [version.line for version in batch if version.line.model == name]
        if isinstance(model_id, int):
            states.update(_check_lines(raw, model_id, lines))
        else:
            states.update(((name, line.number), model_id) for line in lines)
    return [states[version.line.model, version.line.number] for version in batch]


def _check_lines(
    raw: Raw, model_id: int, lines: Sequence[VersionLine]
) -> Iterator[tuple[tuple[str, int], _Existing | Semver | ModelyardError | None]]:
    """As `_check`, for the lines of one model."""
    numbers = [line.number for line in lines]
    existing = _find_existing(raw, model_id, numbers)
    deleted = find_deleted_numbers(raw, model_id, numbers)
    semvers = Semvers(raw)
    by_number = {line.number: _semver(line) for line in lines}
    semvers.load(model_id, (semver for semver in by_number.values() if semver is not None))
    for line in lines:
        state: _Existing | Semver | ModelyardError | None = existing.get(line.number)
        try:
            if isinstance(state, _Existing):
                _require_same(state, line)
            else:
                require_not_deleted(line.model, line.number, deleted)
                state = by_number[line.number]
                if state is not None:
                    semvers.claim(model_id, line.model, line.number, state)
        except ModelyardError as error:
            state = error
        yield (line.model, line.number), state


def _require_same(existing: _Existing, line: VersionLine) -> None:
    """:raises AlreadyExists: the version that has the number is another."""
    if existing.created_at != line.created_at:
        raise AlreadyExists(
            f"The model {line.model!r} has another version {line.number} here already.",
            hint="Import into a project of its own.",
        )


def _find_model(raw: Raw, project_id: int, name: str) -> int | ModelyardError:
    try:
        return get_registered_model(raw, project_id, name).id
    except ModelyardError as error:
        return error


def _find_existing(raw: Raw, model_id: int, numbers: Sequence[int]) -> dict[int, _Existing]:
    rows = raw.run(
        "SELECT number, id, model_id, created_at, created_by FROM versions "  # noqa: S608
        f"WHERE model_id = ? AND number IN ({placeholders(len(numbers))})",
        (model_id, *numbers),
    )
    return {number: _Existing(*row) for number, *row in rows}


def _update(raw: Raw, updates: Sequence[tuple[_Existing, VersionLine]]) -> None:
    for existing, line in updates:
        searched = search_text([line.description, existing.created_by])
        values = (line.description, searched, line.stage, _STATUSES[line.status], _error(line), line.updated_at)
        raw.run(_UPDATE, (*values, existing.id))
    put_version_tags(raw, [(existing.id, line.tags) for existing, line in updates])
    for model_id in {existing.model_id for existing, _ in updates}:
        refresh_default(raw.connection, model_id)


def _to_new(version: ImportedVersion, semver: Semver | None, actor: str) -> NewModelVersion:
    line = version.line
    return NewModelVersion(
        model=line.model,
        description=line.description,
        tags=line.tags,
        source=ModelSource(
            uri=version.source,
            storage_location=version.storage,
            run_id=line.run_id,
            run_link=line.run_link,
            logged_model_id=line.logged_model_id,
        ),
        history=ImportedHistory(
            number=line.number,
            semver=None if semver is None else str(semver),
            created_at=line.created_at,
            created_by=line.user[:MAX_USER_LENGTH] or actor,
            updated_at=line.updated_at,
            stage=line.stage,
            status=_STATUSES[line.status],
            error=_error(line),
        ),
    )


def _error(line: VersionLine) -> str | None:
    return line.status_message or (_UNFINISHED if line.status == "PENDING_REGISTRATION" else None)


def _semver(line: VersionLine) -> Semver | None:
    """The semantic version in the tags, when it is one."""
    for tag in SEMVER_TAGS:
        if tag in line.tags:
            return parse_semver(line.tags[tag])
    return None
