"""Engines and what waits for them."""

from typing import Annotated

from fastapi import Depends, Path

from modelyard.server.access.guards import server_guard
from modelyard.server.access.permissions import Permission
from modelyard.server.db import Db
from modelyard.server.engines import queries
from modelyard.server.engines.dependency import Engine as RunningEngine
from modelyard.server.identity.caller import Caller
from modelyard.server.kernel.errors import NotFound
from modelyard.server.kernel.routing import Router
from modelyard.wire.engines import Engine

router = Router(prefix="/engines", tags=["engines"])

MayRead = Annotated[Caller, Depends(server_guard(Permission.SERVER_ENGINES_READ))]


@router.get("")
async def list_engines(database: Db, engine: RunningEngine, _caller: MayRead) -> list[Engine]:
    """Every engine with its limits, what it runs, and its queue in order."""
    jobs = await database.read(lambda connection: queries.list_jobs(connection, engine.name))
    return [engine.describe(jobs)]


@router.get("/{name}")
async def get_engine(
    name: Annotated[str, Path(description="The engine's name.", examples=["local"])],
    database: Db,
    engine: RunningEngine,
    _caller: MayRead,
) -> Engine:
    """One engine with its limits, what it runs, and its queue in order."""
    if name != engine.name:
        raise NotFound(f"There is no engine {name[:100]!r}.", hint=f"Engines: {engine.name}.")
    jobs = await database.read(lambda connection: queries.list_jobs(connection, engine.name))
    return engine.describe(jobs)
