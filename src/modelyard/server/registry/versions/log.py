"""The log of a version: lines in the order they came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from modelyard.server.kernel.clock import to_datetime
from modelyard.server.registry.tables import version_log, versions
from modelyard.server.registry.texts import storable
from modelyard.wire.models import LogLine, LogPage

_MAX_LINE_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class NewLine:
    at: int
    text: str


def append_lines(connection: Connection, version_id: int, lines: Sequence[NewLine]) -> list[LogLine]:
    """Adds lines and answers them as they are kept, numbered from 1."""
    if not lines:
        return []
    last = connection.scalar(
        update(versions)
        .where(versions.c.id == version_id)
        .values(log_line_count=versions.c.log_line_count + len(lines))
        .returning(versions.c.log_line_count)
    )
    assert last is not None
    first = last - len(lines) + 1
    rows = [
        {
            "version_id": version_id,
            "sequence": first + index,
            "at": line.at,
            "text": storable(line.text, _MAX_LINE_LENGTH),
        }
        for index, line in enumerate(lines)
    ]
    connection.execute(insert(version_log), rows)
    return [
        LogLine(sequence=first + index, at=to_datetime(line.at), text=line.text) for index, line in enumerate(lines)
    ]


def read_log(
    connection: Connection, version_id: int, *, after: int, limit: int, search: str | None, line_count: int
) -> LogPage:
    """Lines with a number above `after`; only those that contain `search`, whatever the case, if it is given."""
    conditions = [version_log.c.version_id == version_id]
    if search:
        conditions.append(func.lower(version_log.c.text).contains(search.lower(), autoescape=True))
    rows = connection.execute(
        select(version_log)
        .where(*conditions, version_log.c.sequence > after)
        .order_by(version_log.c.sequence)
        .limit(limit)
    ).all()
    total = line_count
    if search:
        total = connection.scalar(select(func.count()).select_from(version_log).where(*conditions)) or 0
    lines = [LogLine(sequence=row.sequence, at=to_datetime(row.at), text=row.text) for row in rows]
    return LogPage(lines=lines, next_after=lines[-1].sequence if lines else after, total=total)


def read_text(connection: Connection, version_id: int, after: int, limit: int) -> Iterator[tuple[int, str]]:
    """Lines as they are downloaded, with their numbers."""
    rows = connection.execute(
        select(version_log)
        .where(version_log.c.version_id == version_id, version_log.c.sequence > after)
        .order_by(version_log.c.sequence)
        .limit(limit)
    )
    for row in rows:
        yield row.sequence, f"{to_datetime(row.at).isoformat(timespec='milliseconds')} {row.text}\n"
