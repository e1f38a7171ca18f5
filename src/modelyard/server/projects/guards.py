"""Guards for routes below `/projects/{project}`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Path

from modelyard.server.access.guards import GUARD
from modelyard.server.access.permissions import Permission
from modelyard.server.access.service import may
from modelyard.server.db import Db
from modelyard.server.identity.caller import Caller, CurrentCaller
from modelyard.server.kernel.errors import PermissionDenied
from modelyard.server.projects import queries

ProjectName = Annotated[str, Path(description="The project's name.", examples=["default"])]


@dataclass(frozen=True, slots=True)
class InProject:
    """A caller who may do what the route does, in a project that exists."""

    caller: Caller
    project_id: int
    project: str


def project_guard(permission: Permission) -> Callable[..., Awaitable[InProject]]:
    """A dependency that answers the project and the caller.

    It answers 404 before 403, so that a project's existence is not told to those who may not read it.
    """

    async def guard(project: ProjectName, database: Db, caller: CurrentCaller) -> InProject:
        project_id = await database.read(lambda connection: queries.get_project_id(connection, project))
        if not may(caller, Permission.PROJECT_READ, project_id):
            raise queries.project_not_found(project)
        if not may(caller, permission, project_id):
            raise PermissionDenied(f"This needs the permission {permission} in project {project!r}.")
        return InProject(caller, project_id, project)

    setattr(guard, GUARD, permission)
    return guard
