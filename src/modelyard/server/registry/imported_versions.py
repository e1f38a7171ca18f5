"""Versions as they were elsewhere, with their numbers and times, in few statements however many they are."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.errors import AlreadyExists, Conflict, ModelyardError
from modelyard.server.registry.registered.inserting import NewVersion, insert_versions, put_version_tags
from modelyard.server.registry.registered.queries import get_model
from modelyard.server.registry.registered.service import SEMVER_TAGS
from modelyard.server.registry.semver import parse_semver
from modelyard.wire.imports import VersionLine

_MAX_USER_LENGTH = 200
_AT_ONCE = 500
_STATUSES = {"READY": "Ready", "PENDING_REGISTRATION": "Failed", "FAILED_REGISTRATION": "Failed"}
_UNFINISHED = "Its registration had not ended where it was imported from."
_COUNTERS = ("last_number", "latest_number", "default_number")

_UPDATE = "UPDATE versions SET description = ?, stage = ?, status = ?, error_message = ?, updated_at = ? WHERE id = ?"


class Whence(NamedTuple):
    """Where a version's model is shown to be, and where its files are."""

    source: str
    storage: str


class Written(NamedTuple):
    """A version's key, and whether it was made or was there."""

    id: int
    made: bool


class _New(NamedTuple):
    line: VersionLine
    whence: Whence
    semver: str | None


_Place = tuple[int, int]
"""A model's key and a version's number."""


class _Checked(NamedTuple):
    place: _Place
    is_new: bool


def write_versions(
    raw: Raw, actor: str, project_id: int, wanted: Sequence[tuple[VersionLine, Whence]]
) -> list[Written | ModelyardError]:
    """Makes versions under their numbers, or brings up to date those that were imported before.

    Answers for each what became of it, or why it cannot be: NotFound when there is no such model, AlreadyExists when
    the number or the semantic version is taken by another version, Conflict when the version was deleted here.
    """
    found: list[Written | ModelyardError] = []
    for start in range(0, len(wanted), _AT_ONCE):
        found += _Batch(raw, actor, project_id, wanted[start : start + _AT_ONCE]).write()
    return found


