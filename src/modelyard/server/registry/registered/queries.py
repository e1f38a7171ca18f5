"""Reads of models and versions as clients of the MLflow protocol know them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.errors import NotFound

STAGES = ("None", "Staging", "Production", "Archived")

MODEL_COLUMNS = "m.id, m.name, m.description, m.created_at, m.updated_at, m.last_number"
VERSION_COLUMNS = (
    "v.id, v.model_id, v.model, v.number, v.semver, v.created_at, v.updated_at, v.created_by, v.stage, v.description, "
    "v.source, v.storage_location, v.run_id, v.status, v.error_message, v.run_link, v.logged_model_id"
)


class RegisteredModel(NamedTuple):
    """Times are milliseconds since the epoch. `last_number` is the highest ever given to a version."""

    id: int
    name: str
    description: str
    created_at: int
    updated_at: int
    last_number: int


class RegisteredVersion(NamedTuple):
    """`source` is None for versions that were trained here."""

    id: int
    model_id: int
    model: str
    number: int
    semver: str | None
    created_at: int
    updated_at: int
    created_by: str
    stage: str
    description: str
    source: str | None
    storage_location: str | None
    run_id: str
    status: str
    error_message: str | None
    run_link: str | None
    logged_model_id: str | None


def model_not_found(name: str) -> NotFound:
    return NotFound(f"Registered Model with name={name} not found")


def version_not_found(name: str, number: object) -> NotFound:
    return NotFound(f"Model Version (name={name}, version={number}) not found")


def get_model(raw: Raw, project_id: int, name: str) -> RegisteredModel:
    """:raises NotFound: there is no such model."""
    found = find_model(raw, project_id, name)
    if found is None:
        raise model_not_found(name)
    return found


def find_model(raw: Raw, project_id: int, name: str) -> RegisteredModel | None:
    row = raw.one(f"SELECT {MODEL_COLUMNS} FROM models m WHERE m.project_id = ? AND m.name = ?", (project_id, name))  # noqa: S608
    return None if row is None else RegisteredModel(*row)


def get_version(raw: Raw, project_id: int, name: str, number: int) -> RegisteredVersion:
    """:raises NotFound: there is no such version."""
    row = raw.one(
        f"SELECT {VERSION_COLUMNS} FROM models m JOIN versions v ON v.model_id = m.id "  # noqa: S608
        "WHERE m.project_id = ? AND m.name = ? AND v.number = ?",
        (project_id, name, number),
    )
    if row is None:
        raise version_not_found(name, number)
    return RegisteredVersion(*row)


class Aliased(NamedTuple):
    """Where an alias is looked for."""

    project_id: int
    model: str
    alias: str


def find_aliased(raw: Raw, wanted: Iterable[Aliased]) -> dict[Aliased, RegisteredVersion]:
    """The versions that aliases of models name, by alias; those that name none are left out."""
    rows = raw.all_with(
        "WITH w (project_id, model, alias) AS (VALUES",
        list(dict.fromkeys(wanted)),
        f") SELECT w.project_id, w.model, w.alias, {VERSION_COLUMNS} "  # noqa: S608
        "FROM w CROSS JOIN models m CROSS JOIN aliases a CROSS JOIN versions v "
        "WHERE m.project_id = w.project_id AND m.name = w.model AND a.model_id = m.id AND a.alias = w.alias "
        "AND v.model_id = m.id AND v.number = a.number",
    )
    return {Aliased(*row[:3]): RegisteredVersion(*row[3:]) for row in rows}


def latest_versions(raw: Raw, model_ids: Sequence[int], stages: Sequence[str] = STAGES) -> list[RegisteredVersion]:
    """The newest version of each model in each stage."""
    found = []
    for model_id in model_ids:
        for stage in stages:
            row = raw.one(
                f"SELECT {VERSION_COLUMNS} FROM versions v WHERE v.model_id = ? AND v.stage = ? "  # noqa: S608
                "ORDER BY v.number DESC LIMIT 1",
                (model_id, stage),
            )
            if row is not None:
                found.append(RegisteredVersion(*row))
    return found


def model_tags(raw: Raw, model_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Tags by model; models without any are left out."""
    return _tags(raw, "model_tags", "model_id", model_ids)


def version_tags(raw: Raw, version_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Tags by version; versions without any are left out."""
    return _tags(raw, "version_tags", "version_id", version_ids)


def _tags(raw: Raw, table: str, column: str, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for start in range(0, len(ids), 5000):
        part = ids[start : start + 5000]
        rows = raw.run(
            f"SELECT {column}, key, value FROM {table} WHERE {column} IN ({placeholders(len(part))}) ORDER BY key",  # noqa: S608
            part,
        )
        for owner, key, value in rows:
            found.setdefault(owner, []).append((key, value))
    return found
