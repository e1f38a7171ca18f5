"""Work that nobody waits for any more ends."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request

Result = TypeVar("Result")
UntilDisconnect = Callable[[Awaitable[Result]], Awaitable[Result]]


async def until_disconnect(request: Request, work: Awaitable[Result]) -> Result:
    """Awaits the work, and cancels it when the client leaves. The request's body must have been read.

    :raises ClientDisconnect: the client left.
    """
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        leaving.cancel()
        working.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
