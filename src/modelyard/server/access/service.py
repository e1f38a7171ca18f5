"""The only door: who is calling, in which project, and what they may."""

from collections.abc import Callable, Sequence
from typing import Protocol

from sqlalchemy import Connection

from modelyard.server.access.permissions import Permission
from modelyard.server.access.queries import find_project_id
from modelyard.server.access.scope import ALL_PERMISSIONS, Scope
from modelyard.server.activity.actors import note_actor
from modelyard.server.db.after_commit import after_commit
from modelyard.server.db.raw import Raw
from modelyard.server.identity.caller import Caller, Credential
from modelyard.server.identity.service import CallerCache, Identities
from modelyard.server.kernel.errors import NotFound, PermissionDenied


class Entry(Protocol):
    """A project to enter, a credential, and a permission that the caller must have."""

    @property
    def credential(self) -> Credential: ...

    @property
    def project(self) -> str: ...

    @property
    def permission(self) -> Permission: ...


class RightsChanged:
    """Left for after the commit: somebody's rights or credentials are others than before."""


class Access:
    """Every way in calls it inside the unit of work that serves the request, so nothing happens by a right that ended.

    A project that the caller may not read is not found: 404 before 403, so that its existence is not told.
    """

    def __init__(self, identities: Identities) -> None:
        self._callers = CallerCache(identities)
        self._project_ids: dict[str, int] = {}
        self._watchers: set[Callable[[], None]] = set()

    def enter(self, connection: Connection, credential: Credential, project: str, permission: Permission) -> Scope:
        """:raises Unauthenticated: nobody has the credential.
        :raises NotFound: there is no such project, or the caller may not know of it.
        :raises PermissionDenied: the caller may not do this.
        """
        caller = self._find(connection, credential)
        return _permitted(caller, find_project_id(Raw(connection), project), project, permission)

    def enter_each(self, connection: Connection, entries: Sequence[Entry]) -> list[Scope]:
        """As `enter`, for each of many.

        For several at once, ids that were found before are believed. A project keeps its id, and one with anything in
        it cannot be deleted: with an old id nothing is found, and then each enters by itself, for whom it is looked up.
        """
        scopes: dict[tuple[Credential, str, Permission], Scope] = {}
        entered = []
        for entry in entries:
            key = (entry.credential, entry.project, entry.permission)
            scope = scopes.get(key)
            if scope is None:
                credential, project, permission = key
                project_id = self._project_ids.get(project) if len(entries) > 1 else None
                if project_id is None:
                    project_id = find_project_id(Raw(connection), project)
                caller = self._find(connection, credential)
                scope = scopes[key] = _permitted(caller, project_id, project, permission)
                self._project_ids[project] = scope.project_id
            entered.append(scope)
        return entered

    def enter_server(self, connection: Connection, credential: Credential, permission: Permission | None) -> Caller:
        """The caller, who has the permission on the whole installation; None asks only who it is.

        :raises Unauthenticated: nobody has the credential.
        :raises PermissionDenied: the caller may not do this.
        """
        caller = self._find(connection, credential)
        if permission is not None and permission not in server_permissions(caller):
            raise PermissionDenied(f"This needs the permission {permission}.")
        return caller

    def _find(self, connection: Connection, credential: Credential) -> Caller:
        caller = self._callers.find(connection, credential)
        note_actor(connection, caller.name, caller.user_id)
        return caller

    def on_change(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Calls `watcher` on the event loop's thread whenever rights have changed. The answer stops that."""
        self._watchers.add(watcher)
        return lambda: self._watchers.discard(watcher)

    def rights_changed(self) -> None:
        """Forgets what was believed. Called on the event loop's thread after the commit of a change."""
        self._callers.clear()
        for watcher in list(self._watchers):
            watcher()


def announce_rights_changed(connection: Connection) -> None:
    """Every change of rights or credentials calls it: what this process believed ends with the commit."""
    after_commit(connection, RightsChanged())


def project_permissions(caller: Caller, project_id: int) -> frozenset[str]:
    return ALL_PERMISSIONS if caller.is_admin else caller.permissions.get(project_id, frozenset())


def server_permissions(caller: Caller) -> frozenset[str]:
    return ALL_PERMISSIONS if caller.is_admin else caller.server_permissions


def visible_projects(caller: Caller, permission: Permission) -> list[int] | None:
    """Ids of the projects in which the caller has the permission; None stands for all of them."""
    if caller.is_admin:
        return None
    return sorted(id_ for id_, permissions in caller.permissions.items() if permission in permissions)


def project_not_found(name: str) -> NotFound:
    return NotFound(f"There is no project {name!r}.", hint="List projects to see their names.")


def _permitted(caller: Caller, project_id: int | None, project: str, permission: Permission) -> Scope:
    if project_id is None:
        raise project_not_found(project)
    permissions = project_permissions(caller, project_id)
    if Permission.PROJECT_READ not in permissions:
        raise project_not_found(project)
    if permission not in permissions:
        raise PermissionDenied(f"This needs the permission {permission} in project {project!r}.")
    return Scope(caller, project_id, project, permissions)
