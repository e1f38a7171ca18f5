"""Live events: from a committed transaction to the views that are open on this server."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from modelyard.server.activity.changes import Change, Changes
from modelyard.server.db.after_commit import ListenedKinds, after_commit
from modelyard.wire.events import Event

_QUEUE_LENGTH = 1000

LOOK_AGAIN = ""
"""In a view's queue: no event, but the view may have lost its right to events."""

EVERY_PROJECT = "*"
"""In place of a project's name: news of the installation, for views of all projects. No project can have this name."""


@dataclass(frozen=True, slots=True)
class Emission:
    """An event on its way to the views of a project that listen to one of the topics."""

    project: str
    topics: tuple[str, ...]
    event: Event


class Subscription:
    """One open view. `queue` holds encoded events; None means that some were dropped and the view must refetch.

    `may_see` says which events the view's caller may see, whatever topic they are sent on.
    """

    def __init__(self, topics: frozenset[tuple[str, str]], may_see: Callable[[Event], bool]) -> None:
        self.topics = topics
        self.may_see = may_see
        self.closed = False
        self.queue: asyncio.Queue[str | None] = asyncio.Queue(_QUEUE_LENGTH)

    def offer(self, message: str) -> None:
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(None)
        self.queue.put_nowait(message)

    def look_again(self) -> None:
        """The view's rights may have changed."""
        if not self.queue.full():
            self.queue.put_nowait(LOOK_AGAIN)

    def close(self) -> None:
        """The view's stream ends after what it has not read yet."""
        self.closed = True
        if not self.queue.full():
            self.queue.put_nowait(None)


class Hub:
    """The open views, by the topics that they listen to.

    It lives on the event loop's thread; `listened_kinds` may be read on any.
    """

    def __init__(self) -> None:
        self.listened_kinds = ListenedKinds()
        self._subscriptions: dict[tuple[str, str], set[Subscription]] = {}
        self._projects: dict[int, str] = {}
        self._changes = Changes(self._tell)

    @contextmanager
    def subscribe(
        self, project: str, project_id: int, topics: Iterable[str], may_see: Callable[[Event], bool]
    ) -> Iterator[Subscription]:
        subscription = Subscription(frozenset((project, topic) for topic in topics), may_see)
        self._projects[project_id] = project
        for topic in subscription.topics:
            self._subscriptions.setdefault(topic, set()).add(subscription)
        self._note_listened_kinds()
        try:
            yield subscription
        finally:
            for topic in subscription.topics:
                listeners = self._subscriptions[topic]
                listeners.discard(subscription)
                if not listeners:
                    del self._subscriptions[topic]
            self._note_listened_kinds()

    def close(self) -> None:
        """Ends every stream, so that a server that stops need not wait for its views."""
        self._changes.close()
        for listeners in self._subscriptions.values():
            for subscription in listeners:
                subscription.close()

    def publish(self, message: Emission | Change) -> None:
        """Sends an event to every view that listens to one of its topics, once each; a change with others, soon.

        Call on the event loop's thread.
        """
        if isinstance(message, Emission):
            self._send(message)
            return
        project = self._projects.get(message.project_id)
        for topic in message.topics:
            if project is not None and (project, topic) in self._subscriptions:
                self._changes.add(project, topic, message)

    def _tell(self, project: str, topic: str, event: Event) -> None:
        self._send(Emission(project, (topic,), event))

    def _note_listened_kinds(self) -> None:
        self.listened_kinds.kinds = frozenset(topic.partition(":")[0] for _, topic in self._subscriptions)

    def _send(self, emission: Emission) -> None:
        listeners: set[Subscription] = set()
        for topic in emission.topics:
            if emission.project == EVERY_PROJECT:
                listeners.update(*(views for (_, named), views in self._subscriptions.items() if named == topic))
            else:
                listeners |= self._subscriptions.get((emission.project, topic), set())
        readers = [subscription for subscription in listeners if subscription.may_see(emission.event)]
        if readers:
            message = emission.event.model_dump_json()
            for subscription in readers:
                subscription.offer(message)


def emit(connection: Connection, project: str, topics: Iterable[str], event: Event) -> None:
    """Tells open views of a change once it is committed, and never of one that was rolled back."""
    after_commit(connection, Emission(project, tuple(topics), event))
