"""Models and aliases as they were elsewhere. For versions see `imported_versions`."""

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import InvalidName
from modelyard.server.kernel.names import is_addressable
from modelyard.server.registry.aliases.service import check_alias
from modelyard.server.registry.registered.queries import find_model, get_model, get_version
from modelyard.server.registry.registered.service import put_model_tags
from modelyard.server.registry.texts import search_text
from modelyard.server.tracking.service import ensure_experiment
from modelyard.wire.imports import AliasLine, ModelLine


def write_model(raw: Raw, actor: str, project_id: int, line: ModelLine) -> bool:
    """Makes the model, or adds to the one of that name; whether it was made.

    :raises InvalidName: nobody could ask for a model of that name.
    """
    if not is_addressable(line.name):
        raise InvalidName(f"The model name {line.name!r} contains '/' or ':', or is a relative path.")
    found = find_model(raw, project_id, line.name)
    if found is None:
        experiment = ensure_experiment(raw.connection, project_id, f"[model]{line.name}", line.created_at)
        raw.run(
            "INSERT INTO models (project_id, name, description, search_text, experiment_id, last_number, "
            "version_count, created_at, created_by, updated_at) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
            (
                project_id,
                line.name,
                line.description,
                search_text([line.name, line.description]),
                experiment,
                line.last_number,
                line.created_at,
                actor,
                line.updated_at,
            ),
        )
    else:
        raw.run(
            "UPDATE models SET last_number = ? WHERE id = ? AND last_number < ?",
            (line.last_number, found.id, line.last_number),
        )
        if line.description and not found.description:
            raw.run(
                "UPDATE models SET description = ?, search_text = ? WHERE id = ?",
                (line.description, search_text([line.name, line.description]), found.id),
            )
    key = get_model(raw, project_id, line.name).id
    put_model_tags(raw, key, line.tags)
    return found is None


def write_alias(raw: Raw, actor: str, project_id: int, line: AliasLine) -> bool:
    """Makes the alias name the version; whether it named another, or none, before.

    :raises NotFound: there is no such version.
    :raises InvalidArgument: no alias may have this name.
    """
    check_alias(line.alias)
    version = get_version(raw, project_id, line.model, line.number)
    named = raw.one("SELECT number FROM aliases WHERE model_id = ? AND alias = ?", (version.model_id, line.alias))
    if named is not None and named[0] == line.number:
        return False
    now = now_ms()
    raw.run(
        "INSERT INTO aliases (model_id, alias, number, updated_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (model_id, alias) DO UPDATE SET number = excluded.number, updated_at = excluded.updated_at",
        (version.model_id, line.alias, line.number, now),
    )
    raw.run(
        "INSERT INTO alias_changes (model_id, alias, number, at, actor) VALUES (?, ?, ?, ?, ?)",
        (version.model_id, line.alias, line.number, now, actor),
    )
    return True
