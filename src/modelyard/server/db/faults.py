"""Failures of the database itself, as errors with a code."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import DeadlockDetected, InvalidRegularExpression, LockNotAvailable
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from modelyard.server.kernel.errors import Conflict, InvalidArgument, StorageFull, Unavailable

_FULL = ("database or disk is full", "no space left on device", "disk i/o error", "could not extend file")


@contextmanager
def translated() -> Iterator[None]:
    """Raises this project's errors for the failures of a database that a caller can do something about."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(
            "Someone else changed the same object at the same moment.", hint="Try again; nothing was changed."
        ) from error
    except OperationalError as error:
        text = str(error.orig).lower()
        if any(sign in text for sign in _FULL):
            raise StorageFull(
                "The disk of the database is full; nothing was changed.", hint="Free space and try again."
            ) from error
        raise Unavailable(f"The database did not answer: {error.orig}", hint="Try again shortly.") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable("The connection to the database was lost.", hint="Try again shortly.") from error
        if "NUL (0x00)" in str(error.orig):
            # PostgreSQL has no such character; no name, id or text can have it.
            raise InvalidArgument("The request contains the character NUL.", hint="Remove it.") from error
        if isinstance(error.orig, InvalidRegularExpression):
            raise InvalidArgument(f"PostgreSQL cannot use the {_first_line(error)}.") from error
        raise


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).partition("\n")[0]


def was_locked_out(error: BaseException) -> bool:
    """Whether a translated failure means that another transaction held what was needed for too long."""
    cause = error.__cause__
    return isinstance(cause, OperationalError) and isinstance(cause.orig, LockNotAvailable | DeadlockDetected)
