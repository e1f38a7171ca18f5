"""Guards: what a route declares so that it is answered only to those who may."""

from collections.abc import Awaitable, Callable

from modelyard.server.access.permissions import Permission
from modelyard.server.access.service import may
from modelyard.server.identity.caller import Caller, CurrentCaller
from modelyard.server.kernel.errors import PermissionDenied

GUARD = "modelyard_permission"
"""The attribute of a dependency that says which permission it checks; a test walks the routes for it."""


def server_guard(permission: Permission) -> Callable[..., Awaitable[Caller]]:
    """A dependency that answers the caller when they have a permission on the whole installation."""

    async def guard(caller: CurrentCaller) -> Caller:
        if not may(caller, permission, None):
            raise PermissionDenied(f"This needs the permission {permission}.")
        return caller

    setattr(guard, GUARD, permission)
    return guard
