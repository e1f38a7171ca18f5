"""Checking every stored file against its recorded SHA-256."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

from modelyard.server.artifacts import queries
from modelyard.server.db import Database
from modelyard.server.kernel.errors import NotFound
from modelyard.server.storage import FileStore, StoredFile


@dataclass(frozen=True, slots=True)
class Finding:
    key: str
    state: Literal["ok", "damaged", "missing", "orphaned"]
    size_bytes: int


async def verify(database: Database, store: FileStore) -> AsyncIterator[Finding]:
    """Reads every stored file in constant memory; then looks for files that nothing refers to."""
    files = await database.read(lambda connection: list(queries.stored(connection)))
    for file in files:
        yield await check_file(store, file)
    batch: list[str] = []
    async for key in store.keys():
        batch.append(key)
        if len(batch) == 500:
            for orphan in await _orphans(database, batch):
                yield orphan
            batch = []
    for orphan in await _orphans(database, batch):
        yield orphan


async def check_file(store: FileStore, file: StoredFile) -> Finding:
    """Reads a stored file, and compares it with its recorded SHA-256."""
    digest = hashlib.sha256()
    try:
        async for chunk in store.read(file.key):
            digest.update(chunk)
    except NotFound:
        return Finding(file.key, "missing", file.size_bytes)
    return Finding(file.key, "ok" if digest.hexdigest() == file.digest else "damaged", file.size_bytes)


async def _orphans(database: Database, keys: list[str]) -> list[Finding]:
    recorded = await database.read(lambda connection: queries.known_keys(connection, keys))
    return [Finding(key, "orphaned", 0) for key in keys if key not in recorded]
