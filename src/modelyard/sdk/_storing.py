"""Writing downloads so that a name never stands for half a file."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from modelyard.sdk._errors import CorruptFileError, InvalidArgumentError


def store_file(chunks: Iterator[bytes], target: Path, *, expected_digest: str | None = None) -> Path:
    """Write `chunks` beside `target` under a temporary name and rename when complete.

    Raises CorruptFileError, leaving nothing, when the SHA-256 is not `expected_digest` (64 hex digits).
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent)
    except OSError as error:
        raise InvalidArgumentError(f"{target} cannot be written: {error.strerror}") from error
    temporary = Path(name)
    digest = hashlib.sha256()
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
        if expected_digest is not None and digest.hexdigest() != expected_digest:
            raise CorruptFileError(
                f"{target.name} arrived damaged: its SHA-256 is {digest.hexdigest()}, not {expected_digest}",
                hint="Download it again; if it stays so, run `modelyard verify` on the server.",
            )
        temporary.chmod(_mode_of_new_files())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def _mode_of_new_files() -> int:
    # mkstemp makes files private; a download should be as readable as any file its owner makes.
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
