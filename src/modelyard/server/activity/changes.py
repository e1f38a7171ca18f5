"""Changes that come by the thousand: gathered for half a second, then told in one event."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from modelyard.wire.events import (
    ActivityRecorded,
    EvaluationDatasetsChanged,
    Event,
    ExperimentsChanged,
    RunsChanged,
    TracesChanged,
)

_GATHER_SECONDS = 0.5
_MAX_LISTED_NAMES = 100

Kind = Literal["experiment", "run", "trace", "evaluation_dataset", "activity"]
Tell = Callable[[str, str, Event], None]
"""Given a project, a topic and an event."""


class Change(NamedTuple):
    """Something named `name` has changed; the views of the project that listen to one of the topics hear of it soon."""

    kind: Kind
    name: str
    project_id: int
    topics: tuple[str, ...]


class Changes:
    """Changes since the last event to the views. Lives on the event loop's thread."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._waiting: dict[tuple[str, str, Kind], dict[str, None]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, project: str, topic: str, change: Change) -> None:
        names = self._waiting.setdefault((project, topic, change.kind), {})
        if len(names) <= _MAX_LISTED_NAMES:
            names[change.name] = None
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_GATHER_SECONDS, self._flush)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _flush(self) -> None:
        waiting, self._waiting, self._timer = self._waiting, {}, None
        for (project, topic, kind), names in waiting.items():
            self._tell(project, topic, _event(kind, names))


def _event(kind: Kind, names: Iterable[str]) -> Event:
    listed = list(names)
    if kind == "run":
        return RunsChanged(run_ids=listed[:_MAX_LISTED_NAMES], truncated=len(listed) > _MAX_LISTED_NAMES)
    if kind == "trace":
        return TracesChanged(trace_ids=listed[:_MAX_LISTED_NAMES], truncated=len(listed) > _MAX_LISTED_NAMES)
    if kind == "evaluation_dataset":
        return EvaluationDatasetsChanged(dataset_ids=listed[:_MAX_LISTED_NAMES])
    if kind == "experiment":
        return ExperimentsChanged(experiment_ids=listed[:_MAX_LISTED_NAMES])
    return ActivityRecorded()
