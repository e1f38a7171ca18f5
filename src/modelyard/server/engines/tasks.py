"""What runs beside the requests: the supervisor of an engine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from modelyard.server.db import Database
from modelyard.server.engines.kinds import JobKinds
from modelyard.server.engines.local.engine import LocalEngine
from modelyard.server.engines.supervisor import Supervisor
from modelyard.server.settings import Settings


@asynccontextmanager
async def supervising_local_jobs(database: Database, settings: Settings, kinds: JobKinds) -> AsyncIterator[Supervisor]:
    """Workers are started and watched while the server runs; most live on when it ends."""
    engine = LocalEngine(settings)
    supervisor = Supervisor(database, engine, kinds, worker_timeout_seconds=settings.worker_timeout_seconds)
    task = asyncio.create_task(supervisor.run())
    try:
        yield supervisor
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        engine.close()
        await supervisor.stop_residents()
