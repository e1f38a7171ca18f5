"""Opaque page tokens: a keyset position, bound to the query that made it."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from modelyard.server.kernel.errors import InvalidPageToken


def fingerprint(*query: object) -> str:
    """A short digest of everything that shapes a query's order, so that a token is refused for another query."""
    return hashlib.sha256(repr(query).encode()).hexdigest()[:12]


def encode_token(position: Sequence[Any], query: str) -> str:
    """The token that continues after the row whose sort keys are `position`."""
    raw = json.dumps([query, *position], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode_token(token: str, query: str) -> list[Any]:
    """The position in a token made by `encode_token` for the same query.

    :raises InvalidPageToken: when it is damaged or was made for another query.
    """
    try:
        padded = token + "=" * (-len(token) % 4)
        made_for, *position = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (binascii.Error, ValueError, TypeError) as error:
        raise InvalidPageToken(
            "The page token is damaged.", hint="Pass next_page_token exactly as it was answered."
        ) from error
    if made_for != query:
        raise InvalidPageToken(
            "The page token belongs to another query.", hint="Keep filter, sort and order while paging."
        )
    return list(position)
