"""Aliases as they were elsewhere."""

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.registry.aliases.queries import find_alias
from modelyard.server.registry.aliases.service import check_alias, move_alias
from modelyard.server.registry.versions.registered import get_registered_version
from modelyard.wire.imports import AliasLine


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
