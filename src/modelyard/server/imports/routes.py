"""Imports."""

from typing import Annotated

from fastapi import Depends, Path, Query, Request
from sqlalchemy import Connection
from starlette.requests import ClientDisconnect

from modelyard.server.access.guards import ProjectAccess, project_guard
from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import Scope
from modelyard.server.db import Db
from modelyard.server.db.raw import Raw
from modelyard.server.imports import queries, service
from modelyard.server.imports.receiving import receive_lines
from modelyard.server.imports.service import ImportTarget
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.routing import Router
from modelyard.server.projects.routes import PageToken
from modelyard.wire.base import Page
from modelyard.wire.imports import (
    Import,
    ImportCounts,
    ImportedItem,
    ImportFinish,
    ImportResult,
    ImportStart,
    ItemKind,
)

router = Router(prefix="/projects/{project}/imports", tags=["imports"])

MayRead = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_IMPORTS_READ))]
MayWrite = Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_IMPORTS_WRITE))]
ImportId = Annotated[
    str, Path(alias="import_id", description="The import's id.", examples=["9f0c7d6a3b5e4f1d8c2a7b6e5d4c3b2a"])
]

_LINES = {
    "requestBody": {
        "required": True,
        "content": {"application/x-ndjson": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("")
async def list_imports(access: MayRead) -> list[Import]:
    """Imports into the project, newest first."""
    return await access.read(lambda connection, scope: queries.list_imports(Raw(connection), scope.project_id))


@router.post("", status_code=201)
async def start_import(body: ImportStart, access: MayWrite) -> Import:
    """Begins an import, or goes on with the one of the same source."""
    return await access.write(
        lambda connection, scope: service.start_import(connection, scope.actor, scope.project_id, body.source)
    )


@router.get("/{import_id}")
async def get_import(import_id: ImportId, access: MayRead) -> Import:
    """One import."""
    return await access.read(
        lambda connection, scope: queries.to_import(queries.get_import(Raw(connection), scope.project_id, import_id))
    )


@router.post("/{import_id}/records", openapi_extra=_LINES)
async def add_import_records(import_id: ImportId, request: Request, database: Db, access: MayWrite) -> ImportResult:
    """Takes lines of JSON, one object a line, and writes them in bulk with their ids and times.

    A line that was sent before changes nothing, so whatever got no answer may be sent again. Lines that cannot be used
    are named in the answer; the others are kept.
    """

    def enter(connection: Connection) -> ImportTarget:
        scope = access.enter(connection)
        row = queries.get_import(Raw(connection), scope.project_id, import_id)
        return ImportTarget(row.id, scope.project_id, scope.project, scope.actor)

    await database.read(enter)  # before the first line comes
    try:
        return await receive_lines(database, enter, import_id, request.stream())
    except ClientDisconnect as error:
        raise InvalidArgument(
            "The request ended early. The lines that had arrived were kept; send all of them again."
        ) from error


@router.get("/{import_id}/items")
async def list_import_items(
    import_id: ImportId,
    access: MayRead,
    kind: Annotated[ItemKind, Query(description="What to list.", examples=["run"])],
    limit: Annotated[int, Query(ge=1, le=10_000, description="The most items to answer.")] = 1000,
    page_token: PageToken = None,
) -> Page[ImportedItem]:
    """Objects of a kind that the import brought, with the fingerprints that were sent."""

    def unit(connection: Connection, scope: Scope) -> Page[ImportedItem]:
        row = queries.get_import(Raw(connection), scope.project_id, import_id)
        return queries.list_items(Raw(connection), row.id, kind, limit=limit, page_token=page_token)

    return await access.read(unit)


@router.get("/{import_id}/counts")
async def count_import(
    import_id: ImportId,
    access: MayRead,
    experiment: Annotated[list[int] | None, Query(description="Only in these experiments of the project.")] = None,
    model: Annotated[list[str] | None, Query(description="Only of these models.")] = None,
) -> ImportCounts:
    """Counts what is here of the import, in the objects themselves."""

    def unit(connection: Connection, scope: Scope) -> ImportCounts:
        row = queries.get_import(Raw(connection), scope.project_id, import_id)
        counts = queries.count_imported(Raw(connection), scope.project_id, row.id, experiment, model)
        return ImportCounts(counts=counts)

    return await access.read(unit)


@router.post("/{import_id}/finish")
async def finish_import(import_id: ImportId, body: ImportFinish, access: MayWrite) -> Import:
    """Keeps the report of an import that has come to its end."""
    return await access.write(
        lambda connection, scope: service.finish_import(
            connection, scope.actor, scope.project_id, scope.project, import_id, body.report
        )
    )
