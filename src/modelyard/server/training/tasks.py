"""What runs beside the requests: the engine, with trainings and predictions as its jobs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from modelyard.server.db import Database
from modelyard.server.engines.local.engine import LocalEngine
from modelyard.server.settings import Settings
from modelyard.server.training.jobs.owner import TrainingOwner
from modelyard.server.training.predictions.broker import PredictionBroker


@asynccontextmanager
async def running_engine(database: Database, settings: Settings) -> AsyncIterator[tuple[LocalEngine, PredictionBroker]]:
    """Workers are started and watched while the server runs; they live on when it ends."""
    broker = PredictionBroker()
    engine = LocalEngine(database, settings, TrainingOwner(broker))
    task = asyncio.create_task(engine.run())
    try:
        yield engine, broker
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await engine.stop_predictions()
