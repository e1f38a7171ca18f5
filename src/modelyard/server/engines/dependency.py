"""How a route gets at the jobs."""

from typing import Annotated, cast

from fastapi import Depends, Request

from modelyard.server.engines.supervisor import Supervisor


def _supervisor(request: Request) -> Supervisor:
    return cast("Supervisor", request.app.state.jobs)


Jobs = Annotated[Supervisor, Depends(_supervisor)]
