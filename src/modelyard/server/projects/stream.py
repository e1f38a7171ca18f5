"""Live events as a server-sent-event response."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection

from fastapi.responses import StreamingResponse

from modelyard.server.access.guards import ProjectAccess
from modelyard.server.access.kinds import all_permissions, permission_of_event, permission_of_topic
from modelyard.server.access.scope import Scope
from modelyard.server.activity.events import LOOK_AGAIN, Hub, Subscription
from modelyard.server.kernel.errors import NotFound, PermissionDenied, Unauthenticated, Unavailable
from modelyard.wire.events import Event

_KEEP_ALIVE_SECONDS = 15.0
_BELIEVED_SECONDS = 1.0


class EventStreamResponse(StreamingResponse):
    """One stream per view. It opens with `event: ready`; `event: resync` asks the view to fetch everything again.

    The id of the first says for how many seconds nothing has been written: what the view has read since then need not
    be read again. The stream ends when the caller's right to any of its topics does.
    """

    media_type = "text/event-stream"

    def __init__(
        self, hub: Hub, rights: "StreamRights", topics: Collection[str], quiet_seconds: Callable[[], float]
    ) -> None:
        super().__init__(
            _messages(hub, rights, topics, quiet_seconds),
            headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        )


class StreamRights:
    """The rights of an open stream's caller. They are looked up again when rights change, and before an event.

    :raises PermissionDenied: the caller may not listen to one of the topics.
    """

    def __init__(self, access: ProjectAccess, scope: Scope, topics: Collection[str]) -> None:
        self._access = access
        self._needed = {permission_of_topic(topic): topic for topic in topics}
        self._permissions = all_permissions(scope)
        self._looked_at = time.monotonic()
        self.scope = scope
        for permission, topic in self._needed.items():
            if permission not in self._permissions:
                raise PermissionDenied(f"To listen to the topic {topic[:100]!r} needs the permission {permission}.")

    def may_see(self, event: Event) -> bool:
        return permission_of_event(event) in self._permissions

    async def hold(self) -> bool:
        """Whether the stream may go on. What was looked up is believed for a second."""
        now = time.monotonic()
        if now - self._looked_at < _BELIEVED_SECONDS:
            return self._needed.keys() <= self._permissions
        try:
            scope = await self._access.scope()
        except (Unauthenticated, NotFound, PermissionDenied):
            return False
        except Unavailable:
            return True  # nothing is committed meanwhile, so nothing is told
        self._looked_at = now
        self._permissions = all_permissions(scope)
        return scope.project_id == self.scope.project_id and self._needed.keys() <= self._permissions

    def watch(self, subscription: Subscription) -> Callable[[], None]:
        """Has the stream look again as soon as rights change. The answer stops that."""

        def changed() -> None:
            self._looked_at = 0.0
            subscription.look_again()

        return self._access.on_change(changed)


async def _messages(
    hub: Hub, rights: StreamRights, topics: Collection[str], quiet_seconds: Callable[[], float]
) -> AsyncIterator[str]:
    project = rights.scope
    with hub.subscribe(project.project, project.project_id, topics, rights.may_see) as subscription:
        unwatch = rights.watch(subscription)
        try:
            yield f"event: ready\nid: quiet {quiet_seconds():.3f}\ndata: {{}}\n\n"
            while not subscription.closed:
                text = await _next(subscription)
                if not await rights.hold():
                    return
                if text:
                    yield text
        finally:
            unwatch()


async def _next(subscription: Subscription) -> str:
    """The next text to send; empty when only the rights are to be looked up again."""
    try:
        message = await asyncio.wait_for(subscription.queue.get(), _KEEP_ALIVE_SECONDS)
    except TimeoutError:
        return ": alive\n\n"
    if message == LOOK_AGAIN:
        return ""
    return "event: resync\ndata: {}\n\n" if message is None else f"data: {message}\n\n"
