"""Versions as clients that register them see them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import InvalidArgument, NotFound
from modelyard.server.registry.aliases.queries import resolve
from modelyard.server.registry.models.registered import find_registered_model, get_registered_model
from modelyard.server.registry.versions.protocol_files import location

STAGES = ("None", "Staging", "Production", "Archived")

VERSION_COLUMNS = (
    "v.id, v.model_id, v.model, v.number, v.semver, v.created_at, v.updated_at, v.created_by, v.stage, v.description, "
    "v.source, v.storage_location, v.run_id, v.status, v.error_message, v.run_link, v.logged_model_id"
)


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

    @property
    def shown_source(self) -> str:
        """Where the model was said to be; a version that was trained here is on this server."""
        return location(self.id) if self.source is None else self.source

    @property
    def storage(self) -> str:
        """Where the files of the model are."""
        return self.storage_location or self.shown_source


def version_not_found(name: str, number: object) -> NotFound:
    return NotFound(f"Model Version (name={name}, version={number}) not found")


def get_registered_version(raw: Raw, project_id: int, name: str, number: int) -> RegisteredVersion:
    """:raises NotFound: there is no such version."""
    row = raw.one(
        f"SELECT {VERSION_COLUMNS} FROM models m JOIN versions v ON v.model_id = m.id "  # noqa: S608
        "WHERE m.project_id = ? AND m.name = ? AND v.number = ?",
        (project_id, name, number),
    )
    if row is None:
        model = find_registered_model(raw, project_id, name)
        if model is not None and model.name != name:
            return get_registered_version(raw, project_id, model.name, number)
        raise version_not_found(name, number)
    return RegisteredVersion(*row)


def find_named_version(raw: Raw, project_id: int, model: str, name: str) -> RegisteredVersion | None:
    """The version that an alias, `latest`, a semantic version or a range of them means; None when it means none.

    :raises NotFound: there is no such model.
    """
    number = resolve(raw, get_registered_model(raw, project_id, model).id, name)
    return None if number is None else get_registered_version(raw, project_id, model, number)


def get_named_version(raw: Raw, project_id: int, model: str, name: str) -> RegisteredVersion:
    """:raises NotFound: there is no such model.
    :raises InvalidArgument: the name means no version.
    """
    version = find_named_version(raw, project_id, model, name)
    if version is None:
        raise InvalidArgument(f"Registered model alias {name} not found.")
    return version


class Aliased(NamedTuple):
    """Where an alias is looked for."""

    project_id: int
    model: str
    alias: str


def find_aliased(raw: Raw, aliases: Iterable[Aliased]) -> dict[Aliased, RegisteredVersion]:
    """The versions that aliases of models name, by alias; those that name none are left out."""
    requested = list(dict.fromkeys(aliases))
    versions = _find_aliased(raw, requested, "models m", "m.project_id = w.project_id AND m.name = w.model")
    missing = [aliased for aliased in requested if aliased not in versions]
    if missing:
        versions |= _find_aliased(
            raw,
            missing,
            "model_names n CROSS JOIN models m",
            "n.project_id = w.project_id AND n.name = w.model AND m.id = n.model_id",
        )
    return versions


def _find_aliased(
    raw: Raw, aliases: Sequence[Aliased], model_tables: str, condition: str
) -> dict[Aliased, RegisteredVersion]:
    rows = raw.all_with(
        "WITH w (project_id, model, alias) AS (VALUES",
        aliases,
        f") SELECT w.project_id, w.model, w.alias, {VERSION_COLUMNS} "  # noqa: S608
        f"FROM w CROSS JOIN {model_tables} CROSS JOIN aliases a CROSS JOIN versions v "
        f"WHERE {condition} AND a.model_id = m.id AND a.alias = w.alias "
        "AND v.model_id = m.id AND v.number = a.number",
    )
    return {Aliased(*row[:3]): RegisteredVersion(*row[3:]) for row in rows}


def latest_versions(raw: Raw, model_ids: Sequence[int], stages: Sequence[str] = STAGES) -> list[RegisteredVersion]:
    """The newest version of each model in each stage."""
    versions = []
    for model_id in model_ids:
        for stage in stages:
            row = raw.one(
                f"SELECT {VERSION_COLUMNS} FROM versions v WHERE v.model_id = ? AND v.stage = ? "  # noqa: S608
                "ORDER BY v.number DESC LIMIT 1",
                (model_id, stage),
            )
            if row is not None:
                versions.append(RegisteredVersion(*row))
    return versions


def list_unsealed(raw: Raw, project_id: int) -> list[tuple[int, str, int, str]]:
    """Id, model, number and location of registered versions whose files are on this server and may still change."""
    rows = raw.all(
        "SELECT v.id, v.model, v.number, v.storage_location FROM versions v WHERE v.project_id = ? "
        "AND substr(v.storage_location, 1, 18) = 'mlflow-artifacts:/' AND NOT EXISTS "
        "(SELECT 1 FROM sealed_folders s WHERE s.seal = 'version:' || CAST(v.id AS TEXT))",
        (project_id,),
    )
    return [tuple(row) for row in rows]
