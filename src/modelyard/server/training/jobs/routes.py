"""What the worker of a training fetches and sends, with a token for its job alone."""

from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import Response, StreamingResponse

from modelyard.server.artifacts.service import writing
from modelyard.server.db import Db
from modelyard.server.engines.guards import WorkerCredential, worker_guard
from modelyard.server.kernel.errors import InvalidArgument, TooLarge
from modelyard.server.kernel.ids import new_id
from modelyard.server.kernel.routing import Router
from modelyard.server.registry.versions.files import check_path
from modelyard.server.registry.versions.parameters import FilePath
from modelyard.server.registry.versions.subjects import VersionSubject
from modelyard.server.storage.dependency import Files
from modelyard.server.storage.responses import file_response
from modelyard.server.storage.store import StoredFile
from modelyard.server.training.jobs import service
from modelyard.server.training.jobs.owner import TRAIN
from modelyard.wire.models import VersionFile

router = Router(prefix="/jobs/{job_id}", tags=["jobs"])

_PARQUET = "application/vnd.apache.parquet"
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_BINARY_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {"application/octet-stream": _BINARY}}}

TrainWorker = Annotated[WorkerCredential, Depends(worker_guard(TRAIN))]


@router.get("/data", response_class=StreamingResponse, responses={200: {"content": {_PARQUET: _BINARY}}})
async def get_job_data(request: Request, database: Db, store: Files, worker: TrainWorker) -> Response:
    """The table to train on, as Parquet."""
    data = await database.read(lambda connection: service.get_data(connection, worker))
    file = StoredFile(data.data_key, data.record.size_bytes, data.record.digest)
    return file_response(store, file, request.headers, media_type=_PARQUET, download_name="data.parquet")


@router.put("/files/{path:path}", openapi_extra=_BINARY_BODY)
async def put_job_file(
    path: FilePath,
    request: Request,
    database: Db,
    store: Files,
    worker: TrainWorker,
    digest: Annotated[
        str, Header(alias="X-Content-SHA256", pattern="^[0-9a-f]{64}$", description="The SHA-256 of the body.")
    ],
) -> VersionFile:
    """Stores a file of the version that is being trained, in place of one of the same path."""
    check_path(path)
    job = await database.read(lambda connection: worker.require_job(connection, lock=False))
    key = f"versions/{VersionSubject.of(job.payload).version_id}/{new_id()}"
    async with writing(database, key):
        stored = await store.write(key, _limited(request))
        if stored.digest != digest:
            raise InvalidArgument(
                f"The file {path!r} arrived with SHA-256 {stored.digest}, not {digest}: send it again."
            )
        return await database.write(lambda connection: service.put_file(connection, worker, path, stored))


async def _limited(request: Request) -> Any:
    most = request.app.state.settings.max_upload_bytes
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise TooLarge(f"The file has more than {most} bytes.")
        yield chunk
