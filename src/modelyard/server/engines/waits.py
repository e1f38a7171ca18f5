"""How long jobs have been as they are, by a clock that nobody can set."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from modelyard.server.engines.queries import JobRow


def machine_seconds() -> float:
    """Seconds since the machine started, suspends included. The time of day may jump; this goes on."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


@dataclass(frozen=True, slots=True)
class Waited:
    """Seconds that something has not happened, as this server saw it."""

    silent: float
    """Since the worker spoke, or its job was started, or this server began to hear workers."""
    unchanged: float
    """Since the job came into its state, or was canceled."""


class _Seen(NamedTuple):
    value: tuple[object, ...]
    at: float


class Waits:
    """Looks at the rows of jobs again and again, and remembers when it first saw what they say now.

    What a row says is only compared, never counted from: times of day in it may be an hour off.
    """

    def __init__(self) -> None:
        self._now = self._heard_since = machine_seconds()
        self._spoken: dict[str, _Seen] = {}
        self._changed: dict[str, _Seen] = {}

    def begin_again(self) -> None:
        """Nobody could be heard until now, so silence until now says nothing about any worker."""
        self._heard_since = machine_seconds()

    def see(self, jobs: Sequence[JobRow]) -> None:
        self._now = now = machine_seconds()
        self._spoken = {job.id: _seen(self._spoken.get(job.id), _speech(job), now) for job in jobs}
        self._changed = {job.id: _seen(self._changed.get(job.id), _phase(job), now) for job in jobs}

    def of(self, job: JobRow) -> Waited:
        """For a job that was seen, as of when it was seen: a machine may be suspended since."""
        return Waited(
            silent=self._now - max(self._spoken[job.id].at, self._heard_since),
            unchanged=self._now - self._changed[job.id].at,
        )


def has_spoken_since(job: JobRow, current: JobRow) -> bool:
    """Whether the worker has said something between two readings of its job."""
    return _speech(job) != _speech(current)


def _speech(job: JobRow) -> tuple[object, ...]:
    return job.attempt, job.state, job.heartbeat_at, job.report_sequence


def _phase(job: JobRow) -> tuple[object, ...]:
    return job.attempt, job.state, job.cancel_requested_at is not None


def _seen(before: _Seen | None, value: tuple[object, ...], now: float) -> _Seen:
    return before if before is not None and before.value == value else _Seen(value, now)
