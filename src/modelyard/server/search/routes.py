"""The search box."""

from typing import Annotated

from fastapi import Depends, Query

from modelyard.server.access.guards import ProjectAccess, project_guard
from modelyard.server.access.kinds import visible_kinds
from modelyard.server.access.permissions import Permission
from modelyard.server.kernel.routing import Router
from modelyard.server.search import queries
from modelyard.wire.projects import SearchResults

router = Router(prefix="/projects/{project}", tags=["projects"])


@router.get("/search")
async def search_project(
    access: Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_READ))],
    q: Annotated[
        str,
        Query(
            max_length=200,
            description="A name, part of one, `model/number`, an alias, or a run's parameter: `depth=6` or `6`.",
        ),
    ] = "",
    limit: Annotated[int, Query(ge=1, le=100, description="The most hits to answer.")] = 20,
) -> SearchResults:
    """Models, versions, datasets and runs whose name, description, alias or parameter the text is, best first.

    Only those that the caller may read are found.
    """
    return await access.read(
        lambda connection, scope: queries.search(connection, scope.project_id, visible_kinds(scope), q, limit)
    )
