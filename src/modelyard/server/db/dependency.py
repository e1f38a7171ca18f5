"""How a route gets at the database."""

from typing import Annotated, cast

from fastapi import Depends, Request

from modelyard.server.db.database import Database


def _database(request: Request) -> Database:
    return cast("Database", request.app.state.database)


Db = Annotated[Database, Depends(_database)]
