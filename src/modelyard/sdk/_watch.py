"""Listening to the server's event stream, across lost connections and restarts of the server."""

import json
import time
from collections.abc import Iterator, Sequence

import httpx
from httpx_sse import EventSource, SSEError
from pydantic import TypeAdapter

from modelyard.sdk._errors import ServerUnreachableError, UnavailableError, UnexpectedAnswerError
from modelyard.sdk._http import Http, api_path
from modelyard.wire import events as wire

SILENCE_SECONDS = 20.0
"""The server sends a keep-alive more often than this; a longer silence is a lost connection."""

_EVENT: TypeAdapter[wire.Event] = TypeAdapter(wire.Event)


def watch(
    http: Http,
    project: str,
    topics: Sequence[str],
    *,
    silence_seconds: float = SILENCE_SECONDS,
    offline_timeout_seconds: float | None = None,
) -> Iterator[wire.Event | None]:
    """Events of `topics` as they happen, without end.

    None stands for a (new) connection, and for `silence_seconds` without a word: events may have been missed, so fetch
    again. Raises ServerUnreachableError when the server stays away for `offline_timeout_seconds` (else the client's).
    """
    offline_timeout = http.retry.offline_timeout_seconds if offline_timeout_seconds is None else offline_timeout_seconds
    lost_at: float | None = None
    attempt = 0
    while True:
        try:
            for event in _listen(http, project, topics, silence_seconds):
                lost_at, attempt = None, 0
                yield event
        except (ServerUnreachableError, UnavailableError):
            now = time.monotonic()
            lost_at = lost_at or now
            if now - lost_at > offline_timeout:
                raise
        http.sleep(http.retry.delay(attempt))
        attempt += 1


def _listen(http: Http, project: str, topics: Sequence[str], silence_seconds: float) -> Iterator[wire.Event | None]:
    headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
    path = api_path("projects", project, "events")
    with http.stream(
        "GET", path, params={"topic": list(topics)}, headers=headers, read_timeout_seconds=silence_seconds
    ) as response:
        yield None
        try:
            for message in EventSource(response).iter_sse():
                if message.event == "message" and json.loads(message.data).get("type") in wire.EVENT_TYPES:
                    yield _EVENT.validate_json(message.data)
        except httpx.TransportError:
            # Silence or a cut: the caller fetches again after the next connection.
            return
        except (SSEError, ValueError) as error:
            raise UnexpectedAnswerError(f"the event stream at {response.request.url} is not one: {error}") from error
