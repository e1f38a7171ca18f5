"""Writing files so that a crash at any moment leaves neither an orphan nor a row without its file.

1. `writing` records the key as pending, with a lease that is renewed while bytes flow;
2. the store writes the file;
3. the domain's transaction calls `keep`, together with the rows that refer to the file.

The sweeper removes files whose lease ran out while they were pending, and files that are marked for deletion. Leases
are for the files of a server that died. What this one is writing is never removed: its clock may jump, and a full disk
keeps it from renewing leases.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from sqlalchemy import Connection, delete, insert, update

from modelyard.server.artifacts import queries
from modelyard.server.artifacts.tables import stored_files
from modelyard.server.db import Database
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import ModelyardError, Unavailable
from modelyard.server.storage import FileStore, StoredFile

_log = logging.getLogger(__name__)

_LEASE_MS = 60_000
_RENEW_SECONDS = 15.0
_in_hand: set[str] = set()
"""What this process is writing. No key is made twice, so it serves every database."""


@asynccontextmanager
async def writing(database: Database, *keys: str) -> AsyncIterator[None]:
    """Around writing files and the transaction that keeps them. On an exception they become garbage at once."""
    await database.write(lambda connection: _reserve(connection, keys))
    _in_hand.update(keys)
    renewal = asyncio.create_task(_renew(database, keys))
    try:
        yield
    except BaseException:
        # Shielded: a client that went away cancels this task, and the mark must be made all the same.
        await asyncio.shield(database.write(lambda connection: _abandon(connection, keys)))
        raise
    finally:
        renewal.cancel()
        _in_hand.difference_update(keys)


def reserve(connection: Connection, keys: Iterable[str], until: int) -> None:
    """Files that somebody may write until then, in milliseconds since the epoch; what is not kept is garbage after.

    For parts of a file that come one by one, over longer than a request.
    """
    now = now_ms()
    rows = [{"key": key, "state": "pending", "created_at": now, "expires_at": until} for key in keys]
    connection.execute(insert(stored_files), rows)


def keep(connection: Connection, file: StoredFile) -> None:
    """The file is whole and a row of this transaction refers to it.

    :raises Unavailable: it was given up, and is no longer there.
    """
    result = connection.execute(
        update(stored_files)
        .where(stored_files.c.key == file.key, stored_files.c.state != "doomed")
        .values(state="stored", size_bytes=file.size_bytes, digest=file.digest, expires_at=None)
    )
    if result.rowcount == 0:
        raise Unavailable("The file took too long to arrive; the upload was stopped.", hint="Send it again.")


def mark_for_deletion(connection: Connection, keys: Iterable[str]) -> None:
    """Nothing refers to these files after this transaction; the sweeper deletes them after the commit."""
    listed = list(keys)
    for start in range(0, len(listed), 500):
        part = listed[start : start + 500]
        connection.execute(update(stored_files).where(stored_files.c.key.in_(part)).values(state="doomed"))


async def sweep(database: Database, store: FileStore) -> int:
    """Deletes garbage; answers how many files. Safe to interrupt and to run twice."""
    garbage = await database.read(lambda connection: queries.garbage(connection, now_ms()))
    keys = [key for key in garbage if key not in _in_hand]
    for key in keys:
        await store.delete(key)
    if keys:
        await database.write(lambda connection: _forget(connection, keys))
    return len(keys)


def _reserve(connection: Connection, keys: tuple[str, ...]) -> None:
    reserve(connection, keys, now_ms() + _LEASE_MS)


def _abandon(connection: Connection, keys: tuple[str, ...]) -> None:
    pending = (stored_files.c.state == "pending") & stored_files.c.key.in_(keys)
    connection.execute(update(stored_files).where(pending).values(state="doomed"))


def _forget(connection: Connection, keys: list[str]) -> None:
    garbage = stored_files.c.state.in_(("pending", "doomed"))
    connection.execute(delete(stored_files).where(garbage & stored_files.c.key.in_(keys)))


async def _renew(database: Database, keys: tuple[str, ...]) -> None:
    def extend(connection: Connection) -> None:
        pending = (stored_files.c.state == "pending") & stored_files.c.key.in_(keys)
        connection.execute(update(stored_files).where(pending).values(expires_at=now_ms() + _LEASE_MS))

    while True:
        await asyncio.sleep(_RENEW_SECONDS)
        try:
            await database.write(extend)
        except ModelyardError as error:
            _log.warning("a lease of stored files could not be renewed: %s", error.message)
