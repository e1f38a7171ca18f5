"""The caller of a request."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request
from starlette.types import Scope


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling. `name` goes into the audit record and `created_by`."""

    name: str
    is_admin: bool


class Identifier:
    """Turns a request into its caller. The loopback default: everyone on this machine is its local administrator.

    Users and tokens replace this object on `app.state.identifier`; no route changes.
    """

    def __init__(self, local_name: str) -> None:
        self._local = Caller(name=local_name, is_admin=True)

    async def identify(self, scope: Scope) -> Caller:  # noqa: ARG002 - the seam for credentials
        return self._local


async def _caller(request: Request) -> Caller:
    return await cast("Identifier", request.app.state.identifier).identify(request.scope)


CurrentCaller = Annotated[Caller, Depends(_caller)]
