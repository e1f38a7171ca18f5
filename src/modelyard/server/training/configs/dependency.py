"""How a route gets at what is known of leaks in the data."""

from typing import Annotated, cast

from fastapi import Depends, Request

from modelyard.server.training.configs.leaks import LeakFinder


def _leak_finder(request: Request) -> LeakFinder:
    return cast("LeakFinder", request.app.state.leak_finder)


Leaks = Annotated[LeakFinder, Depends(_leak_finder)]
