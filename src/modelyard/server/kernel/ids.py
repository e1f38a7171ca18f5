"""Identifiers and secrets."""

import hashlib
import secrets
import time

_LOW = (1 << 62) - 1


def new_id() -> str:
    """32 hexadecimal digits, the form of run ids in the MLflow protocol: a UUID of version 7.

    It begins with the time, so that new rows are side by side in an index; its last 12 digits are random.
    """
    milliseconds = time.time_ns() // 1_000_000
    drawn = secrets.randbits(74)
    return f"{milliseconds << 80 | 7 << 76 | drawn >> 62 << 64 | 2 << 62 | drawn & _LOW:032x}"


def new_token() -> str:
    """A bearer token with 256 bits of entropy, safe in a header."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What the database keeps of a token. Tokens are random, so one unsalted SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
