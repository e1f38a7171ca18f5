"""Taking a stream of lines: in batches, each read beside the event loop and written in a transaction."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

from sqlalchemy import Connection

from modelyard.server.db import Database
from modelyard.server.imports.lines import Batch, read_lines
from modelyard.server.imports.service import BatchOutcome, ImportTarget, note_received, write_batch
from modelyard.server.kernel.errors import TooLarge
from modelyard.wire.imports import MAX_LINE_BYTES, ImportResult

_BATCH_BYTES = 4 * 1024 * 1024
_MAX_FAILURES = 1000

Lines = list[tuple[int, bytes]]


async def receive_lines(
    database: Database, enter: Callable[[Connection], ImportTarget], import_id: str, chunks: AsyncIterator[bytes]
) -> ImportResult:
    """Writes every line that can be written. When the stream breaks off, the batches before are kept.

    `enter` answers the import in each transaction, or refuses.

    :raises TooLarge: a line is longer than 64 MiB.
    """
    total = BatchOutcome()
    async for lines in _batches(chunks):
        # Not while the batch before is written: two busy threads would take the interpreter from each other.
        batch = await asyncio.to_thread(read_lines, lines)
        _add(total, await _write(database, enter, batch))
    await database.write(lambda connection: note_received(connection, enter(connection), import_id, total))
    return ImportResult(
        created=dict(total.created),
        merged=dict(total.merged),
        points=total.points,
        failure_count=len(total.failures),
        failures=total.failures[:_MAX_FAILURES],
    )


async def _write(database: Database, enter: Callable[[Connection], ImportTarget], batch: Batch) -> BatchOutcome:
    return await database.write(lambda connection: write_batch(connection, enter(connection), batch))


def _add(total: BatchOutcome, part: BatchOutcome) -> None:
    total.created += part.created
    total.merged += part.merged
    total.points += part.points
    total.failures += part.failures


async def _batches(chunks: AsyncIterator[bytes]) -> AsyncIterator[Lines]:
    number = 0
    pending: list[bytes] = []
    size = 0
    async for chunk in chunks:
        pending.append(chunk)
        size += len(chunk)
        if size < _BATCH_BYTES or b"\n" not in chunk:
            if size > MAX_LINE_BYTES + _BATCH_BYTES:
                raise TooLarge(
                    f"A line is longer than {MAX_LINE_BYTES:,} bytes.", hint="Send a long history in several lines."
                )
            continue
        *whole, rest = b"".join(pending).split(b"\n")
        pending, size = [rest], len(rest)
        yield list(_numbered(whole, number))
        number += len(whole)
    last = b"".join(pending)
    if last:
        yield list(_numbered(last.split(b"\n"), number))


def _numbered(lines: list[bytes], before: int) -> Iterator[tuple[int, bytes]]:
    return ((before + index, line) for index, line in enumerate(lines, 1))
