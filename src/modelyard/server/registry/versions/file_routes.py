"""Parts of a version: files, reports, log and curves."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import Connection

from modelyard.server.access.scope import Scope
from modelyard.server.db import Database, Db
from modelyard.server.kernel.errors import NotFound
from modelyard.server.kernel.routing import Router
from modelyard.server.registry.models.parameters import ModelName
from modelyard.server.registry.models.routes import MayRead
from modelyard.server.registry.versions import contents, curves, files, log, queries
from modelyard.server.registry.versions.archive import zip_model
from modelyard.server.registry.versions.parameters import FilePath, VersionNumber
from modelyard.server.storage import FileStore, StoredFile
from modelyard.server.storage.dependency import Files
from modelyard.server.storage.responses import content_disposition, file_response
from modelyard.wire.models import Curves, LogPage, VersionFile
from modelyard.wire.reports import EvaluationReport, ExplanationReport

router = Router(prefix="/projects/{project}/models/{model}/versions/{number}", tags=["versions"])

_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_LINES_A_READ = 5000


@router.get("/files")
async def list_version_files(model: ModelName, number: VersionNumber, access: MayRead) -> list[VersionFile]:
    """The version's files by path; of a registered version those at its source, when this server keeps them."""

    def read(connection: Connection, scope: Scope) -> list[VersionFile]:
        key = queries.get_key(connection, scope.project_id, model, number)
        return [file for file, _ in contents.list_contents(connection, scope.project_id, key)]

    return await access.read(read)


@router.get(
    "/files/{path:path}",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": _BINARY}}},
)
async def get_version_file(
    model: ModelName,
    number: VersionNumber,
    path: FilePath,
    request: Request,
    store: Files,
    access: MayRead,
) -> Response:
    """One file's bytes; resumable by Range."""

    def read(connection: Connection, scope: Scope) -> StoredFile:
        key = queries.get_key(connection, scope.project_id, model, number)
        return contents.get_content(connection, scope.project_id, key, path)

    file = await access.read(read)
    name = path.rpartition("/")[2]
    return file_response(store, file, request.headers, media_type="application/octet-stream", download_name=name)


@router.get(
    "/download",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": _BINARY}}},
)
async def download_version(model: ModelName, number: VersionNumber, store: Files, access: MayRead) -> StreamingResponse:
    """The MLflow model folder as a zip file."""

    def read(connection: Connection, scope: Scope) -> tuple[queries.VersionKey, list[tuple[VersionFile, str]]]:
        key = queries.get_key(connection, scope.project_id, model, number)
        return key, contents.list_contents(connection, scope.project_id, key, files.MODEL_FOLDER)

    key, model_files = await access.read(read)
    if not model_files:
        raise NotFound(f"Version {key.number} of {model!r} has no model files here.", hint=contents.why_nothing(key))
    name = f"{model}-{key.number}"
    chunks, size = zip_model(store, model_files, name)
    headers = {"Content-Disposition": content_disposition(f"{name}.zip"), "Content-Length": str(size)}
    return StreamingResponse(chunks, media_type="application/zip", headers=headers)


@router.get("/evaluation")
async def get_version_evaluation(
    model: ModelName, number: VersionNumber, database: Db, store: Files, access: MayRead
) -> EvaluationReport:
    """The evaluation report; 404 until the version has been evaluated."""
    scope = await access.scope()
    raw = await _read_report(database, store, scope.project_id, model, number, files.EVALUATION_REPORT)
    return EvaluationReport.model_validate_json(raw)


@router.get("/explanation")
async def get_version_explanation(
    model: ModelName, number: VersionNumber, database: Db, store: Files, access: MayRead
) -> ExplanationReport:
    """The explanation; 404 until there is one."""
    scope = await access.scope()
    raw = await _read_report(database, store, scope.project_id, model, number, files.EXPLANATION_REPORT)
    return ExplanationReport.model_validate_json(raw)


@router.get("/curves")
async def get_version_curves(
    model: ModelName,
    number: VersionNumber,
    access: MayRead,
    max_points: Annotated[int, Query(ge=4, le=10_000, description="Of each curve; more are thinned out.")] = 500,
    key: Annotated[str | None, Query(description="Only this metric, e.g. `validation_log_loss`.")] = None,
) -> Curves:
    """The learning curves. Thinning keeps every peak that can be seen."""

    def read(connection: Connection, scope: Scope) -> Curves:
        version = queries.get_key(connection, scope.project_id, model, number)
        return curves.read_curves(connection, version, key=key, max_points=max_points)

    return await access.read(read)


@router.get("/log")
async def get_version_log(
    model: ModelName,
    number: VersionNumber,
    access: MayRead,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="`next_after` of the page before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000, description="The most lines to answer.")] = 1000,
    search: Annotated[str | None, Query(description="Only lines that contain this.", max_length=500)] = None,
) -> LogPage:
    """Lines of the log in order."""

    def read(connection: Connection, scope: Scope) -> LogPage:
        version = queries.get_key(connection, scope.project_id, model, number)
        return log.read_log(
            connection, version.id, after=after, limit=limit, search=search, line_count=version.log_line_count
        )

    return await access.read(read)


@router.get(
    "/log/download",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def download_version_log(
    model: ModelName, number: VersionNumber, database: Db, access: MayRead
) -> StreamingResponse:
    """The whole log as text, each line with its time."""
    key = await access.read(lambda connection, scope: queries.get_key(connection, scope.project_id, model, number))
    headers = {"Content-Disposition": content_disposition(f"{key.model}-{key.number}.log")}
    return StreamingResponse(_log_text(database, key.id), media_type="text/plain; charset=utf-8", headers=headers)


async def _log_text(database: Database, version_id: int) -> AsyncIterator[str]:
    after = 0

    def read(connection: Connection) -> list[tuple[int, str]]:
        return list(log.read_text(connection, version_id, after, _LINES_A_READ))

    while lines := await database.read(read):
        after = lines[-1][0]
        yield "".join(text for _, text in lines)


async def _read_report(
    database: Database, store: FileStore, project_id: int, model: str, number: queries.Number, path: str
) -> bytes:
    def read(connection: Connection) -> StoredFile:
        return files.get_file(connection, queries.get_key(connection, project_id, model, number).id, path)

    return await store.read_checked(await database.read(read))
