"""Artifacts: bytes in and out, streamed, and what is in a folder."""

from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import msgspec
from sqlalchemy import Connection
from starlette.datastructures import Headers, State
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Send
from starlette.types import Scope as RequestScope

from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import Scope
from modelyard.server.access.service import Access
from modelyard.server.artifacts.service import writing
from modelyard.server.db.raw import Raw
from modelyard.server.identity.caller import Credential, credential_of
from modelyard.server.kernel.errors import InvalidArgument, NotFound
from modelyard.server.protocols.mlflow.endpoints import Call, Endpoint, Message, reads
from modelyard.server.protocols.mlflow.errors import missing
from modelyard.server.protocols.mlflow.limits import check_required, check_run_id
from modelyard.server.protocols.mlflow.model_versions import find_storage
from modelyard.server.registry.versions.protocol_files import find_stored as find_stored_file
from modelyard.server.registry.versions.protocol_files import list_version_folder
from modelyard.server.storage import StoredFile
from modelyard.server.storage.responses import content_disposition, file_response
from modelyard.server.traces import client_spans
from modelyard.server.traces.queries import get_trace, spans_of, tags_of
from modelyard.server.traces.service import ARTIFACT_TAG
from modelyard.server.tracking.artifact_files import queries, service
from modelyard.server.tracking.artifact_files.locations import PROXY, inside_proxy
from modelyard.server.tracking.artifact_files.media_types import media_type
from modelyard.server.tracking.artifact_files.owners import require_changeable
from modelyard.server.tracking.artifact_files.paths import check_path
from modelyard.server.tracking.logged_models.queries import get_logged_model
from modelyard.server.tracking.runs.queries import get_run

_ROOTS = ("/api/2.0/mlflow-artifacts/artifacts", "/ajax-api/2.0/mlflow-artifacts/artifacts")
_READ, _WRITE = Permission.PROJECT_EXPERIMENTS_READ, Permission.PROJECT_EXPERIMENTS_WRITE


BY_PATH = ("/get-artifact", "/model-versions/get-artifact")
OF_TRACES = frozenset(f"/ajax-api/{version}/mlflow/get-trace-artifact" for version in ("2.0", "3.0"))

Enter = Callable[[Connection, Permission], Scope]
"""Enters the project for a permission that the caller must have."""


class ListArtifacts(Message):
    run_id: str | None = None
    run_uuid: str | None = None
    path: str | None = None
    page_token: str | None = None


class ListModelArtifacts(Message):
    model_id: str | None = None
    artifact_directory_path: str | None = None
    page_token: str | None = None


class Download(NamedTuple):
    """A file that a request asks for, by the location of its folder and its path in it."""

    root: str
    path: str


def matches(path: str) -> bool:
    """Whether the path is one of this file's."""
    return (
        _below_root(path) is not None
        or _asks_for_file(path)
        or path in OF_TRACES
        or path == "/ajax-api/2.0/mlflow/upload-artifact"
    )


def _below_root(path: str) -> str | None:
    """The path below the address of the proxy; None when it is not below it."""
    for root in _ROOTS:
        if path == root or path.startswith(f"{root}/"):
            return path[len(root) + 1 :]
    return None


def _asks_for_file(path: str) -> bool:
    if path in BY_PATH:
        return True
    return path.startswith("/ajax-api/2.0/mlflow/logged-models/") and path.endswith("/artifacts/files")


async def serve(state: State, project: str, scope: RequestScope, receive: Receive, send: Send) -> None:
    """Answers one request about artifacts; errors are raised before the answer begins."""
    request = Request(scope, receive)
    method, path = scope["method"], scope["path"]

    enter = entering(state, credential_of(scope["headers"]), project)
    inside = _below_root(path)
    if inside is not None:
        inner = check_path(inside)
        if method == "PUT":
            response = await _upload(state, enter, chunks_of(request), inner)
        elif method == "DELETE":
            response = await _delete(state, enter, inner)
        elif not inner:
            response = await _list(state, enter, _query(scope).get("path", ""))
        else:
            response = await _download(state, enter, request, Download(PROXY, inner))
    elif path in OF_TRACES:
        response = await _of_trace(state, enter, request, _query(scope))
    elif method == "POST":
        response = await _upload_to_run(state, enter, request, _query(scope))
    else:
        query = _query(scope)

        def find(connection: Connection) -> Download:
            return _find_download(Raw(connection), enter(connection, _READ).project_id, path, query)

        download = await state.database.read(find)
        response = await _download(state, enter, request, download)
    await response(scope, receive, send)


