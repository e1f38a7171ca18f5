"""Which project a request is about, and whether the caller may."""

from collections.abc import Sequence

from modelyard.server.access.permissions import Permission
from modelyard.server.access.service import may
from modelyard.server.db.raw import Raw
from modelyard.server.identity.caller import Caller
from modelyard.server.kernel.errors import PermissionDenied
from modelyard.server.projects.queries import project_not_found
from modelyard.server.protocols.mlflow.endpoints import Asked


def find_project(raw: Raw, caller: Caller, project: str, permission: Permission) -> int:
    """The project's id. 404 before 403, so that a project's existence is not told to those who may not read it.

    :raises NotFound: there is no such project, or the caller may not know of it.
    :raises PermissionDenied: the caller may not do this.
    """
    row = raw.one("SELECT id FROM projects WHERE name = ?", (project,))
    if row is None or not may(caller, Permission.PROJECT_READ, row[0]):
        raise project_not_found(project)
    if not may(caller, permission, row[0]):
        raise PermissionDenied(f"This needs the permission {permission} in project {project!r}.")
    found: int = row[0]
    return found


def find_projects(raw: Raw, asked: Sequence[Asked]) -> list[int]:
    """As `find_project`, for each of many; who asks for the same is looked up once."""
    found: dict[tuple[Caller, str, Permission], int] = {}
    for item in asked:
        who = (item.caller, item.project, item.permission)
        if who not in found:
            found[who] = find_project(raw, *who)
    return [found[item.caller, item.project, item.permission] for item in asked]
