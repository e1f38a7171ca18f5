"""The rules of aliases."""

import re

from modelyard.server.activity.service import record
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import InvalidArgument, NotFound
from modelyard.server.registry import announcements
from modelyard.server.registry.aliases.queries import LATEST
from modelyard.server.registry.limits import MAX_ALIAS_LENGTH

_NAME = re.compile(rf"[\w\-]{{1,{MAX_ALIAS_LENGTH}}}", re.ASCII)
_NUMBERED = re.compile(r"v\d+", re.IGNORECASE)


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


def set_alias(raw: Raw, actor: str, project_id: int, model: str, model_id: int, alias: str, number: int) -> None:
    """Makes the alias name the version, in place of what it named.

    :raises NotFound: the model has no such version.
    """
    check_alias(alias)
    # Locks the version, so that it cannot be deleted at the same moment.
    locked = raw.run("UPDATE versions SET number = number WHERE model_id = ? AND number = ?", (model_id, number))
    if not locked.rowcount:
        raise NotFound(f"Model Version (name={model}, version={number}) not found")
    move_alias(raw, actor, model_id, alias, number, now_ms())
    record(raw.connection, project_id, actor, "model.alias_set", model, alias=alias, number=number)
    announcements.alias_set(raw, project_id, model_id, model, alias, number)


def move_alias(raw: Raw, actor: str, model_id: int, alias: str, number: int, now: int) -> None:
    """Makes the alias name a version that exists, without telling anybody."""
    raw.run(
        "INSERT INTO aliases (model_id, alias, number, updated_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (model_id, alias) DO UPDATE SET number = excluded.number, updated_at = excluded.updated_at",
        (model_id, alias, number, now),
    )
    _note(raw, actor, model_id, alias, number, now)


def delete_alias(raw: Raw, actor: str, project_id: int, model: str, model_id: int, alias: str) -> None:
    """An alias that is not there is fine."""
    if not raw.run("DELETE FROM aliases WHERE model_id = ? AND alias = ?", (model_id, alias)).rowcount:
        return
    _note(raw, actor, model_id, alias, None, now_ms())
    record(raw.connection, project_id, actor, "model.alias_deleted", model, alias=alias)
    announcements.alias_deleted(raw, project_id, model_id, model, alias)


def drop_aliases(raw: Raw, actor: str, project_id: int, model: str, model_id: int, number: int) -> None:
    """The version goes, and with it its aliases; their history stays."""
    dropped = raw.all("DELETE FROM aliases WHERE model_id = ? AND number = ? RETURNING alias", (model_id, number))
    now = now_ms()
    for (alias,) in dropped:
        _note(raw, actor, model_id, alias, None, now)
        announcements.alias_deleted(raw, project_id, model_id, model, alias)


def _note(raw: Raw, actor: str, model_id: int, alias: str, number: int | None, now: int) -> None:
    raw.run(
        "INSERT INTO alias_changes (model_id, alias, number, at, actor) VALUES (?, ?, ?, ?, ?)",
        (model_id, alias, number, now, actor),
    )
