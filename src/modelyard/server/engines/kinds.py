"""What an engine's supervisor asks of whoever gave it a job. What a job means is the business of its owner alone."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import Connection

from modelyard.server.engines.engine import Pool
from modelyard.server.engines.log import append_lines
from modelyard.server.engines.queries import JobRow
from modelyard.wire.jobs import JobReport

LossCode = Literal["worker_lost", "out_of_memory", "never_started"]


@dataclass(frozen=True, slots=True)
class Loss:
    """A worker that is gone without having said how its job ended."""

    code: LossCode
    """`never_started`: there was no process, so no attempt was made."""
    message: str
    output: Sequence[str] = ()
    """The last lines that the process wrote to its standard output and error."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ended: as its worker said, as someone wished, or because the worker was lost."""

    outcome: Literal["Ready", "Failed", "Canceled"]
    error_code: str | None = None
    error_message: str | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    """What the worker has found out, as it said it: to be checked."""
    loss: Loss | None = None


class JobOwner(ABC):
    """Says what the jobs of a kind mean.

    Methods with a connection are called within the transaction in which the job changes, and must leave the job's own
    row alone; the others are called after the commit, on the event loop.
    """

    @abstractmethod
    def make_spec(self, connection: Connection, job: JobRow, threads: int) -> BaseModel:
        """What the worker gets when it claims the job; it may claim it again."""

    @abstractmethod
    def end(self, connection: Connection, job: JobRow, ending: Ending, now: int) -> None:
        """The job ends. An error that this raises is the worker's answer, and the job does not end."""

    def begin(self, connection: Connection, job: JobRow) -> None:  # noqa: B027 - most kinds need not know
        """The job leaves the queue."""

    def take_report(self, connection: Connection, job: JobRow, report: JobReport, now: int) -> None:
        """The worker has reported something new; its step and progress are on the job's row already."""
        del now
        append_lines(connection, job.id, report.log)

    def retry(self, connection: Connection, job: JobRow, loss: Loss, now: int) -> None:  # noqa: B027 - as above
        """The worker is lost and the job goes back into the queue: what the attempt has left is to go."""

    def find_gone(self, connection: Connection, jobs: Sequence[JobRow]) -> set[str]:
        """The ids of those jobs whose subject is no more. They are ended, and `end` is not called."""
        del connection, jobs
        return set()

    def should_stop(self, job_id: str) -> bool:
        """Whether the worker is to end, asked with each of its reports."""
        del job_id
        return False

    def ended(self, job: JobRow, ending: Ending) -> None:  # noqa: B027 - as above
        """The job has ended."""

    def make_room(self) -> None:  # noqa: B027 - as above
        """Jobs wait for a slot: a worker that nobody needs now should stop."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """`priority`: of the jobs that wait for a slot of the same pool, those of a higher one go first."""

    name: str
    owner: JobOwner
    pool: Pool = "batch"
    priority: int = 0
    ends_with_server: bool = False
    """Its workers only answer this server, and are of no use without it."""


class JobKinds:
    """The kinds of jobs that this server knows, by name."""

    def __init__(self, kinds: Sequence[JobKind]) -> None:
        self._kinds = {kind.name: kind for kind in kinds}
        if len(self._kinds) != len(kinds):
            raise ValueError("two kinds of jobs have one name")

    def __iter__(self) -> Iterator[JobKind]:
        return iter(self._kinds.values())

    def find(self, name: str) -> JobKind | None:
        """None for jobs that a newer server has left: they wait for it."""
        return self._kinds.get(name)

    def owner_of(self, job: JobRow) -> JobOwner:
        return self._kinds[job.kind].owner
