"""The sweeper."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from modelyard.server.artifacts.service import sweep
from modelyard.server.db import Database
from modelyard.server.kernel.errors import ModelyardError
from modelyard.server.storage import FileStore

_log = logging.getLogger(__name__)

_SWEEP_SECONDS = 5.0


@asynccontextmanager
async def keep_swept(database: Database, store: FileStore) -> AsyncIterator[None]:
    """Deletes garbage every few seconds while the server runs."""
    task = asyncio.create_task(_sweep_forever(database, store))
    try:
        yield
    finally:
        task.cancel()


async def _sweep_forever(database: Database, store: FileStore) -> None:
    while True:
        try:
            await sweep(database, store)
        except ModelyardError as error:
            # A store that is away for a while must not end the sweeping; garbage keeps.
            _log.warning("sweeping stored files: %s", error.message)
        await asyncio.sleep(_SWEEP_SECONDS)
