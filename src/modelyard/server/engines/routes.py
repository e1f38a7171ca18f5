"""Engines and what waits for them."""

from typing import Annotated

from fastapi import Depends, Path

from modelyard.server.access.guards import ServerAccess, server_guard
from modelyard.server.access.permissions import Permission
from modelyard.server.access.service import visible_projects
from modelyard.server.engines import queries
from modelyard.server.engines.dependency import Engine as RunningEngine
from modelyard.server.kernel.errors import NotFound
from modelyard.server.kernel.routing import Router
from modelyard.wire.engines import Engine, Job

router = Router(prefix="/engines", tags=["engines"])

MayRead = Annotated[ServerAccess, Depends(server_guard(Permission.SERVER_ENGINES_READ))]


@router.get("")
async def list_engines(engine: RunningEngine, access: MayRead) -> list[Engine]:
    """Every engine with its limits, what it runs, and its queue in order."""
    jobs = await _list_jobs(engine, access)
    return [engine.describe(jobs)]


@router.get("/{name}")
async def get_engine(
    name: Annotated[str, Path(description="The engine's name.", examples=["local"])],
    engine: RunningEngine,
    access: MayRead,
) -> Engine:
    """One engine with its limits, what it runs, and its queue in order."""
    if name != engine.name:
        raise NotFound(f"There is no engine {name[:100]!r}.", hint=f"Engines: {engine.name}.")
    jobs = await _list_jobs(engine, access)
    return engine.describe(jobs)


async def _list_jobs(engine: RunningEngine, access: ServerAccess) -> list[Job]:
    """Those of the projects whose models the caller may see."""
    return await access.read(
        lambda connection, caller: queries.list_jobs(
            connection, engine.name, visible_projects(caller, Permission.PROJECT_MODELS_READ)
        )
    )
