"""The rules of aliases."""

import re
from typing import NamedTuple

from modelyard.server.activity.service import record
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import AliasMoved, AliasProtected, InvalidArgument, InvalidState, NotFound
from modelyard.server.registry import announcements
from modelyard.server.registry.aliases.board import find_previous
from modelyard.server.registry.aliases.board import is_protected as has_mark
from modelyard.server.registry.aliases.queries import LATEST, find_alias
from modelyard.server.registry.limits import MAX_ALIAS_LENGTH

_NAME = re.compile(rf"[\w\-]{{1,{MAX_ALIAS_LENGTH}}}", re.ASCII)
_NUMBERED = re.compile(r"v?\d+", re.IGNORECASE)


def check_alias(alias: str) -> str:
    """:raises InvalidArgument: a name that no alias may have, or that would hide a version."""
    if not _NAME.fullmatch(alias):
        raise InvalidArgument(
            f"Invalid alias name: '{alias[:80]}'. An alias has letters, digits, '_' and '-' and does not exceed the "
            f"maximum length of {MAX_ALIAS_LENGTH}."
        )
    if alias.lower() == LATEST or _NUMBERED.fullmatch(alias):
        raise InvalidArgument(f"Invalid alias name: '{alias}' is reserved.")
    return alias


class Mover(NamedTuple):
    """The caller who moves an alias, the reason, and the number that they expect: 0 for none, None for any."""

    actor: str
    may_administrate: bool
    message: str = ""
    expected: int | None = None


def set_alias(raw: Raw, mover: Mover, project_id: int, model: str, model_id: int, alias: str, number: int) -> None:
    """Makes the alias name the version, in place of what it named.

    :raises NotFound: the model has no such version.
    :raises AliasProtected: only who may administrate models moves it.
    :raises AliasMoved: it names another version than expected.
    """
    check_alias(alias)
    require_movable(raw, mover, model_id, model, alias)
    # Locks the version, so that it cannot be deleted at the same moment.
    locked = raw.run("UPDATE versions SET number = number WHERE model_id = ? AND number = ?", (model_id, number))
    if not locked.rowcount:
        raise NotFound(f"Model Version (name={model}, version={number}) not found")
    now = now_ms()
    if mover.expected is None:
        move_alias(raw, mover.actor, model_id, alias, number, now, mover.message)
    else:
        _compare_and_set(raw, mover, mover.expected, model_id, model, alias, number, now)
    detail = {"message": mover.message} if mover.message else {}
    record(raw.connection, project_id, mover.actor, "model.alias_set", model, alias=alias, number=number, **detail)
    announcements.alias_set(raw, project_id, model_id, model, alias, number)


def move_alias(raw: Raw, actor: str, model_id: int, alias: str, number: int, now: int, message: str = "") -> None:
    """Makes the alias name a version that exists, without telling anybody."""
    raw.run(
        "INSERT INTO aliases (model_id, alias, number, updated_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (model_id, alias) DO UPDATE SET number = excluded.number, updated_at = excluded.updated_at",
        (model_id, alias, number, now),
    )
    _note(raw, actor, model_id, alias, number, now, message)


def delete_alias(raw: Raw, mover: Mover, project_id: int, model: str, model_id: int, alias: str) -> bool:
    """Whether there was such an alias.

    :raises AliasProtected: only who may administrate models removes it.
    :raises AliasMoved: it names another version than expected.
    """
    require_movable(raw, mover, model_id, model, alias)
    if mover.expected is None:
        deleted = raw.run("DELETE FROM aliases WHERE model_id = ? AND alias = ?", (model_id, alias))
    else:
        deleted = raw.run(
            "DELETE FROM aliases WHERE model_id = ? AND alias = ? AND number = ?", (model_id, alias, mover.expected)
        )
    if not deleted.rowcount:
        if mover.expected and (present := find_alias(raw, model_id, alias)) is not None:
            raise _moved(model, alias, present, mover.expected)
        return False
    _note(raw, mover.actor, model_id, alias, None, now_ms(), mover.message)
    record(raw.connection, project_id, mover.actor, "model.alias_deleted", model, alias=alias)
    announcements.alias_deleted(raw, project_id, model_id, model, alias)
    return True


