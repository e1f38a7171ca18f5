"""Projects, their audit record and their stream of live events."""

from typing import Annotated, Any

from fastapi import Depends, Query

from modelyard.server.access.guards import ProjectAccess, ServerAccess, project_guard, server_guard
from modelyard.server.access.kinds import all_permissions, sees_all_objects, visible_kinds
from modelyard.server.access.permissions import Permission
from modelyard.server.access.service import visible_projects
from modelyard.server.activity.dependency import Events
from modelyard.server.activity.queries import list_activity as query_activity
from modelyard.server.db import Db
from modelyard.server.db.keyset import Order
from modelyard.server.kernel.routing import Router
from modelyard.server.projects import queries, service
from modelyard.server.projects.stream import EventStreamResponse, StreamRights
from modelyard.wire.base import Page
from modelyard.wire.events import Event
from modelyard.wire.projects import ActivityRecord, ObjectKind, Project, ProjectCreate, ProjectDetail, ProjectUpdate

# An error is JSON, although the answer is not.
_ERROR: dict[str, Any] = {
    "description": "What went wrong.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorResponse"}}},
}

router = Router(prefix="/projects", tags=["projects"])

Limit = Annotated[int, Query(ge=1, le=1000, description="The most items to answer.")]
PageToken = Annotated[str | None, Query(description="`next_page_token` of the page before.")]
Direction = Annotated[Order, Query(description="Whether to sort upwards or downwards.")]


@router.get("")
async def list_projects(
    access: Annotated[ServerAccess, Depends(server_guard(Permission.SERVER_PROJECTS_READ))],
) -> list[Project]:
    """Every project that the caller may see, by name."""
    return await access.read(
        lambda connection, caller: queries.list_projects(connection, visible_projects(caller, Permission.PROJECT_READ))
    )


@router.post("", status_code=201)
async def create_project(
    body: ProjectCreate,
    access: Annotated[ServerAccess, Depends(server_guard(Permission.SERVER_PROJECTS_CREATE))],
) -> Project:
    """Makes an empty project."""
    return await access.write(
        lambda connection, caller: service.create_project(connection, caller.name, body.name, body.description)
    )


@router.get("/{project}")
async def get_project(
    access: Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_READ))],
) -> ProjectDetail:
    """One project, and the caller's permissions."""
    return await access.read(
        lambda connection, scope: queries.get_project_detail(connection, scope.project, all_permissions(scope))
    )


@router.patch("/{project}")
async def update_project(
    body: ProjectUpdate,
    access: Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_SETTINGS_WRITE))],
) -> Project:
    """Changes the description."""
    return await access.write(
        lambda connection, scope: service.update_project(
            connection, scope.actor, scope.project_id, scope.project, body.description
        )
    )


@router.delete("/{project}", status_code=204)
async def delete_project(
    access: Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_SETTINGS_DELETE))],
) -> None:
    """Deletes an empty project; one that still has datasets or models is refused with 409."""
    await access.write(
        lambda connection, scope: service.delete_project(connection, scope.actor, scope.project_id, scope.project)
    )


@router.get("/{project}/activity")
async def list_activity(
    access: Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_ACTIVITY_READ))],
    object_kind: Annotated[ObjectKind | None, Query(description="Only of objects of this kind.")] = None,
    object_name: Annotated[str | None, Query(description="Only of objects of this name, e.g. `iris/3`.")] = None,
    limit: Limit = 100,
    page_token: PageToken = None,
) -> Page[ActivityRecord]:
    """The project's audit record, newest first: what concerns objects that the caller may read."""
    return await access.read(
        lambda connection, scope: query_activity(
            connection,
            scope.project_id,
            kinds=None if sees_all_objects(scope) else visible_kinds(scope),
            object_kind=object_kind,
            object_name=object_name,
            limit=limit,
            page_token=page_token,
        )
    )


@router.get(
    "/{project}/events",
    status_code=200,
    response_class=EventStreamResponse,
    responses={200: {"content": {"text/event-stream": {}}, "model": Event}, "default": _ERROR},
)
async def stream_events(
    hub: Events,
    database: Db,
    access: Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_READ))],
    topic: Annotated[
        list[str],
        Query(
            description="e.g. `models`, `model:iris`, `version:iris/3`, `datasets`, `experiments`, `experiment:1`, "
            "`run:<id>`, `trace:<id>`, `activity`. Each needs the permission to read what it tells of."
        ),
    ],
) -> EventStreamResponse:
    """Live changes of the named topics, as server-sent events, until the caller's right to one of them ends."""
    rights = StreamRights(access, await access.scope(), topic)
    return EventStreamResponse(hub, rights, topic, lambda: database.quiet_seconds)
