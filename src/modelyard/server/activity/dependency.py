"""How a route gets at the hub of live events."""

from typing import Annotated, cast

from fastapi import Depends, Request

from modelyard.server.activity.events import Hub


def _hub(request: Request) -> Hub:
    return cast("Hub", request.app.state.hub)


Events = Annotated[Hub, Depends(_hub)]
