"""The guard of the worker protocol: a token for one job alone."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request
from sqlalchemy import Connection

from modelyard.server.access.guards import GUARD
from modelyard.server.engines.queries import JobRow
from modelyard.server.engines.service import authenticate, require_lease
from modelyard.server.kernel.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class WorkerCredential:
    """What a worker presents. It is checked in the transaction that uses it: a lease may be lost at any moment."""

    job_id: str
    token: str

    def find_job(self, connection: Connection) -> JobRow:
        """The job, for writing; it may have ended.

        :raises Unauthenticated: the token is not one of the job's.
        :raises LeaseLost: a later attempt has the job.
        """
        return authenticate(connection, self.job_id, self.token)

    def require_job(self, connection: Connection, *, lock: bool = True) -> JobRow:
        """As `find_job`, for a job that has not ended.

        :raises LeaseLost: also when the job has ended.
        """
        return require_lease(authenticate(connection, self.job_id, self.token, lock=lock))


async def worker_guard(
    request: Request,
    job_id: Annotated[str, Path(max_length=64, description="The job, as the worker was told.", examples=["b3f1c2d4"])],
) -> WorkerCredential:
    """:raises Unauthenticated: there is no bearer token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("A worker must send its job's token as `Authorization: Bearer <token>`.")
    return WorkerCredential(job_id, token.strip())


setattr(worker_guard, GUARD, "job:worker")

Worker = Annotated[WorkerCredential, Depends(worker_guard)]
