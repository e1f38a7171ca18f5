"""How a route gets at the store of files."""

from typing import Annotated, cast

from fastapi import Depends, Request

from modelyard.server.storage.store import FileStore


def _store(request: Request) -> FileStore:
    return cast("FileStore", request.app.state.store)


Files = Annotated[FileStore, Depends(_store)]
