"""Looking for damage in a database's file at start."""

import asyncio
import logging
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from modelyard.server.db.database import Database
from modelyard.server.db.faults import DatabaseDamaged

_log = logging.getLogger(__name__)

_SECONDS = 3.0
"""A start waits no longer; the rest of a large database is looked at while the server runs."""


@asynccontextmanager
async def checked_for_damage(database: Database) -> AsyncIterator[None]:
    """A damaged database is not served.

    :raises DatabaseDamaged: damage was found at once.
    """
    if await database.check_whole(_SECONDS):
        yield
        return
    rest = asyncio.create_task(_look_everywhere(database))
    try:
        yield
    finally:
        rest.cancel()


async def _look_everywhere(database: Database) -> None:
    try:
        await database.check_whole(math.inf)
    except DatabaseDamaged as error:
        _log.error("%s", error.message)
