"""Credentials, and the callers that they stand for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from modelyard.server.kernel.ids import hash_token

Way = Literal["open", "token", "ticket"]
"""How a caller came in: without a credential, with a token, or by an address that the server signed for somebody."""

LOCAL_USER_ID = 1
"""The user that stands for everyone on this machine; the database has it from the start."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A request's proof of its caller. It keeps only the hash of a token."""

    way: Way
    token_hash: str = ""
    user_id: int = 0
    """Whose right a ticket hands on."""


OPEN = Credential("open")
"""Of a request that presents nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """A user, and what they may.

    `name` is what people see beside what the user did. `permissions` are those in projects, by the projects' ids, and
    `server_permissions` those on the whole installation; an administrator has them all.
    """

    user_id: int
    name: str
    way: Way = "open"
    is_admin: bool = False
    server_permissions: frozenset[str] = frozenset()
    permissions: Mapping[int, frozenset[str]] = field(default_factory=dict)


def credential_of(headers: Iterable[tuple[bytes, bytes]]) -> Credential:
    """The credential in the headers of a request, whose names are in lower case."""
    for name, value in headers:
        if name == b"authorization":
            return bearer(value)
    return OPEN


def bearer(header: bytes) -> Credential:
    """The credential in a header `Authorization`. One of another scheme counts as a token that nobody has."""
    scheme, _, token = header.decode("latin-1").partition(" ")
    token = token.strip() if scheme.lower() == "bearer" else ""
    return Credential("token", hash_token(token) if token else "")


def of_ticket(user_id: int) -> Credential:
    """The credential of an address that the server signed for a user."""
    return Credential("ticket", user_id=user_id)
