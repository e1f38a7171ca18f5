"""Identifiers and secrets."""

import hashlib
import secrets
import uuid


def new_id() -> str:
    """32 hexadecimal digits, random: the form of run ids in the MLflow protocol."""
    return uuid.uuid4().hex


def new_token() -> str:
    """A bearer token with 256 bits of entropy, safe in a header."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What the database keeps of a token. Tokens are random, so one unsalted SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
