"""Pins of a model over HTTP."""

from typing import cast

from fastapi import Request

from modelyard.server.db import Db
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.routing import Router
from modelyard.server.registry.models.parameters import ModelName
from modelyard.server.registry.models.queries import find_model
from modelyard.server.registry.models.routes import MayRead
from modelyard.server.registry.pins import queries
from modelyard.server.registry.pins.noting import PinLog
from modelyard.wire.pins import Pin

router = Router(prefix="/projects/{project}/models/{model}", tags=["models"])


@router.get("/pins")
async def list_pins(request: Request, model: ModelName, database: Db, access: MayRead) -> list[Pin]:
    """Names by which versions of the model were asked for, by whom, and when last; at most 1,000 of 180 days."""
    await access.scope()
    await cast("PinLog", request.app.state.pins).flush(database)
    return await access.read(
        lambda connection, scope: queries.list_pins(Raw(connection), find_model(connection, scope.project_id, model).id)
    )
