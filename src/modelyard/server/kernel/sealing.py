"""Secrets that must be read again, such as what webhooks are signed with, as the database keeps them.

Whoever has the database alone cannot read them: the key is in a file of its own. Tokens that only have to be recognized
are hashed instead, see `kernel.ids`.
"""

import base64
import hashlib
import hmac
import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.server.kernel.errors import InvalidState, Unavailable

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_MIN_KEY_LENGTH = 32


class Sealer:
    """Seals with the first of its keys and opens with any of them, so that a key can be replaced."""

    def __init__(self, keys: list[str]) -> None:
        self._keys = keys

    @cached_property
    def _fernet(self) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 - most servers have no secret

        return MultiFernet(
            [Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in self._keys]
        )

    def derive_key(self, purpose: str) -> bytes:
        """A key for another use than sealing, the same in every process that has the same keys."""
        return hmac.digest(self._keys[0].encode(), purpose.encode(), "sha256")

    def seal(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """:raises InvalidState: it was sealed with another key."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415

        try:
            return self._fernet.decrypt(sealed.encode("utf-8", "replace")).decode()
        except InvalidToken as error:
            raise InvalidState(
                "A secret in the database was encrypted with another key than this server's.",
                hint="Add the old key to the secret key file as a further line, or set the secret again.",
            ) from error


def open_sealer(path: Path, *, make: bool) -> Sealer:
    """Reads the keys of a file, one a line; `make` makes the file when there is none.

    :raises Unavailable: it cannot be read, or has no key, or a key that is too short.
    """
    if make and not path.exists():
        _make_key_file(path)
    try:
        keys = path.read_text("utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(f"The secret key file {path} cannot be read: {error}.") from error
    if not keys or any(len(key) < _MIN_KEY_LENGTH for key in keys):
        raise Unavailable(
            f"The secret key file {path} must have a key of at least {_MIN_KEY_LENGTH} characters on each line.",
            hint="`openssl rand -hex 32` prints one.",
        )
    return Sealer(keys)


def _make_key_file(path: Path) -> None:
    """The file appears whole or not at all, readable by its owner only."""
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
