"""Who may stay connected: nobody keeps a connection by sending nothing, half a request, or reading no answer.

Connections are looked at once in a while, so that a request costs nothing more for being watched.
"""

import asyncio
import ipaddress
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Protocol

MAX_CONNECTIONS = 10_000


class Phase(Enum):
    """What a connection waits for. Only what the client owes has a limit of time."""

    IDLE = "the next request, after an answer"
    HEAD = "the first request, or the rest of a head"
    BODY = "more of a body"
    LEAVING = "the rest of a body that is of no interest, because the answer is given"
    READING = "the client to read what is sent"
    ANSWER = "this server"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds without progress in a phase, and how many connections there may be, of all and of one address."""

    idle_seconds: float = 75
    head_seconds: float = 20
    body_seconds: float = 60
    leaving_seconds: float = 5
    reading_seconds: float = 120
    most: int = MAX_CONNECTIONS
    max_per_address: int = MAX_CONNECTIONS // 2

    def seconds(self, phase: Phase) -> float | None:
        return {
            Phase.IDLE: self.idle_seconds,
            Phase.HEAD: self.head_seconds,
            Phase.BODY: self.body_seconds,
            Phase.LEAVING: self.leaving_seconds,
            Phase.READING: self.reading_seconds,
        }.get(phase)


class Watched(Protocol):
    """A connection. `progress` is another value than before whenever the client has done its part."""

    address: str

    def phase(self) -> Phase: ...

    def progress(self, phase: Phase) -> object: ...

    def end(self) -> None: ...


@dataclass(slots=True)
class _Seen:
    phase: Phase
    progress: object
    since: float


class Watch:
    """The connections of a server."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        waits = (seconds for phase in Phase if (seconds := limits.seconds(phase)) is not None)
        self._interval = min(1.0, min(waits) / 8)
        self._seen: dict[Watched, _Seen | None] = {}
        self._by_owner: dict[str, dict[Watched, None]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def admit(self, connection: Watched) -> bool:
        """Whether a new connection may stay. It does if one that nobody works on, the oldest first, can go for it."""
        mine = self._by_owner.setdefault(owner_of(connection.address), {})
        is_full = len(mine) >= self._limits.max_per_address
        if is_full or len(self._seen) >= self._limits.most:
            unused = next((other for other in (mine if is_full else self._seen) if _is_unused(other)), None)
            if unused is None:
                return False
            self.forget(unused)
            unused.end()
        self._by_owner.setdefault(owner_of(connection.address), mine)[connection] = None
        self._seen[connection] = None
        if self._timer is None:
            self._look_later()
        return True

    def forget(self, connection: Watched) -> None:
        """It is closed, or about to be."""
        if connection not in self._seen:
            return
        del self._seen[connection]
        owner = owner_of(connection.address)
        del self._by_owner[owner][connection]
        if not self._by_owner[owner]:
            del self._by_owner[owner]

    def _look_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._interval, self._look)

    def _look(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        for connection in list(self._seen):
            self._look_at(connection, now)
        if self._seen:
            self._look_later()

    def _look_at(self, connection: Watched, now: float) -> None:
        phase = connection.phase()
        progress = connection.progress(phase)
        seen = self._seen[connection]
        if seen is None or (seen.phase, seen.progress) != (phase, progress):
            self._seen[connection] = _Seen(phase, progress, now)
            return
        limit = self._limits.seconds(phase)
        if limit is not None and now - seen.since >= limit - self._interval / 2:
            self.forget(connection)
            connection.end()


def _is_unused(connection: Watched) -> bool:
    return connection.phase() in (Phase.IDLE, Phase.HEAD, Phase.LEAVING)


@lru_cache(maxsize=4096)
def owner_of(address: str) -> str:
    """Who has an address: whoever has one of IPv6 has the 2**64 beside it, too."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.IPv6Network((parsed, 64), strict=False))
    return str(parsed)
