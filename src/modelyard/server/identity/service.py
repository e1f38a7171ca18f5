"""From a credential to its caller."""

import time
from typing import Protocol

from sqlalchemy import Connection

from modelyard.server.identity.caller import LOCAL_USER_ID, Caller, Credential
from modelyard.server.kernel.errors import Unauthenticated

_CACHE_SECONDS = 1.0
"""So long a process may believe what it looked up: a right that was taken away in another one ends within it."""
_MAX_CACHED = 10_000


class Identities(Protocol):
    """Knows who has which credential. The composition root gets one."""

    def find_caller(self, connection: Connection, credential: Credential) -> Caller | None:
        """The caller, or None when nobody has the credential. Called in the unit of work that serves a request."""


class LocalIdentities:
    """The loopback default: everyone on this machine is its local administrator, whatever they present."""

    _local = Caller(LOCAL_USER_ID, "local", is_admin=True)

    def find_caller(self, connection: Connection, credential: Credential) -> Caller | None:  # noqa: ARG002 - the seam
        return self._local


class CallerCache:
    """Callers by what they presented, for a second. Any thread may use it."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._callers: dict[Credential, tuple[Caller, float]] = {}

    def find(self, connection: Connection, credential: Credential) -> Caller:
        """:raises Unauthenticated: nobody has the credential."""
        now = time.monotonic()
        cached = self._callers.get(credential)
        if cached is not None and now < cached[1]:
            return cached[0]
        caller = self._identities.find_caller(connection, credential)
        if caller is None:
            self._callers.pop(credential, None)
            raise Unauthenticated(
                "Who is calling is not known: the request has no token, or one that is not valid.",
                hint="Send `Authorization: Bearer <token>`.",
            )
        if len(self._callers) >= _MAX_CACHED:
            self._callers = {}
        self._callers[credential] = (caller, now + _CACHE_SECONDS)
        return caller

    def clear(self) -> None:
        self._callers = {}
