"""The file of a SQLite database: whether it is one, whether it is whole, and whether it is still the same."""

import os
import sqlite3
import time
from pathlib import Path
from urllib.parse import quote

from modelyard.server.db.faults import DatabaseDamaged, translated

_MAGIC = b"SQLite format 3\0"
_STEPS = 100_000
"""Of SQLite's virtual machine, between two looks at the clock."""

_Identity = tuple[int, int]


class SqliteFile:
    """SQLite goes on with a file that was deleted or replaced, and what it writes there is lost. This notices."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: dict[Path, _Identity] = {}
        self._descriptor: int | None = None

    def require_same(self) -> None:
        """Two calls of the system. Its log of what was written last is a file of its own.

        :raises DatabaseDamaged: the file is not the one that was there before.
        """
        for path in (self.path, self.path.with_name(self.path.name + "-wal")):
            known = self._known.get(path)
            identity = _identity(path)
            if identity == known:
                continue
            if known is not None:
                what = "removed" if identity is None else "replaced"
                raise DatabaseDamaged(
                    f"The database's file {path.name} was {what} while the server was running.",
                    hint="Stop the server, put the file or a backup in its place, and start it again.",
                )
            assert identity is not None
            self._known[path] = identity

    def require_header(self) -> None:
        """:raises DatabaseDamaged: it does not begin like a SQLite database."""
        if self._descriptor is None:
            # Not closed before SQLite has closed its own: that would give up all locks that this process holds on the
            # file, and another process could take the log away that this one writes to.
            self._descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        if os.pread(self._descriptor, len(_MAGIC), 0) != _MAGIC:
            raise _foreign(self.path)

    def close(self) -> None:
        """Once no connection to it is left."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def check_whole(path: Path, seconds: float) -> bool:
    """Looks for damage; answers whether the time was enough to look everywhere.

    :raises DatabaseDamaged: it is damaged, or not a SQLite database.
    """
    if not path.exists() or path.stat().st_size == 0:
        return True
    deadline = time.monotonic() + seconds
    with translated():
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
        try:
            connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
            (finding,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                return False
            raise
        except sqlite3.DatabaseError as error:
            raise (
                _foreign(path) if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB else _damaged(path, error)
            ) from error
        finally:
            connection.close()
    if finding != "ok":
        raise _damaged(path, finding)
    return True


def _foreign(path: Path) -> DatabaseDamaged:
    return DatabaseDamaged(
        f"The file {path} is not a SQLite database.", hint="Restore a backup, or name another one with --database-url."
    )


def _damaged(path: Path, finding: object) -> DatabaseDamaged:
    line = " ".join(str(finding).split())[:300]
    return DatabaseDamaged(f"The database {path} is damaged: {line}.", hint="Restore a backup.")


def _identity(path: Path) -> _Identity | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - half the time of Path.stat, at every commit
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
