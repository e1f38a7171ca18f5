"""The data directory: made when missing, used by one server at a time."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from modelyard.server.kernel.errors import Unavailable
from modelyard.server.settings import Settings


@contextmanager
def locked_data_dir(settings: Settings) -> Iterator[None]:
    """Holds the directory for this process. The lock goes with the process, however it ends.

    :raises Unavailable: another server has it.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
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
