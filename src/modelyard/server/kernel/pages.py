"""Opaque page tokens: a keyset position, bound to the query that made it, and signed.

A position becomes part of a statement as it is. The signature says that this server made it, so no statement meets a
position of another length or of other types than its own.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from typing import Any

from modelyard.server.kernel.errors import InvalidPageToken

_SIGNATURE_BYTES = 16


class _Signer:
    key = secrets.token_bytes(32)

    def sign(self, raw: bytes) -> bytes:
        return hmac.digest(self.key, raw, "sha256")[:_SIGNATURE_BYTES]


_signer = _Signer()


def sign_tokens_with(key: bytes) -> None:
    """From now on. With the same key tokens outlive the process, and other processes take them."""
    _signer.key = key


def fingerprint(*query: object) -> str:
    """A short digest of everything that shapes a query's order, so that a token is refused for another query."""
    return hashlib.sha256(repr(query).encode()).hexdigest()[:12]


def encode_token(position: Sequence[Any], query: str) -> str:
    """The token that continues after the row whose sort keys are `position`."""
    raw = json.dumps([query, *position], separators=(",", ":")).encode()
    return _written(_signer.sign(raw) + raw)


def decode_token(token: str, query: str) -> list[Any]:
    """The position in a token made by `encode_token` for the same query.

    :raises InvalidPageToken: when it is damaged or was made for another query.
    """
    raw = _opened(token)
    if raw is None:
        raise InvalidPageToken("The page token is damaged.", hint="Pass next_page_token exactly as it was returned.")
    made_for, *position = json.loads(raw)
    if made_for != query:
        raise InvalidPageToken(
            "The page token belongs to another query.", hint="Keep filter, sort and order while paging."
        )
    return list(position)


def _written(signed: bytes) -> str:
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")


def _opened(token: str) -> bytes | None:
    """What was signed; None for a token that this server has not made."""
    if not token.isascii():
        return None
    try:
        signed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    if _written(signed) != token:
        return None  # what is no digit was passed over
    signature, raw = signed[:_SIGNATURE_BYTES], signed[_SIGNATURE_BYTES:]
    return raw if hmac.compare_digest(signature, _signer.sign(raw)) else None
