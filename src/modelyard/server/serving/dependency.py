"""How a route gets at the broker."""

from typing import Annotated, cast

from fastapi import Depends, Request

from modelyard.server.serving.broker import PredictionBroker


def _broker(request: Request) -> PredictionBroker:
    return cast("PredictionBroker", request.app.state.predictions)


Broker = Annotated[PredictionBroker, Depends(_broker)]
