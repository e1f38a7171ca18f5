"""The artifacts of runs."""

from typing import Annotated, Any

from fastapi import Path, Query, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import Connection

from modelyard.server.access.scope import Scope
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import NotFound
from modelyard.server.kernel.routing import Router
from modelyard.server.storage import StoredFile
from modelyard.server.storage.dependency import Files
from modelyard.server.storage.responses import file_response
from modelyard.server.tracking.artifact_files import queries
from modelyard.server.tracking.artifact_files.locations import inside_proxy
from modelyard.server.tracking.artifact_files.media_types import safe_media_type, sandboxed
from modelyard.server.tracking.artifact_files.paths import check_path
from modelyard.server.tracking.parameters import MayRead, RunId
from modelyard.server.tracking.runs.queries import get_run
from modelyard.wire.runs import ArtifactEntry, ArtifactListing

router = Router(prefix="/projects/{project}/runs/{run_id}/artifacts", tags=["runs"])

_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}


@router.get("")
async def list_run_artifacts(
    run_id: RunId,
    access: MayRead,
    path: Annotated[str, Query(description="A folder of the run's artifacts; the root when absent.")] = "",
) -> ArtifactListing:
    """Files and folders directly in a folder of the run's artifacts; 400 when the artifacts are not on this server."""
    folder = check_path(path)

    def read(connection: Connection, scope: Scope) -> ArtifactListing:
        raw = Raw(connection)
        root = inside_proxy(get_run(raw, scope.project_id, run_id).artifact_uri)
        stored = queries.list_folder(raw, scope.project_id, f"{root}/{folder}".rstrip("/"))
        entries = [to_entry(entry, f"{folder}/{entry.name}".lstrip("/")) for entry in stored]
        return ArtifactListing(entries=entries)

    return await access.read(read)


@router.get(
    "/{path:path}",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": _BINARY}}},
)
async def get_run_artifact(
    run_id: RunId,
    path: Annotated[str, Path(description="The file's path.", examples=["plots/roc.png"])],
    request: Request,
    store: Files,
    access: MayRead,
) -> Response:
    """One file's bytes; resumable by Range. HTML is sent as plain text, and no answer may run scripts."""
    inner = check_path(path)

    def read(connection: Connection, scope: Scope) -> StoredFile:
        raw = Raw(connection)
        root = inside_proxy(get_run(raw, scope.project_id, run_id).artifact_uri)
        file = queries.find_file(raw, scope.project_id, f"{root}/{inner}")
        if file is None:
            raise NotFound(f"The run has no artifact {inner[:200]!r}.", hint="List its artifacts to see their paths.")
        return file

    file = await access.read(read)
    name = inner.rpartition("/")[2]
    return sandboxed(file_response(store, file, request.headers, media_type=safe_media_type(name), download_name=name))


def to_entry(entry: queries.FolderEntry, path: str) -> ArtifactEntry:
    return ArtifactEntry(path=path, is_dir=entry.is_folder, size_bytes=None if entry.is_folder else entry.size_bytes)
