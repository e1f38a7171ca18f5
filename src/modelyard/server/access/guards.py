"""Guards: what a route declares so that it is answered only to those who may."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar, cast

from fastapi import Path, Request
from sqlalchemy import Connection

from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import Scope
from modelyard.server.access.service import Access
from modelyard.server.db import Database, Db
from modelyard.server.identity.caller import Caller, Credential, credential_of

Result = TypeVar("Result")

GUARD = "modelyard_permission"
"""The attribute of a dependency that says which permission it checks; a test walks the routes for it."""

ProjectName = Annotated[str, Path(description="The project's name.", examples=["default"])]


class ProjectAccess:
    """A request on its way into a project. Each unit of work that it starts enters anew."""

    __slots__ = ("_access", "_credential", "_database", "_permission", "_project")

    def __init__(
        self, access: Access, database: Database, credential: Credential, project: str, permission: Permission
    ) -> None:
        self._access = access
        self._database = database
        self._credential = credential
        self._project = project
        self._permission = permission

    def enter(self, connection: Connection) -> Scope:
        """See `Access.enter`."""
        return self._access.enter(connection, self._credential, self._project, self._permission)

    async def read(self, unit: Callable[[Connection, Scope], Result]) -> Result:
        """As `Database.read`."""
        return await self._database.read(lambda connection: unit(connection, self.enter(connection)))

    async def write(self, unit: Callable[[Connection, Scope], Result]) -> Result:
        """As `Database.write`."""
        return await self._database.write(lambda connection: unit(connection, self.enter(connection)))

    def on_change(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """See `Access.on_change`."""
        return self._access.on_change(watcher)

    async def scope(self) -> Scope:
        """The scope as of now, for work that needs it before its own unit."""
        return await self._database.read(self.enter, is_short=True)

    def into(self, project: str) -> "ProjectAccess":
        """The same request on its way into another project, for what concerns two of them."""
        return ProjectAccess(self._access, self._database, self._credential, project, self._permission)


class ServerAccess:
    """As `ProjectAccess`, for what concerns the whole installation."""

    __slots__ = ("_access", "_credential", "_database", "_permission")

    def __init__(
        self, access: Access, database: Database, credential: Credential, permission: Permission | None
    ) -> None:
        self._access = access
        self._database = database
        self._credential = credential
        self._permission = permission

    def enter(self, connection: Connection) -> Caller:
        """See `Access.enter_server`."""
        return self._access.enter_server(connection, self._credential, self._permission)

    async def read(self, unit: Callable[[Connection, Caller], Result]) -> Result:
        """As `Database.read`."""
        return await self._database.read(lambda connection: unit(connection, self.enter(connection)))

    async def write(self, unit: Callable[[Connection, Caller], Result]) -> Result:
        """As `Database.write`."""
        return await self._database.write(lambda connection: unit(connection, self.enter(connection)))

    async def caller(self) -> Caller:
        """The caller, for answers that need nothing of the database."""
        return await self._database.read(self.enter, is_short=True)


def project_guard(permission: Permission) -> Callable[..., Awaitable[ProjectAccess]]:
    """A dependency that answers the way into the project of the path, for who has a permission in it."""

    async def guard(request: Request, project: ProjectName, database: Db) -> ProjectAccess:
        return ProjectAccess(_access(request), database, credential_of(request.scope["headers"]), project, permission)

    setattr(guard, GUARD, permission)
    return guard


def server_guard(permission: Permission | None) -> Callable[..., Awaitable[ServerAccess]]:
    """A dependency that answers the way to what is the installation's, for who has a permission on it.

    None is for what everyone may know who is known at all.
    """

    async def guard(request: Request, database: Db) -> ServerAccess:
        return ServerAccess(_access(request), database, credential_of(request.scope["headers"]), permission)

    setattr(guard, GUARD, permission)
    return guard


def _access(request: Request) -> Access:
    return cast("Access", request.app.state.access)
