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
    return _permitted(_look_up(raw, project), caller, project, permission)


def find_projects(raw: Raw, asked: Sequence[Asked]) -> list[int]:
    """As `find_project`, for each of many.

    For several at once, ids that were found before are believed. A project keeps its id, and one with anything in it
    cannot be deleted: with an old id nothing is found, and then each asks by itself, for whom it is looked up.
    """
    ids = asked[0].project_ids
    found: dict[tuple[Caller, str, Permission], int] = {}
    for item in asked:
        who = (item.caller, item.project, item.permission)
        if who not in found:
            known = ids.get(item.project) if len(asked) > 1 else None
            project_id = known or _look_up(raw, item.project)
            found[who] = _permitted(project_id, *who)
            ids[item.project] = found[who]
    return [found[item.caller, item.project, item.permission] for item in asked]


def _look_up(raw: Raw, project: str) -> int | None:
    row = raw.one("SELECT id FROM projects WHERE name = ?", (project,))
    return None if row is None else row[0]


def _permitted(project_id: int | None, caller: Caller, project: str, permission: Permission) -> int:
    if project_id is None or not may(caller, Permission.PROJECT_READ, project_id):
        raise project_not_found(project)
    if not may(caller, permission, project_id):
        raise PermissionDenied(f"This needs the permission {permission} in project {project!r}.")
    return project_id