class _Batch:
    """What a few statements write: versions that are new, and versions that are there."""

    def __init__(self, raw: Raw, actor: str, project_id: int, wanted: Sequence[tuple[VersionLine, Whence]]) -> None:
        self._raw = raw
        self._actor = actor
        self._project_id = project_id
        self._wanted = wanted
        self._models = _find_models(raw, project_id, [line for line, _ in wanted])
        _lock_models(raw, [found for found in self._models.values() if isinstance(found, int)])
        # When each version was made; with its key when it was there before.
        self._created: dict[_Place, int] = {}
        self._keys: dict[_Place, int] = {}
        self._deleted: set[_Place] = set()
        self._semvers: dict[tuple[int, str], int] = {}
        self._new: dict[_Place, _New] = {}
        for model_id, lines in self._by_model():
            self._read_present(model_id, lines)

    def write(self) -> list[Written | ModelyardError]:
        checked = [self._checked(line, place) for line, place in self._wanted]
        self._insert()
        results = [
            one if isinstance(one, ModelyardError) else Written(self._keys[one.place], one.is_new) for one in checked
        ]
        written = [
            (one, line)
            for one, (line, _) in zip(results, self._wanted, strict=True)
            if not isinstance(one, ModelyardError)
        ]
        there = [(one.id, line) for one, line in written if not one.made]
        for key, line in there:
            self._raw.run(_UPDATE, (*_state(line), key))
        put_version_tags(self._raw, [(key, line.tags) for key, line in there])
        return results

    def _by_model(self) -> Iterator[tuple[int, list[VersionLine]]]:
        for name, model_id in self._models.items():
            if isinstance(model_id, int):
                yield model_id, [line for line, _ in self._wanted if line.model == name]

    def _read_present(self, model_id: int, lines: list[VersionLine]) -> None:
        numbers = [line.number for line in lines]
        among = f"number IN ({placeholders(len(numbers))})"
        for key, number, created_at in self._raw.run(
            f"SELECT id, number, created_at FROM versions WHERE model_id = ? AND {among}",  # noqa: S608
            (model_id, *numbers),
        ):
            self._keys[model_id, number] = key
            self._created[model_id, number] = created_at
        deleted = f"SELECT number FROM deleted_versions WHERE model_id = ? AND {among}"  # noqa: S608
        rows = self._raw.run(deleted, (model_id, *numbers))
        self._deleted.update((model_id, number) for (number,) in rows)
        semvers = [semver for line in lines if (semver := _semver(line)) is not None]
        if semvers:
            among = f"semver IN ({placeholders(len(semvers))})"
            for number, semver in self._raw.run(
                f"SELECT number, semver FROM versions WHERE model_id = ? AND {among}",  # noqa: S608
                (model_id, *semvers),
            ):
                self._semvers[model_id, semver] = number

    def _checked(self, line: VersionLine, whence: Whence) -> _Checked | ModelyardError:
        """Where it goes, or why it cannot."""
        model_id = self._models[line.model]
        if isinstance(model_id, ModelyardError):
            return model_id
        place = (model_id, line.number)
        if place in self._created:
            if self._created[place] != line.created_at:
                return AlreadyExists(
                    f"The model {line.model!r} has another version {line.number} here already.",
                    hint="Import into a project of its own.",
                )
            return _Checked(place, is_new=False)
        if place in self._deleted:
            return Conflict(
                f"Version {line.number} of {line.model!r} was deleted here, and numbers are not reused.",
                hint="Import into a project of its own to have it.",
            )
        semver = _semver(line)
        if semver is not None:
            taken = self._semvers.setdefault((model_id, semver), line.number)
            if taken != line.number:
                return AlreadyExists(f"Version {taken} of {line.model!r} has the semantic version {semver} already.")
        self._created[place] = line.created_at
        self._new[place] = _New(line, whence, semver)
        return _Checked(place, is_new=True)

    def _insert(self) -> None:
        new = [self._row(place, one) for place, one in self._new.items()]
        for place, key in zip(self._new, insert_versions(self._raw, new), strict=True):
            self._keys[place] = key
        self._count()

    def _row(self, place: _Place, new: _New) -> NewVersion:
        line = new.line
        description, stage, status, error, updated_at = _state(line)
        return NewVersion(
            project_id=self._project_id,
            model_id=place[0],
            model=line.model,
            number=line.number,
            semver=new.semver,
            description=description,
            run_id=line.run_id,
            source=new.whence.source,
            storage_location=new.whence.storage,
            run_link=line.run_link,
            logged_model_id=line.logged_model_id,
            created_at=line.created_at,
            created_by=line.user[:_MAX_USER_LENGTH] or self._actor,
            updated_at=updated_at,
            tags=line.tags,
            stage=stage,
            status=status,
            error=error,
        )

    def _count(self) -> None:
        newest = "CASE WHEN coalesce({0}, 0) < ? THEN ? ELSE {0} END"
        columns = ", ".join(f"{column} = {newest.format(column)}" for column in _COUNTERS)
        for model_id, count in Counter(model_id for model_id, _ in self._new).items():
            last = max(number for owner, number in self._new if owner == model_id)
            self._raw.run(
                f"UPDATE models SET version_count = version_count + ?, {columns} WHERE id = ?",  # noqa: S608
                (count, *[last] * 6, model_id),
            )


def _find_models(raw: Raw, project_id: int, lines: Sequence[VersionLine]) -> dict[str, int | ModelyardError]:
    found: dict[str, int | ModelyardError] = {}
    for name in {line.model for line in lines}:
        try:
            found[name] = get_model(raw, project_id, name).id
        except ModelyardError as error:
            found[name] = error
    return found


def _lock_models(raw: Raw, model_ids: Sequence[int]) -> None:
    """Whoever takes or deletes a number meanwhile waits, or has been waited for."""
    if model_ids and not raw.is_sqlite:
        raw.all(f"SELECT id FROM models WHERE id IN ({placeholders(len(model_ids))}) ORDER BY id FOR UPDATE", model_ids)  # noqa: S608


def _state(line: VersionLine) -> tuple[str, str, str, str | None, int]:
    """What another import of the same version may change: description, stage, status, error and time of change."""
    error = line.status_message or (_UNFINISHED if line.status == "PENDING_REGISTRATION" else None)
    return line.description, line.stage, _STATUSES[line.status], error, line.updated_at


def _semver(line: VersionLine) -> str | None:
    """The semantic version in the tags, when it is one."""
    text = next((line.tags[tag] for tag in SEMVER_TAGS if tag in line.tags), None)
    parsed = None if text is None else parse_semver(text)
    return None if parsed is None else str(parsed)