def roll_back(raw: Raw, mover: Mover, project_id: int, model: str, model_id: int, alias: str) -> None:
    """Moves the alias back to the version that it named before.

    :raises InvalidState: it named no other version that is still here.
    """
    present = find_alias(raw, model_id, alias)
    previous = find_previous(raw, model_id, alias, present)
    if previous is None:
        raise InvalidState(
            f"The alias {alias!r} of {model!r} named no other version before that is still here.",
            hint="Set it to a version.",
        )
    # Whoever moves it meanwhile is not undone.
    expected = (present or 0) if mover.expected is None else mover.expected
    set_alias(raw, mover._replace(expected=expected), project_id, model, model_id, alias, previous)


def protect_alias(
    raw: Raw, actor: str, project_id: int, model: str, model_id: int, alias: str, *, is_protected: bool
) -> None:
    """Marks an alias, which may not exist yet, or takes the mark away."""
    check_alias(alias)
    if is_protected:
        changed = raw.run(
            "INSERT INTO protected_aliases (model_id, alias, created_at, created_by) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (model_id, alias) DO NOTHING",
            (model_id, alias, now_ms(), actor),
        )
    else:
        changed = raw.run("DELETE FROM protected_aliases WHERE model_id = ? AND alias = ?", (model_id, alias))
    if changed.rowcount:
        verb = "model.alias_protected" if is_protected else "model.alias_unprotected"
        record(raw.connection, project_id, actor, verb, model, alias=alias)


def require_movable(raw: Raw, mover: Mover, model_id: int, model: str, alias: str) -> None:
    """:raises AliasProtected: only who may administrate models moves the alias."""
    if not mover.may_administrate and has_mark(raw, model_id, alias):
        raise AliasProtected(
            f"The alias {alias!r} of {model!r} is protected: only who may administrate models moves it.",
            hint="This needs the permission project:models:administrate.",
        )


def _compare_and_set(
    raw: Raw, mover: Mover, expected: int, model_id: int, model: str, alias: str, number: int, now: int
) -> None:
    if expected:
        statement = "UPDATE aliases SET number = ?, updated_at = ? WHERE model_id = ? AND alias = ? AND number = ?"
        changed = raw.run(statement, (number, now, model_id, alias, expected))
    else:
        statement = "INSERT INTO aliases (model_id, alias, number, updated_at) VALUES (?, ?, ?, ?) "
        changed = raw.run(f"{statement}ON CONFLICT (model_id, alias) DO NOTHING", (model_id, alias, number, now))
    if not changed.rowcount:
        raise _moved(model, alias, find_alias(raw, model_id, alias), expected)
    _note(raw, mover.actor, model_id, alias, number, now, mover.message)


def _moved(model: str, alias: str, present: int | None, expected: int) -> AliasMoved:
    names = f"names version {present}" if present else "names no version"
    believed = f"version {expected}" if expected else "none"
    return AliasMoved(
        f"The alias {alias!r} of {model!r} {names}, not {believed}: somebody moved it meanwhile.",
        hint="Look at its history, then decide again.",
    )


def drop_aliases(raw: Raw, actor: str, project_id: int, model: str, model_id: int, number: int) -> None:
    """The version goes, and with it its aliases; their history stays."""
    dropped = raw.all("DELETE FROM aliases WHERE model_id = ? AND number = ? RETURNING alias", (model_id, number))
    now = now_ms()
    for (alias,) in dropped:
        _note(raw, actor, model_id, alias, None, now, f"Version {number} was deleted.")
        announcements.alias_deleted(raw, project_id, model_id, model, alias)


def _note(raw: Raw, actor: str, model_id: int, alias: str, number: int | None, now: int, message: str = "") -> None:
    raw.run(
        "INSERT INTO alias_changes (model_id, alias, number, at, actor, message) VALUES (?, ?, ?, ?, ?, ?)",
        (model_id, alias, number, now, actor, message or None),
    )
