"""Failures of a store, as errors with a code."""

from collections.abc import Iterator
from contextlib import contextmanager

from obstore.exceptions import BaseError

from modelyard.server.kernel.errors import NotFound, StorageFull, Unavailable

_FULL = ("no space left on device", "file too large", "disk quota exceeded", "os error 28", "os error 27")


@contextmanager
def translated(key: str) -> Iterator[None]:
    """Raises this project's errors for what a store can answer."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound(f"There is no stored file {key!r}.") from error
    except (OSError, BaseError) as error:
        text = str(error).lower()
        if any(sign in text for sign in _FULL):
            raise StorageFull("The storage is full; nothing was kept.", hint="Free space and try again.") from error
        if isinstance(error, BaseError):
            raise Unavailable(f"The storage did not answer: {str(error)[:300]}") from error
        raise
