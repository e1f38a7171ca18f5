"""What can be wrong with a table."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from modelyard.wire.errors import MAX_PROBLEMS, ErrorCode, Problem
from modelyard.wire.ingest import IngestFailure

_MAX_CAUSE_LENGTH = 500


class IngestError(Exception):
    """A table that cannot be taken, with a message for the person who uploaded it."""

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        problems: Sequence[Problem] = (),
        code: ErrorCode = ErrorCode.INVALID_TABLE,
    ) -> None:
        super().__init__(message)
        self.failure = IngestFailure(code=code, message=message, hint=hint, problems=list(problems[:MAX_PROBLEMS]))


def no_rows(what: str) -> IngestError:
    return IngestError(f"The file has no rows: {what}.", hint="Upload a table with at least one row of data.")


def storage_full() -> IngestError:
    return IngestError(
        "The disk filled up while the table was read; nothing was kept.",
        hint="Free space and try again.",
        code=ErrorCode.STORAGE_FULL,
    )


def without_paths(text: str, *folders: Path) -> str:
    """What a library says of a file is for the log; where the server keeps it is not for whoever sent it."""
    for folder in (*folders, Path.home(), Path(sys.prefix)):
        if folder != Path(folder.anchor):
            text = re.sub(rf"(?:\w+://)?{re.escape(str(folder))}(?:/[^\s'\",;)]*)?", "the file", text)
    return text


def told(failure: IngestFailure, folder: Path) -> IngestFailure:
    """As whoever uploaded the table gets it."""
    problems = [
        problem.model_copy(update={"message": without_paths(problem.message, folder)}) for problem in failure.problems
    ]
    hint = None if failure.hint is None else without_paths(failure.hint, folder)
    return failure.model_copy(
        update={"message": without_paths(failure.message, folder), "hint": hint, "problems": problems}
    )


def unexpected(error: Exception, folder: Path) -> IngestError:
    """A fault that nobody thought of: its cause in a line, without the server's paths."""
    cause = " ".join(f"{type(error).__name__}: {error}".replace(str(folder), "").split())[:_MAX_CAUSE_LENGTH]
    return IngestError(f"The table could not be read: {cause}", hint="The server's log says more.")


def too_much_memory() -> IngestError:
    return IngestError(
        "The table needs more memory to be read than the server allows.",
        hint="Upload it as Parquet with fewer or shorter columns, or raise the setting ingest_memory_limit_mb.",
        code=ErrorCode.TOO_LARGE,
    )
