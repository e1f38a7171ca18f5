"""What an engine is: a place where workers run. It knows nothing of what they do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

Pool = Literal["batch", "interactive"]
"""`batch`: work that may wait its turn. `interactive`: somebody waits for the answer."""


class LaunchFailed(Exception):
    """The worker could not be started. `may_wait`: it was for want of space, so the job waits until there is some."""

    def __init__(self, message: str, *, may_wait: bool) -> None:
        super().__init__(message)
        self.may_wait = may_wait


@dataclass(frozen=True, slots=True)
class Launch:
    """What an engine has to know of a worker that it is to start."""

    job_id: str
    attempt: int
    token: str
    memory_limit_bytes: int | None
    cpu_limit: int | None


class WorkerProcess(NamedTuple):
    """What tells a worker that was started from all others, also to the engine of a later server."""

    process_id: int
    started_at: float
    """Seconds since the machine started, which stay when its clock is set."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One attempt at a job, as its row says; without a process when none was noted."""

    job_id: str
    attempt: int
    host: str | None
    process_id: int | None
    started_at: float | None
    memory_limit_bytes: int | None


@dataclass(frozen=True, slots=True)
class Observation:
    """`is_known`: the process runs, or ran, where this engine can look, so that looking for it says something."""

    is_known: bool
    is_alive: bool
    memory_bytes: int | None
    memory_limit_bytes: int | None = None
    exit_reason: str = ""
    """How the process ended, as a sentence, when that can be learned."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much work the engine takes, and how much of it one job may use. None stands for no limit."""

    slots: Mapping[Pool, int]
    processors: int
    cpu_limit: int | None
    memory_limit_bytes: int | None

    def threads(self, requested: int | None) -> int:
        """How many threads a job computes with: as many as it asks for, at most what the engine allows."""
        allowed = self.cpu_limit or max(1, self.processors // self.slots["batch"])
        return min(requested or allowed, self.cpu_limit or self.processors)

    def memory_limit_of(self, requested: int | None) -> int | None:
        """The smaller of what the job asks for and what the engine allows."""
        limits = [limit for limit in (requested, self.memory_limit_bytes) if limit is not None]
        return min(limits, default=None)


@dataclass(frozen=True, slots=True)
class EngineDescription:
    name: str
    kind: Literal["local"]
    host: str
    """Where its workers run; written beside their process ids."""


class Engine(Protocol):
    """Called from threads, one call at a time, but for `capacity` and `describe`."""

    def launch(self, launch: Launch) -> WorkerProcess:
        """Starts a worker, apart from the server so that it lives on when the server ends.

        :raises LaunchFailed: there is no worker.
        """

    def observe(self, workers: Sequence[Worker]) -> Mapping[str, Observation]:
        """Looks for workers; answers by job id. What the engine keeps of workers that are not named may go."""

    def stop(self, worker: Worker, *, at_once: bool) -> None:
        """Ends a worker with all that it has started; one that is gone is fine."""

    def read_output(self, worker: Worker) -> list[str]:
        """The last lines that a worker wrote to its standard output and error."""

    def capacity(self) -> Capacity: ...

    def describe(self) -> EngineDescription: ...
