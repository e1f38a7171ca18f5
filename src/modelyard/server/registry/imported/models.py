"""Models and aliases as they were elsewhere."""

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import InvalidName
from modelyard.server.registry.aliases.queries import find_alias
from modelyard.server.registry.aliases.service import check_alias, move_alias
from modelyard.server.registry.limits import model_name_fault
from modelyard.server.registry.models.registered import find_registered_model, get_registered_model
from modelyard.server.registry.models.service import insert_model
from modelyard.server.registry.tags.service import put_model_tags
from modelyard.server.registry.texts import search_text
from modelyard.server.registry.versions.registered import get_registered_version
from modelyard.wire.imports import AliasLine, ModelLine


def write_model(raw: Raw, actor: str, project_id: int, line: ModelLine) -> bool:
    """Makes the model, or adds to the one of that name; whether it was made.

    :raises InvalidName: nobody could ask for a model of that name.
    """
    fault = model_name_fault(line.name)
    if fault is not None:
        raise InvalidName(f"The model name {line.name!r} cannot be used: {fault}")
    existing = find_registered_model(raw, project_id, line.name)
    if existing is None:
        insert_model(
            raw,
            actor,
            project_id,
            line.name,
            line.description,
            created_at=line.created_at,
            updated_at=line.updated_at,
            last_number=line.last_number,
        )
    else:
        raw.run(
            "UPDATE models SET last_number = ? WHERE id = ? AND last_number < ?",
            (line.last_number, existing.id, line.last_number),
        )
        if line.description and not existing.description:
            raw.run(
                "UPDATE models SET description = ?, search_text = ? WHERE id = ?",
                (line.description, search_text([line.name, line.description]), existing.id),
            )
    model = existing or get_registered_model(raw, project_id, line.name)
    put_model_tags(raw, model.id, line.tags)
    return existing is None


def write_alias(raw: Raw, actor: str, project_id: int, line: AliasLine) -> bool:
    """Makes the alias name the version; whether it named another, or none, before.

    :raises NotFound: there is no such version.
    :raises InvalidArgument: no alias may have this name.
    """
    check_alias(line.alias)
    version = get_registered_version(raw, project_id, line.model, line.number)
    if find_alias(raw, version.model_id, line.alias) == line.number:
        return False
    move_alias(raw, actor, version.model_id, line.alias, line.number, now_ms())
    return True
