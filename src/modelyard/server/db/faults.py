"""Failures of the database itself, as errors with a code."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from modelyard.server.kernel.errors import Conflict, InvalidArgument, ModelyardError, StorageFull, Unavailable

# PostgreSQL's codes, which SQLite's errors have none of: https://www.postgresql.org/docs/current/errcodes-appendix.html
_INVALID_REGULAR_EXPRESSION = "2201B"
_DATA_EXCEPTION = "22"
_PROGRAM_LIMIT_EXCEEDED = "54"
_NUMERIC_VALUE_OUT_OF_RANGE = "22003"
_DEADLOCK_DETECTED = "40P01"
_LOCK_NOT_AVAILABLE = "55P03"
_QUERY_CANCELED = "57014"

_INTERRUPTED = "interrupted"
_TOO_COMPLEX = (
    "tables in a join",
    "too many sql variables",
    "expression tree is too large",
    "parser stack overflow",
    "pattern too complex",
    "too many terms",
    "string or blob too big",
)
_FULL = ("database or disk is full", "no space left on device", "disk i/o error", "could not extend file")


# https://www.sqlite.org/rescode.html: what is read is not what was written.
_SQLITE_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_SQLITE_UNREADABLE = {sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_CORRUPTFS}


class DatabaseDamaged(Unavailable):
    """The database is not what was written, or no longer there. Trying again does not help before a person has."""


@contextmanager
def translated() -> Iterator[None]:
    """Raises this project's errors for the failures of a database that a caller can do something about."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        # Of a row, or where the statement was executed on the driver itself.
        driver_fault = _damage(error) or _of_text(str(error).lower())
        if driver_fault is None:
            raise
        raise driver_fault from error
    except IntegrityError as error:
        raise Conflict(
            "Someone else changed the same object at the same moment.", hint="Try again; nothing was changed."
        ) from error
    except OverflowError as error:
        # SQLite's driver, of an integer; PostgreSQL says the same by a code.
        raise _out_of_range() from error
    except DBAPIError as error:
        fault = _fault_of(error)
        if fault is None:
            raise
        raise fault from error


def _fault_of(error: DBAPIError) -> ModelyardError | None:
    """What it means to a caller; None where it is a fault of this program."""
    if (damage := _damage(error.orig)) is not None:
        return damage
    return _of_operation(error) if isinstance(error, OperationalError) else _of_statement(error)


def _of_operation(error: OperationalError) -> ModelyardError:
    text = _INTERRUPTED if was_canceled(error) else str(error.orig).lower()
    if (known := _of_text(text)) is not None:
        return known
    if (_code(error) or "").startswith(_PROGRAM_LIMIT_EXCEEDED):
        return _too_much(_first_line(error))
    return Unavailable(f"The database did not answer: {error.orig}", hint="Try again shortly.")


def _of_text(text: str) -> ModelyardError | None:
    """What the words of a failed operation mean; None where they are not known."""
    if any(sign in text for sign in _FULL):
        return StorageFull("The disk of the database is full; nothing was changed.", hint="Free space and try again.")
    # Not the server's state but the question: asking it again would end the same way.
    if text == _INTERRUPTED:
        return InvalidArgument(
            "The database gave this up because it took too long.", hint="Ask for less, or narrow the filter."
        )
    return _too_much(text) if any(sign in text for sign in _TOO_COMPLEX) else None


def _too_much(what: str) -> InvalidArgument:
    return InvalidArgument(f"This is more than the database can be asked for at once: {what}.")


def _of_statement(error: DBAPIError) -> ModelyardError | None:
    if error.connection_invalidated:
        return Unavailable("The connection to the database was lost.", hint="Try again shortly.")
    if "NUL (0x00)" in str(error.orig):
        # PostgreSQL has no such character; no name, id or text can have it.
        return InvalidArgument("The request contains the character NUL.", hint="Remove it.")
    code = _code(error) or ""
    if code == _NUMERIC_VALUE_OUT_OF_RANGE:
        return _out_of_range()
    if code == _INVALID_REGULAR_EXPRESSION:
        return InvalidArgument(f"PostgreSQL cannot use the {_first_line(error)}.")
    if code.startswith(_DATA_EXCEPTION):
        return InvalidArgument(f"The database cannot use a value of the request: {_first_line(error)}.")
    return None


def _damage(error: object) -> DatabaseDamaged | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None or not (code & 0xFF in _SQLITE_DAMAGED or code in _SQLITE_UNREADABLE):
        return None
    return DatabaseDamaged(f"The database is damaged: {error}.", hint="Stop the server and restore a backup.")


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
