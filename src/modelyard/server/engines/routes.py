"""Engines, what waits for them, and what their jobs say."""

from typing import Annotated

from fastapi import Depends, Path, Query
from sqlalchemy import Connection

from modelyard.server.access.guards import ServerAccess, server_guard
from modelyard.server.access.permissions import Permission
from modelyard.server.access.service import visible_projects
from modelyard.server.engines import queries
from modelyard.server.engines.dependency import Jobs
from modelyard.server.identity.caller import Caller
from modelyard.server.kernel.errors import NotFound
from modelyard.server.kernel.routing import Router
from modelyard.wire.base import MAX_NUMBER
from modelyard.wire.engines import Engine
from modelyard.wire.models import LogPage

router = Router(prefix="/engines", tags=["engines"])

_MAX_LINES = 10_000

MayRead = Annotated[ServerAccess, Depends(server_guard(Permission.SERVER_ENGINES_READ))]
EngineName = Annotated[str, Path(description="The engine's name.", examples=["local"])]
JobId = Annotated[str, Path(max_length=64, description="The job, as the engine lists it.", examples=["b3f1c2d4"])]


@router.get("")
async def list_engines(supervisor: Jobs, access: MayRead) -> list[Engine]:
    """Every engine with its limits, what it runs, and its queue in order."""
    return [await _describe(supervisor, access)]


@router.get("/{name}")
async def get_engine(name: EngineName, supervisor: Jobs, access: MayRead) -> Engine:
    """One engine with its limits, what it runs, and its queue in order."""
    _require(supervisor, name)
    return await _describe(supervisor, access)


@router.get("/{name}/jobs/{job_id}/log")
async def get_engine_job_log(
    name: EngineName,
    job_id: JobId,
    supervisor: Jobs,
    access: MayRead,
    after: Annotated[int, Query(ge=0, le=MAX_NUMBER, description="Only lines after this one.")] = 0,
    limit: Annotated[int, Query(ge=1, le=_MAX_LINES, description="How many lines at most.")] = 1000,
) -> LogPage:
    """What the worker of a job has logged, unless its subject has a log of its own."""
    _require(supervisor, name)

    def read(connection: Connection, caller: Caller) -> LogPage:
        job = queries.get_job(connection, name, job_id, visible_projects(caller, Permission.PROJECT_MODELS_READ))
        return queries.read_log(connection, job.id, after=after, limit=limit)

    return await access.read(read)


async def _describe(supervisor: Jobs, access: ServerAccess) -> Engine:
    """With the jobs of the projects whose models the caller may see."""
    return await access.read(
        lambda connection, caller: supervisor.describe(
            connection, visible_projects(caller, Permission.PROJECT_MODELS_READ)
        )
    )


def _require(supervisor: Jobs, name: str) -> None:
    """:raises NotFound: there is no such engine."""
    if name != supervisor.engine_name:
        raise NotFound(f"There is no engine {name[:100]!r}.", hint=f"Engines: {supervisor.engine_name}.")
