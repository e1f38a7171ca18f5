"""Numbers of versions: each is given once in a model, and never again."""

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.errors import Conflict
from modelyard.server.registry.models.registered import (
    find_registered_model,
    get_registered_model,
    registered_model_not_found,
)
from modelyard.server.registry.versions.new import ImportedHistory, VersionToCreate
from modelyard.wire.base import MAX_NUMBER

_TAKE = (
    "UPDATE models SET last_number = last_number + ?, latest_number = last_number + ?, "
    "default_number = coalesce(last_number + ?, default_number), version_count = version_count + ?, updated_at = ? "
    "WHERE project_id = ? AND name = ? AND last_number <= ? RETURNING id, experiment_id, last_number, uses_semver"
)
_HIGHEST = "CASE WHEN coalesce({0}, 0) < ? THEN ? ELSE {0} END"
_RAISE = (
    "UPDATE models SET version_count = version_count + ?, last_number = "  # noqa: S608 - of constants
    f"{_HIGHEST.format('last_number')}, latest_number = {_HIGHEST.format('latest_number')} WHERE id = ?"
)


class AllocatedNumber(NamedTuple):
    """The number of a new version, in a model with an experiment for its trainings."""

    model_id: int
    experiment_id: int
    number: int
    model: str
    """The name that it has now."""
    uses_semver: bool = True


def take_numbers(raw: Raw, requests: Sequence[VersionToCreate], now: int) -> list[AllocatedNumber]:
    """The next number for each version, or the one of its history; the models count them.

    :raises NotFound: there is no such model.
    :raises Conflict: a model has no number left.
    """
    by_model: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for index, request in enumerate(requests):
        by_model[request.project_id, request.version.model].append(index)
    places: dict[int, AllocatedNumber] = {}
    for (project_id, name), indexes in sorted(by_model.items()):  # so that nobody who waits for one has taken another
        histories = [requests[index].version.history for index in indexes]
        if any(histories):
            numbers = _note_numbers(raw, project_id, name, [history for history in histories if history is not None])
        else:
            is_ready = [requests[index].version.training is None for index in indexes]
            numbers = _take_next(raw, project_id, name, is_ready, now)
        places.update(zip(indexes, numbers, strict=True))
    return [places[index] for index in range(len(requests))]


def lock_models(raw: Raw, model_ids: Sequence[int]) -> None:
    """Nobody else takes or deletes numbers until the transaction ends."""
    if model_ids and not raw.is_sqlite:
        raw.all(f"SELECT id FROM models WHERE id IN ({placeholders(len(model_ids))}) ORDER BY id FOR UPDATE", model_ids)  # noqa: S608


def find_deleted_numbers(raw: Raw, model_id: int, numbers: Sequence[int]) -> set[int]:
    """Those of the numbers that deleted versions had."""
    rows = raw.run(
        f"SELECT number FROM deleted_versions WHERE model_id = ? AND number IN ({placeholders(len(numbers))})",  # noqa: S608
        (model_id, *numbers),
    )
    return {number for (number,) in rows}


def require_not_deleted(model: str, number: int, deleted: AbstractSet[int]) -> None:
    """:raises Conflict: a version that was deleted had the number."""
    if number in deleted:
        raise Conflict(
            f"Version {number} of {model!r} was deleted here, and numbers are not reused.",
            hint="Import into a project of its own to have it.",
        )


def no_number_left(name: str) -> Conflict:
    return Conflict(
        f"The model {name!r} has no number left: {MAX_NUMBER} is the largest, and numbers are not reused.",
        hint="Use another model name.",
    )


def _take_next(raw: Raw, project_id: int, name: str, is_ready: Sequence[bool], now: int) -> list[AllocatedNumber]:
    """The newest version that is Ready is the model's default from now on."""
    count = len(is_ready)
    newest_ready = max((index for index, ready in enumerate(is_ready, 1) if ready), default=None)
    row = raw.one(_TAKE, (count, count, newest_ready, count, now, project_id, name, MAX_NUMBER - count))
    if row is None:
        model = find_registered_model(raw, project_id, name)
        if model is not None and model.name != name:
            return _take_next(raw, project_id, model.name, is_ready, now)
        raise registered_model_not_found(name) if model is None else no_number_left(name)
    model_id, experiment_id, last, uses_semver = row
    return [
        AllocatedNumber(model_id, experiment_id, number, name, bool(uses_semver))
        for number in range(last - count + 1, last + 1)
    ]


def _note_numbers(raw: Raw, project_id: int, name: str, histories: Sequence[ImportedHistory]) -> list[AllocatedNumber]:
    model = get_registered_model(raw, project_id, name)
    numbers = [history.number for history in histories]
    highest = max(numbers)
    raw.run(_RAISE, (len(numbers), highest, highest, highest, highest, model.id))
    return [AllocatedNumber(model.id, model.experiment_id, number, model.name) for number in numbers]
