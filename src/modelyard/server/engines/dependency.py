"""How a route gets at the engine."""

from typing import Annotated, cast

from fastapi import Depends, Request

from modelyard.server.engines.local.engine import LocalEngine


def _engine(request: Request) -> LocalEngine:
    return cast("LocalEngine", request.app.state.engine)


Engine = Annotated[LocalEngine, Depends(_engine)]
