"""The search box."""

from typing import Annotated

from fastapi import APIRouter, Query

from modelyard.server.db import Db
from modelyard.server.registry.models.routes import MayRead
from modelyard.server.registry.search import queries
from modelyard.wire.projects import SearchResults

router = APIRouter(prefix="/projects/{project}", tags=["projects"])


@router.get("/search")
async def search_project(
    database: Db,
    access: MayRead,
    q: Annotated[str, Query(description="Part of a name or description, or `iris/3`.", max_length=500)],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> SearchResults:
    """Models, datasets and versions that match, best first."""
    return await database.read(lambda connection: queries.search(connection, access.project_id, q, limit))
