"""The rights of a request, resolved in the unit of work that serves it."""

from collections.abc import Collection
from dataclasses import dataclass

from modelyard.server.access.permissions import Permission
from modelyard.server.identity.caller import Caller

ALL_PERMISSIONS = frozenset[str](Permission)


def in_order(permissions: Collection[str]) -> list[Permission]:
    """Those that the server knows, by name."""
    return [permission for permission in sorted(Permission) if permission in permissions]


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A caller in a project. `permissions` are all that they have in it."""

    caller: Caller
    project_id: int
    project: str
    permissions: frozenset[str]

    @property
    def actor(self) -> str:
        """Whom the audit record names."""
        return self.caller.name

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions
