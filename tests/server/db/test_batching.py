"""The thread that takes together what waits together."""

import asyncio
import time
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection

from modelyard.server.db.batching import BatchThread, Pending

WORK_SECONDS = 0.02


class Log:
    """What a thread did: how many at once, and when."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def do(self, batch: list[Pending]) -> None:
        time.sleep(WORK_SECONDS)
        self.sizes.append(len(batch))
        for pending in batch:
            pending.result = pending.item


def _work(_connection: Connection, items: Sequence[int]) -> Sequence[int]:
    return items


async def _ask(thread: BatchThread, times: int) -> None:
    for number in range(times):
        assert await thread.submit(_work, number) == number


def test_callers_who_ask_again_are_answered_together():
    log = Log()
    thread = BatchThread("test", log.do)

    async def run() -> None:
        await asyncio.gather(*(_ask(thread, 20) for _ in range(8)))

    asyncio.run(run())
    thread.close()
    assert sum(log.sizes) == 160
    # Were they not waited for, they would fall into two groups that take turns.
    assert log.sizes.count(8) >= 15


@pytest.mark.parametrize("remaining", [1, 3])
def test_those_who_stay_do_not_wait_long_for_those_who_left(remaining: int):
    log = Log()
    thread = BatchThread("test", log.do)

    async def run() -> float:
        await asyncio.gather(*(_ask(thread, 3) for _ in range(8)))
        began = time.perf_counter()
        await asyncio.gather(*(_ask(thread, 10) for _ in range(remaining)))
        return time.perf_counter() - began

    seconds = asyncio.run(run())
    thread.close()
    assert sum(log.sizes) == 24 + 10 * remaining
    assert seconds < 10 * WORK_SECONDS * 3


def test_closing_finishes_what_is_queued():
    log = Log()
    thread = BatchThread("test", log.do)

    async def run() -> list[int]:
        asked = [asyncio.ensure_future(thread.submit(_work, number)) for number in range(5)]
        await asyncio.sleep(0)
        await asyncio.to_thread(thread.close)
        return await asyncio.gather(*asked)

    assert asyncio.run(run()) == list(range(5))
