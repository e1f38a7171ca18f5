"""Files that come in parts. Parts are stored files of their own until they are joined.

They are reserved for as long as the upload may last; of one that is given up, the sweeper deletes them after that.
"""

from collections.abc import AsyncIterator, Collection

from sqlalchemy import Connection

from modelyard.server.access.scope import Scope
from modelyard.server.artifacts import queries as stored_files
from modelyard.server.artifacts.service import mark_for_deletion, reserve, writing
from modelyard.server.db import Database
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import InvalidArgument, InvalidState, NotFound
from modelyard.server.kernel.ids import new_id
from modelyard.server.storage import FileStore
from modelyard.server.tracking.artifact_files.owners import require_changeable
from modelyard.server.tracking.artifact_files.queries import find_file
from modelyard.server.tracking.artifact_files.service import add_file, key_of
from modelyard.server.tracking.artifact_files.tickets import UploadTicket

LASTS_SECONDS = 24 * 3600
"""How long the parts of an upload may come."""

MAX_PARTS = 10_000


def begin_upload(connection: Connection, scope: Scope, path: str, part_count: int) -> UploadTicket:
    """Reserves the parts of a file.

    :raises InvalidArgument: fewer than one or more than 10,000 parts.
    :raises InvalidState: the file would be of something that is deleted.
    """
    require_changeable(Raw(connection), scope.project_id, path)
    if not 1 <= part_count <= MAX_PARTS:
        raise InvalidArgument(f"A file may come in 1 to {MAX_PARTS} parts, not in {part_count}.")
    until = now_ms() + LASTS_SECONDS * 1000
    ticket = UploadTicket(
        until=until,
        user_id=scope.caller.user_id,
        project=scope.project,
        project_id=scope.project_id,
        path=path,
        upload=new_id(),
        part_count=part_count,
    )
    reserve(connection, ticket.part_keys, until)
    return ticket


async def store_part(
    database: Database, store: FileStore, ticket: UploadTicket, number: int, chunks: AsyncIterator[bytes]
) -> str:
    """Stores a part, in place of what was sent for it before; answers its digest.

    :raises InvalidArgument: the upload has no such part.
    :raises InvalidState: the upload has ended.
    """
    if not 1 <= number <= ticket.part_count:
        raise InvalidArgument(f"The upload has {ticket.part_count} parts, not a part {number}.")
    key = ticket.part_key(number)
    await _require_open(database, key)
    stored = await store.write(key, chunks)
    try:
        await _require_open(database, key)
    except InvalidState:
        await store.delete(key)  # it ended meanwhile, so nobody else will
        raise
    return stored.digest


async def finish_upload(database: Database, store: FileStore, ticket: UploadTicket, numbers: Collection[int]) -> None:
    """Joins the parts, which must be named, and makes the file visible; doing so again, as after a timeout, is fine.

    :raises InvalidArgument: a part is not named or did not come.
    :raises InvalidState: the upload has ended otherwise.
    :raises Conflict: the path is a folder, or a part of it is a file.
    """
    missing = set(range(1, ticket.part_count + 1)) - set(numbers)
    if missing or len(numbers) != ticket.part_count:
        raise InvalidArgument(f"The upload has {ticket.part_count} parts; name each of them once.")
    try:
        await _require_open(database, ticket.part_key(1))
        await _join(database, store, ticket)
    except (InvalidArgument, InvalidState):
        # Another request may have joined them meanwhile, and the parts are gone.
        if not await database.read(lambda connection: _is_joined(connection, ticket)):
            raise


async def _join(database: Database, store: FileStore, ticket: UploadTicket) -> None:
    key = f"{_joined_key(ticket)}{new_id()}"
    async with writing(database, key):
        stored = await store.write(key, _joined(store, ticket))

        def finish(connection: Connection) -> None:
            # Both at once: of two that finish the same upload, the second finds it ended.
            if not stored_files.is_reserved(connection, ticket.part_key(1), now_ms()):
                raise _ended()
            mark_for_deletion(connection, ticket.part_keys)
            add_file(Raw(connection), ticket.project_id, ticket.path, stored)

        await database.write(finish)


def _joined_key(ticket: UploadTicket) -> str:
    """How the key of the whole file begins, so that it is known whose it is."""
    return f"{key_of(ticket.project_id, ticket.upload)}-"


def _is_joined(connection: Connection, ticket: UploadTicket) -> bool:
    file = find_file(Raw(connection), ticket.project_id, ticket.path)
    return file is not None and file.key.startswith(_joined_key(ticket))


async def give_up_upload(database: Database, ticket: UploadTicket) -> None:
    """Its parts are deleted. An upload that has ended is left as it is."""

    def give_up(connection: Connection) -> None:
        if stored_files.is_reserved(connection, ticket.part_key(1), now_ms()):
            mark_for_deletion(connection, ticket.part_keys)

    await database.write(give_up)


async def _joined(store: FileStore, ticket: UploadTicket) -> AsyncIterator[bytes]:
    for number in range(1, ticket.part_count + 1):
        try:
            async for chunk in store.read(ticket.part_key(number)):
                yield chunk
        except NotFound:
            raise InvalidArgument(f"Part {number} of {ticket.part_count} was not uploaded.") from None


async def _require_open(database: Database, key: str) -> None:
    if not await database.read(lambda connection: stored_files.is_reserved(connection, key, now_ms())):
        raise _ended()


def _ended() -> InvalidState:
    return InvalidState("The upload has ended.", hint="Begin a new one.")
