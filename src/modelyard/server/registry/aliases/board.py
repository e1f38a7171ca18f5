"""Reads of aliases for people: what they name, who moved them, and one alias on all models."""

from typing import Any

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import to_datetime
from modelyard.wire.aliases import Alias, AliasChange

_MAX_ROWS = 1000
_SELECT = (
    "SELECT m.name, a.alias, a.number, v.semver, p.alias, c.at, c.actor, c.message FROM aliases a "
    "JOIN models m ON m.id = a.model_id "
    "JOIN versions v ON v.model_id = a.model_id AND v.number = a.number "
    "LEFT JOIN protected_aliases p ON p.model_id = a.model_id AND p.alias = a.alias "
    "LEFT JOIN alias_changes c ON c.id = "
    "(SELECT max(id) FROM alias_changes WHERE model_id = a.model_id AND alias = a.alias) "
)


def list_aliases(raw: Raw, model_id: int) -> list[Alias]:
    """Aliases of a model, by name."""
    return [_to_alias(row) for row in raw.all(f"{_SELECT}WHERE a.model_id = ? ORDER BY a.alias", (model_id,))]


def list_holders(raw: Raw, project_id: int, alias: str) -> list[Alias]:
    """One alias on all models of a project, by model; at most 1,000."""
    rows = raw.all(
        f"{_SELECT}WHERE m.project_id = ? AND a.alias = ? ORDER BY m.name LIMIT {_MAX_ROWS}", (project_id, alias)
    )
    return [_to_alias(row) for row in rows]


def find_details(raw: Raw, model_id: int, alias: str) -> Alias | None:
    row = raw.one(f"{_SELECT}WHERE a.model_id = ? AND a.alias = ?", (model_id, alias))
    return None if row is None else _to_alias(row)


def list_changes(raw: Raw, model_id: int, alias: str, limit: int) -> list[AliasChange]:
    """Moves of an alias, the newest first."""
    rows = raw.all(
        "SELECT number, at, actor, message FROM alias_changes WHERE model_id = ? AND alias = ? "
        "ORDER BY at DESC, id DESC LIMIT ?",
        (model_id, alias, limit),
    )
    return [
        AliasChange(version=number, at=to_datetime(at), actor=actor, message=message or "")
        for number, at, actor, message in rows
    ]


def find_previous(raw: Raw, model_id: int, alias: str, present: int | None) -> int | None:
    """The version that the alias named before the present one; one that was deleted does not count."""
    row = raw.one(
        "SELECT c.number FROM alias_changes c JOIN versions v ON v.model_id = c.model_id AND v.number = c.number "
        "WHERE c.model_id = ? AND c.alias = ? AND c.number <> ? ORDER BY c.at DESC, c.id DESC LIMIT 1",
        (model_id, alias, present or 0),
    )
    return None if row is None else row[0]


def is_protected(raw: Raw, model_id: int, alias: str) -> bool:
    return raw.one("SELECT 1 FROM protected_aliases WHERE model_id = ? AND alias = ?", (model_id, alias)) is not None


def _to_alias(row: Any) -> Alias:
    model, alias, number, semver, protected, at, actor, message = row
    return Alias(
        model=model,
        alias=alias,
        version=number,
        semver=semver,
        is_protected=protected is not None,
        changed_at=to_datetime(at or 0),
        changed_by=actor or "",
        message=message or "",
    )
