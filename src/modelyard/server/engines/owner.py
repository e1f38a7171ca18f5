"""What an engine asks of whoever gave it a job. Engines know processes; what a job means is not their business."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from modelyard.server.engines.queries import JobRow


@dataclass(frozen=True, slots=True)
class Loss:
    """A worker that is gone without having said how its job ended."""

    code: str
    """`worker_lost`, `out_of_memory` or `never_started` (no process: no attempt was made)."""
    message: str
    output: Sequence[str]
    """The last lines that the process wrote to its standard output and error."""


class JobOwner(Protocol):
    """Called within the engine's transactions, except for `ended` and `make_room`."""

    def starting(self, connection: Connection, job: JobRow) -> None:
        """The job leaves the queue."""

    def lost(self, connection: Connection, job: JobRow, loss: Loss, now: int) -> None:
        """Must end the job or put it back into the queue."""

    def ended(self, job: JobRow, loss: Loss) -> None:
        """After the commit of `lost`, on the event loop."""

    def make_room(self) -> None:
        """More prediction workers are wanted than there may be: one that nobody needs now should stop."""
