"""The data directory: made when missing, used by one server at a time."""

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
        yield


def _close(data_dir: Path) -> None:
    """One that an earlier release made may be open to others. What is deeper is behind these folders."""
    for path in (data_dir, *data_dir.iterdir()):
        # It may belong to another user, who lets this one write to it.
        with suppress(PermissionError):
            if not path.is_symlink():
                path.chmod(0o700 if path.is_dir() else 0o600)
