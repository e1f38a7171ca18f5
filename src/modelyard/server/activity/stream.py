"""Live events as a server-sent-event response."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable

from fastapi.responses import StreamingResponse

from modelyard.server.activity.events import Hub

_KEEP_ALIVE_SECONDS = 15.0


class EventStreamResponse(StreamingResponse):
    """One stream per view. It opens with `event: ready`; `event: resync` asks the view to fetch everything again.

    The id of the first says for how many seconds nothing has been written: what the view has read since then need not
    be read again.
    """

    media_type = "text/event-stream"

    def __init__(
        self, hub: Hub, project: str, project_id: int, topics: Iterable[str], quiet_seconds: Callable[[], float]
    ) -> None:
        super().__init__(
            _messages(hub, project, project_id, topics, quiet_seconds),
            headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        )


async def _messages(
    hub: Hub, project: str, project_id: int, topics: Iterable[str], quiet_seconds: Callable[[], float]
) -> AsyncIterator[str]:
    with hub.subscribe(project, project_id, topics) as subscription:
        yield f"event: ready\nid: quiet {quiet_seconds():.3f}\ndata: {{}}\n\n"
        while not subscription.closed:
            try:
                message = await asyncio.wait_for(subscription.queue.get(), _KEEP_ALIVE_SECONDS)
            except TimeoutError:
                yield ": alive\n\n"
                continue
            yield "event: resync\ndata: {}\n\n" if message is None else f"data: {message}\n\n"
