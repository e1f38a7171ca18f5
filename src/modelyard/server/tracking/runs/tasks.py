"""Settling runs that have been quiet for a moment, or that are many. See docs/contributing/run-search.md."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from modelyard.server.db import Database
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import ModelyardError
from modelyard.server.tracking.runs.queries import list_unsettled
from modelyard.server.tracking.runs.search_columns import settle_runs

_log = logging.getLogger(__name__)

_PAUSE_SECONDS = 1.0
_MAX_LISTED = 5000
_MAX_SKIPPED = 200
_AT_ONCE = 50


@asynccontextmanager
async def keep_runs_settled(database: Database) -> AsyncIterator[None]:
    """Settles runs while the server runs."""
    task = asyncio.create_task(_settle_forever(database))
    try:
        yield
    finally:
        task.cancel()


async def _settle_forever(database: Database) -> None:
    before: dict[int, int] = {}
    while True:
        try:
            before = await _settle_quiet(database, before)
        except ModelyardError as error:
            # Searches are right without settling, only slower; the next round tries again.
            _log.warning("settling runs: %s", error.message)
        if len(before) < _MAX_LISTED:
            await asyncio.sleep(_PAUSE_SECONDS)


async def _settle_quiet(database: Database, before: dict[int, int]) -> dict[int, int]:
    """Settles runs that did not change since the round before, and the oldest when more than a few are left."""
    unsettled = await database.read(lambda connection: list_unsettled(Raw(connection), _MAX_LISTED))
    quiet = [run for run, revision in unsettled if before.get(run) == revision]
    busy = [run for run, revision in unsettled if before.get(run) != revision]
    chosen = [*quiet, *busy[: max(0, len(busy) - _MAX_SKIPPED)]]
    for start in range(0, len(chosen), _AT_ONCE):
        part = chosen[start : start + _AT_ONCE]
        await database.write(lambda connection, part=part: settle_runs(Raw(connection), part))  # type: ignore[misc]
    settled = set(chosen)
    return {run: revision for run, revision in unsettled if run not in settled}
