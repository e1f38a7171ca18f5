"""Rights that a route asks for besides its permission."""

from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import Scope
from modelyard.server.kernel.errors import PermissionDenied


def require_force(scope: Scope, *, force: bool | None) -> None:
    """:raises PermissionDenied: a semantic version is forced by somebody who may not administrate models."""
    if force and not scope.may(Permission.PROJECT_MODELS_ADMINISTRATE):
        raise PermissionDenied(
            f"Forcing a semantic version needs the permission {Permission.PROJECT_MODELS_ADMINISTRATE}."
        )
