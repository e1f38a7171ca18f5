"""The data directory: the server creates it, and one server uses it at a time."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from modelyard.server.kernel.errors import Unavailable
from modelyard.server.settings import Settings


@contextmanager
def locked_data_dir(settings: Settings) -> Iterator[None]:
    """Holds the directory for this process. The lock goes with the process, however it ends.

    Nobody else can look into it: it and what this process and its children make is their user's alone.

    :raises Unavailable: another server has it.
    """
    os.umask(0o077)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    _close(settings.data_dir)
    with (settings.data_dir / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Unavailable(
                f"Another server is using the data directory {settings.data_dir}.",
                hint="Stop it, or give this one a --data-dir of its own.",
            ) from error
        shutil.rmtree(settings.temporary_dir, ignore_errors=True)
        settings.temporary_dir.mkdir()
        _refuse_emptied_database(settings)
        yield


def _refuse_emptied_database(settings: Settings) -> None:
    """An empty file is a new database to SQLite, and what belongs to the old one would stay without it."""
    database, files = settings.data_dir / "modelyard.db", settings.data_dir / "files"
    uses_data_dir = settings.database_url is None and settings.storage_url is None
    if uses_data_dir and database.exists() and database.stat().st_size == 0 and files.is_dir() and any(files.iterdir()):
        raise Unavailable(
            f"The database {database} is empty, but there are files of one in {files}.", hint="Restore a backup."
        )


def _close(data_dir: Path) -> None:
    """One that an earlier release made may be open to others. What is deeper is behind these folders."""
    for path in (data_dir, *data_dir.iterdir()):
        # It may belong to another user, who lets this one write to it.
        with suppress(PermissionError):
            if not path.is_symlink():
                path.chmod(0o700 if path.is_dir() else 0o600)
