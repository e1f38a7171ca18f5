"""The guard of the worker protocol: a token for one job alone, and the routes of its kind."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request
from sqlalchemy import Connection

from modelyard.server.access.guards import GUARD
from modelyard.server.engines.queries import JobRow
from modelyard.server.engines.service import authenticate, require_lease
from modelyard.server.kernel.errors import PermissionDenied, Unauthenticated

ANY_KIND = "any"


@dataclass(frozen=True, slots=True)
class WorkerCredential:
    """What a worker presents. It is checked in the transaction that uses it: a lease may be lost at any moment."""

    job_id: str
    token: str
    kind: str
    """The kind of jobs whose workers may use the route."""

    def find_job(self, connection: Connection, *, lock: bool = True) -> JobRow:
        """The job, for writing; it may have ended.

        :raises Unauthenticated: the token is not one of the job's.
        :raises LeaseLost: a later attempt has the job.
        :raises PermissionDenied: the route is for workers of another kind.
        """
        job = authenticate(connection, self.job_id, self.token, lock=lock)
        if self.kind not in (ANY_KIND, job.kind):
            raise PermissionDenied(f"This is for workers of the kind {self.kind!r}; this job's is {job.kind!r}.")
        return job

    def require_job(self, connection: Connection, *, lock: bool = True) -> JobRow:
        """As `find_job`, for a job that has not ended.

        :raises LeaseLost: also when the job has ended.
        """
        return require_lease(self.find_job(connection, lock=lock))


def worker_guard(kind: str) -> Callable[..., Awaitable[WorkerCredential]]:
    """A dependency that answers the credential of a worker of this kind."""

    async def guard(
        request: Request,
        job_id: Annotated[
            str, Path(max_length=64, description="The job, as the worker was told.", examples=["b3f1c2d4"])
        ],
    ) -> WorkerCredential:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("A worker must send its job's token as `Authorization: Bearer <token>`.")
        return WorkerCredential(job_id, token.strip(), kind)

    setattr(guard, GUARD, f"job:{kind}")
    return guard


AnyWorker = Annotated[WorkerCredential, Depends(worker_guard(ANY_KIND))]
