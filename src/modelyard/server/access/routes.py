"""The caller's permissions, so that a page asks once and need not try."""

from collections.abc import Collection
from typing import Annotated

from fastapi import Depends

from modelyard.server.access.guards import ProjectAccess, ServerAccess, project_guard, server_guard
from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import in_order
from modelyard.server.access.service import server_permissions
from modelyard.server.identity.caller import Caller
from modelyard.server.kernel.routing import Router
from modelyard.wire.access import Me

router = Router(tags=["access"])


@router.get("/me")
async def get_me(access: Annotated[ServerAccess, Depends(server_guard(None))]) -> Me:
    """The caller, and their permissions on the whole installation."""
    caller = await access.caller()
    return _me(caller, server_permissions(caller), "server:")


@router.get("/projects/{project}/me")
async def get_project_me(access: Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_READ))]) -> Me:
    """The caller, and their permissions in the project."""
    scope = await access.scope()
    return _me(scope.caller, scope.permissions, "project:")


def _me(caller: Caller, permissions: Collection[str], prefix: str) -> Me:
    return Me(
        user_id=caller.user_id,
        name=caller.name,
        came_in=caller.way,
        permissions=[permission for permission in in_order(permissions) if permission.startswith(prefix)],
    )
