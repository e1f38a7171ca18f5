"""Noting who asks for what: in memory, and a few seconds later in one write for all of it. A read writes nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from modelyard.server.db import Database
from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import ModelyardError

_MAX_PENDING = 10_000
_MAX_REFERENCE_LENGTH, _MAX_CLIENT_LENGTH, _MAX_CALLER_LENGTH = 300, 200, 200
_FLUSH_SECONDS = 5
_KEPT_MS = 180 * 24 * 60 * 60 * 1000

_UPSERT = "INSERT INTO version_pins (model_id, reference, caller, client, first_at, last_at, request_count) VALUES"
_MERGE = (
    "ON CONFLICT (model_id, reference, caller, client) DO UPDATE SET last_at = excluded.last_at, "
    "request_count = version_pins.request_count + excluded.request_count"
)

_log = logging.getLogger(__name__)

Key = tuple[int, str, str, bytes]


class PinLog:
    """Requests since the last flush, by model, reference, caller and client."""

    def __init__(self) -> None:
        self._counts: dict[Key, int] = {}

    def note(self, model_id: int, reference: str, caller: str, client: bytes) -> None:
        """Counts one request. Beyond 10,000 different ones nothing new is noted until the next flush."""
        counts = self._counts
        key = (model_id, reference, caller, client)
        if key in counts:
            counts[key] += 1
        elif len(counts) < _MAX_PENDING:
            counts[key] = 1

    async def flush(self, database: Database) -> None:
        """Writes what was noted, in one unit of work."""
        counts, self._counts = self._counts, {}
        if counts:
            now = now_ms()
            await database.write(lambda connection: _write(Raw(connection), counts, now))


@asynccontextmanager
async def keep_pins(database: Database) -> AsyncIterator[PinLog]:
    """Flushes every few seconds, and once more at the end."""
    pins = PinLog()

    async def flush_now_and_then() -> None:
        while True:
            await asyncio.sleep(_FLUSH_SECONDS)
            try:
                await pins.flush(database)
            except ModelyardError:
                _log.warning("Pins of the last %d s could not be written.", _FLUSH_SECONDS, exc_info=True)

    task = asyncio.create_task(flush_now_and_then())
    try:
        yield pins
    finally:
        task.cancel()
        try:
            await pins.flush(database)
        except ModelyardError:
            _log.warning("The last pins could not be written.", exc_info=True)


def _write(raw: Raw, counts: dict[Key, int], now: int) -> None:
    merged: dict[tuple[int, str, str, str], int] = {}
    for (model_id, reference, caller, client), count in counts.items():
        text = client.decode("latin-1").replace("\0", "")[:_MAX_CLIENT_LENGTH]
        key = (model_id, reference[:_MAX_REFERENCE_LENGTH], caller[:_MAX_CALLER_LENGTH], text)
        merged[key] = merged.get(key, 0) + count
    ids = sorted({key[0] for key in merged})
    existing: set[int] = set()
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        rows = raw.run(f"SELECT id FROM models WHERE id IN ({placeholders(len(part))})", part)  # noqa: S608
        existing.update(model_id for (model_id,) in rows)
    rows_to_write = [(*key, now, now, count) for key, count in sorted(merged.items()) if key[0] in existing]
    if rows_to_write:
        raw.insert(_UPSERT, rows_to_write, _MERGE)
        raw.run("DELETE FROM version_pins WHERE last_at < ?", (now - _KEPT_MS,))
