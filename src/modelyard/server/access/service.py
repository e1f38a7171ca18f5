"""The one place that decides."""

from modelyard.server.access.permissions import Permission
from modelyard.server.identity.caller import Caller


def may(caller: Caller, permission: Permission, project_id: int | None) -> bool:  # noqa: ARG001 - roles will read them
    """Whether the caller may. Today an administrator may do everything, and nobody else exists."""
    return caller.is_admin
