"""Reads of `stored_files`."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from modelyard.server.artifacts.tables import stored_files
from modelyard.server.storage import StoredFile


def stored(connection: Connection) -> Iterator[StoredFile]:
    """Every file that some domain's row refers to."""
    rows = connection.execute(
        select(stored_files.c.key, stored_files.c.size_bytes, stored_files.c.digest)
        .where(stored_files.c.state == "stored")
        .order_by(stored_files.c.key)
    )
    for row in rows:
        yield StoredFile(row.key, row.size_bytes, row.digest)


def garbage(connection: Connection, now: int, limit: int = 500) -> list[str]:
    """Keys to delete: given up while being written, or no longer referred to."""
    expired = (stored_files.c.state == "pending") & (stored_files.c.expires_at < now)
    return list(
        connection.scalars(select(stored_files.c.key).where((stored_files.c.state == "doomed") | expired).limit(limit))
    )


def is_reserved(connection: Connection, key: str, now: int) -> bool:
    """Whether the file may still be written."""
    reserved = (stored_files.c.state == "pending") & (stored_files.c.expires_at >= now)
    return connection.scalar(select(stored_files.c.key).where(stored_files.c.key == key, reserved)) is not None


def known_keys(connection: Connection, keys: list[str]) -> set[str]:
    """Those of `keys` that have a row, whatever its state."""
    return set(connection.scalars(select(stored_files.c.key).where(stored_files.c.key.in_(keys))))