def entering(state: State, credential: Credential, project: str) -> Enter:
    """How the project is entered in each unit of work."""
    access: Access = state.access

    def enter(connection: Connection, permission: Permission) -> Scope:
        return access.enter(connection, credential, project, permission)

    return enter


def _query(scope: RequestScope) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}


async def _upload(state: State, enter: Enter, chunks: AsyncIterator[bytes], path: str) -> Response:
    if not path:
        raise InvalidArgument("Invalid path: name the file.")
    await put_file(state, enter, path, chunks)
    return Response(b"{}", media_type="application/json")


async def put_file(state: State, enter: Enter, path: str, chunks: AsyncIterator[bytes]) -> None:
    """Stores what comes and makes it visible under a path."""

    def begin(connection: Connection) -> int:
        project_id = enter(connection, _WRITE).project_id
        require_changeable(Raw(connection), project_id, path)
        return project_id

    def add(connection: Connection) -> None:
        service.add_file(Raw(connection), enter(connection, _WRITE).project_id, path, stored)

    # Before the bytes come, and again when they are all here.
    key = service.new_key(await state.database.read(begin))
    async with writing(state.database, key):
        stored = await state.store.write(key, chunks)
        await state.database.write(add)


async def chunks_of(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes.

    :raises InvalidArgument: the client went away, or sent less than it said; nothing is kept.
    """
    said = request.headers.get("content-length")
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            yield chunk
    except ClientDisconnect:
        raise InvalidArgument("The upload ended too early.") from None
    if said is not None and said.isdigit() and int(said) != size:
        raise InvalidArgument(f"The upload has {size} bytes, not the {said} that it announced.")


async def _upload_to_run(state: State, enter: Enter, request: Request, query: dict[str, str]) -> Response:
    run_id = check_run_id(query.get("run_id") or query.get("run_uuid"))
    if not query.get("path"):
        raise missing("path")
    path = check_path(query["path"])
    chunks = chunks_of(request)
    first = await anext(chunks, b"")
    if not first:
        raise missing("data")

    def target(connection: Connection) -> str:
        raw, project_id = Raw(connection), enter(connection, _WRITE).project_id
        return inside_proxy(get_run(raw, project_id, run_id).artifact_uri)

    root = await state.database.read(target)
    return await _upload(state, enter, _joined(first, chunks), f"{root}/{path}")


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk


async def _of_trace(state: State, enter: Enter, request: Request, query: dict[str, str]) -> Response:
    """The spans of a trace as its client keeps them, or a file that is attached to it."""
    trace_id = check_required(query.get("request_id"), "request_id", 1000)
    attached = check_path(query.get("path", ""))

    def find(connection: Connection) -> Download | bytes:
        raw, project_id = Raw(connection), enter(connection, _READ).project_id
        trace = get_trace(raw, project_id, trace_id)
        if trace.has_spans and not attached:
            return client_spans.to_file(trace_id, spans_of(raw, [trace.id])[trace.id])
        root = dict(tags_of(raw, [trace.id])[trace.id])[ARTIFACT_TAG]
        return Download(root, f"attachments/{attached}" if attached else client_spans.FILE_NAME)

    spans = await state.database.read(find)
    if isinstance(spans, Download):
        return await _download(state, enter, request, spans)
    headers = {"Content-Disposition": content_disposition(client_spans.FILE_NAME)}
    return Response(spans, headers=headers, media_type=media_type(client_spans.FILE_NAME))


async def _delete(state: State, enter: Enter, path: str) -> Response:
    def unit(connection: Connection) -> None:
        raw, project_id = Raw(connection), enter(connection, _WRITE).project_id
        service.delete_tree(raw, project_id, path)

    await state.database.write(unit)
    return Response(b"{}", media_type="application/json")


async def _list(state: State, enter: Enter, path: str) -> Response:
    folder = check_path(path)

    def unit(connection: Connection) -> list[dict[str, Any]]:
        raw, project_id = Raw(connection), enter(connection, _READ).project_id
        return _entries(raw, project_id, folder, "")

    files = await state.database.read(unit)
    return Response(msgspec.json.encode({"files": files} if files else {}), media_type="application/json")


async def _download(state: State, enter: Enter, request: Request, download: Download) -> Response:
    path = f"{inside_proxy(download.root)}/{download.path}".strip("/")

    def unit(connection: Connection) -> StoredFile:
        return find_stored(Raw(connection), enter(connection, _READ).project_id, path)

    file = await state.database.read(unit)
    name = path.rpartition("/")[2]
    headers = Headers(scope=request.scope)
    response = file_response(state.store, file, headers, media_type=media_type(name), download_name=name)
    # The bare type: nobody has said in which characters the file is written.
    response.headers["Content-Type"] = media_type(name)
    return response


def find_stored(raw: Raw, project_id: int, path: str) -> StoredFile:
    """:raises NotFound: there is no such file below this server's artifacts."""
    version_file = find_stored_file(raw, project_id, path)
    if version_file is None:
        raise NotFound(f"No such artifact: '{path}'")
    return version_file


def _find_download(raw: Raw, project_id: int, path: str, query: dict[str, str]) -> Download:
    """Reads the older addresses of single files."""
    parameter = "path" if path in BY_PATH else "artifact_file_path"
    requested_path = _required_path(query, parameter)
    if path == "/get-artifact":
        run = get_run(raw, project_id, check_run_id(query.get("run_id") or query.get("run_uuid")))
        return Download(run.artifact_uri, requested_path)
    if path == "/model-versions/get-artifact":
        return Download(find_storage(raw, project_id, query), requested_path)
    model = get_logged_model(raw, project_id, path.split("/")[5])
    return Download(model.artifact_uri, requested_path)


def _required_path(query: dict[str, str], parameter: str) -> str:
    path = check_path(query.get(parameter, ""))
    if not path:
        raise missing(parameter)
    return path


def _entries(raw: Raw, project_id: int, folder: str, relative: str) -> list[dict[str, Any]]:
    prefix = f"{relative}/" if relative else ""
    entries = list_version_folder(raw, project_id, folder) or queries.list_folder(raw, project_id, folder)
    return [
        {"path": prefix + entry.name, "is_dir": True}
        if entry.is_folder
        else {"path": prefix + entry.name, "is_dir": False, "file_size": entry.size_bytes}
        for entry in entries
    ]


def list_artifacts(call: Call, request: ListArtifacts) -> object:
    run = get_run(call.raw, call.project_id, check_run_id(request.run_id or request.run_uuid))
    return _listing(call, run.artifact_uri, request.path)


def list_model_artifacts(call: Call, request: ListModelArtifacts) -> object:
    model = get_logged_model(call.raw, call.project_id, request.model_id or "")
    return _listing(call, model.artifact_uri, request.artifact_directory_path)


def _listing(call: Call, root: str, path: str | None) -> dict[str, Any]:
    relative = check_path(path or "")
    folder = f"{inside_proxy(root)}/{relative}".strip("/")
    files = _entries(call.raw, call.project_id, folder, relative)
    return {"root_uri": root, "files": files} if files else {"root_uri": root}


ENDPOINTS: list[Endpoint] = [
    reads("GET", "artifacts/list", ListArtifacts, list_artifacts, _READ),
    reads("GET", "logged-models/{model_id}/artifacts/directories", ListModelArtifacts, list_model_artifacts, _READ),
]
