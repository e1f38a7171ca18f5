"""The state of the server."""

from typing import Annotated, Literal

from fastapi import Depends, Request
from pydantic import BaseModel

from modelyard._version import __version__
from modelyard.server.access.guards import ServerAccess, server_guard
from modelyard.server.access.permissions import Permission
from modelyard.server.db import Db
from modelyard.server.kernel.routing import Router
from modelyard.server.storage.dependency import Files
from modelyard.wire.projects import ServerInfo

router = Router(tags=["server"])


class Health(BaseModel):
    status: Literal["ok"] = "ok"


async def get_health(database: Db) -> Health:
    """Answers 200 once the server is ready."""
    await database.check()
    return Health()


@router.get("/server")
async def get_server(
    request: Request,
    database: Db,
    store: Files,
    access: Annotated[ServerAccess, Depends(server_guard(Permission.SERVER_INFO_READ))],
) -> ServerInfo:
    """The version of the server and its configuration."""
    await access.caller()
    return ServerInfo(
        version=__version__,
        database="sqlite" if database.is_sqlite else "postgresql",
        storage=store.kind,
        authentication="loopback" if request.app.state.settings.is_loopback else "open",
    )
