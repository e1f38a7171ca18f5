"""Failures of the database itself, as errors with a code."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from modelyard.server.kernel.errors import Conflict, InvalidArgument, StorageFull, Unavailable

# PostgreSQL's codes, which SQLite's errors have none of: https://www.postgresql.org/docs/current/errcodes-appendix.html
_INVALID_REGULAR_EXPRESSION = "2201B"
_NUMERIC_VALUE_OUT_OF_RANGE = "22003"
_DEADLOCK_DETECTED = "40P01"
_LOCK_NOT_AVAILABLE = "55P03"
_QUERY_CANCELED = "57014"

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
    except OverflowError as error:
        # SQLite's driver, of an integer; PostgreSQL says the same by a code.
        raise _out_of_range() from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable("The connection to the database was lost.", hint="Try again shortly.") from error
        if "NUL (0x00)" in str(error.orig):
            # PostgreSQL has no such character; no name, id or text can have it.
            raise InvalidArgument("The request contains the character NUL.", hint="Remove it.") from error
        if _code(error) == _NUMERIC_VALUE_OUT_OF_RANGE:
            raise _out_of_range() from error
        if _code(error) == _INVALID_REGULAR_EXPRESSION:
            raise InvalidArgument(f"PostgreSQL cannot use the {_first_line(error)}.") from error
        raise


def _out_of_range() -> InvalidArgument:
    return InvalidArgument("A number in the request has more than 64 bits.")


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).partition("\n")[0]


def was_locked_out(error: BaseException) -> bool:
    """Whether a translated failure means that another transaction held what was needed for too long."""
    cause = error.__cause__
    return isinstance(cause, OperationalError) and _code(cause) in (_LOCK_NOT_AVAILABLE, _DEADLOCK_DETECTED)


def was_canceled(error: DBAPIError) -> bool:
    """Whether PostgreSQL gave a statement up, for instance because it took longer than it may."""
    return _code(error) == _QUERY_CANCELED


def _code(error: DBAPIError) -> str | None:
    code: str | None = getattr(error.orig, "sqlstate", None)
    return code
