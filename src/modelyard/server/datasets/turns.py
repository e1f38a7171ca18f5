"""The order in which tables are read. See docs/concepts/datasets.md."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

_AT_ONCE = 3
_LONG_AT_ONCE = 2
_OF_ONE_CALLER = 2
_LONG_OF_ONE_CALLER = 1


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """A turn to read one table. A short one is over soon."""

    caller: str
    is_short: bool
    begins: "asyncio.Future[None]"


class Turns:
    """Few tables are read at once, so that many do not add up to too much memory.

    One place is for short turns alone, and no caller has all places, so a small table never waits long.
    """

    def __init__(self) -> None:
        self._running: set[Turn] = set()
        self._waiting: list[Turn] = []

    @asynccontextmanager
    async def turn(self, caller: str, *, is_short: bool) -> AsyncIterator[None]:
        """Waits for a place, and holds it."""
        turn = Turn(caller, is_short, asyncio.get_running_loop().create_future())
        self._waiting.append(turn)
        self._begin()
        try:
            await turn.begins
            yield
        finally:
            if turn in self._waiting:
                self._waiting.remove(turn)
            self._running.discard(turn)
            self._begin()

    def is_free(self, caller: str, *, is_short: bool) -> bool:
        """Whether a turn of the caller would begin at once."""
        running = [turn for turn in self._running if turn.caller == caller]
        if len(self._running) >= _AT_ONCE or len(running) >= _OF_ONE_CALLER:
            return False
        return is_short or (
            sum(not turn.is_short for turn in self._running) < _LONG_AT_ONCE
            and sum(not turn.is_short for turn in running) < _LONG_OF_ONE_CALLER
        )

    def _begin(self) -> None:
        """Starts turns: the caller with the fewest running comes first, then the one that waited longest."""
        while True:
            free = [turn for turn in self._waiting if self.is_free(turn.caller, is_short=turn.is_short)]
            if not free:
                return
            turn = min(free, key=lambda turn: sum(running.caller == turn.caller for running in self._running))
            self._waiting.remove(turn)
            self._running.add(turn)
            if not turn.begins.done():
                turn.begins.set_result(None)
