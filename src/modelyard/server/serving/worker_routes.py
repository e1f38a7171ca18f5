"""What a worker that holds a model fetches and answers, with a token for its job alone."""

from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import Connection

from modelyard.server.db import Database, Db
from modelyard.server.engines.guards import WorkerCredential, worker_guard
from modelyard.server.engines.queries import JobRow
from modelyard.server.kernel.errors import NotFound
from modelyard.server.kernel.routing import Router
from modelyard.server.registry.versions.contents import get_content
from modelyard.server.registry.versions.parameters import FilePath
from modelyard.server.registry.versions.subjects import VersionSubject, find_version
from modelyard.server.serving.dependency import Broker
from modelyard.server.serving.owner import PREDICT
from modelyard.server.serving.service import receive
from modelyard.server.storage import StoredFile
from modelyard.server.storage.dependency import Files
from modelyard.server.storage.responses import file_response
from modelyard.server.storage.streams import read_stream
from modelyard.wire.jobs import PredictTask, PredictTaskError
from modelyard.wire.predictions import MISSING_INPUTS_HEADER

router = Router(prefix="/jobs/{job_id}", tags=["jobs"])

_BYTES = "application/octet-stream"
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_BINARY_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {_BYTES: _BINARY}}}

PredictWorker = Annotated[WorkerCredential, Depends(worker_guard(PREDICT))]
TaskId = Annotated[str, Path(description="The task, as `tasks/next` named it.", examples=["4f0c"])]


@router.get("/files/{path:path}", response_class=StreamingResponse, responses={200: {"content": {_BYTES: _BINARY}}})
async def get_job_file(path: FilePath, request: Request, database: Db, store: Files, worker: PredictWorker) -> Response:
    """A file of the job's version."""

    def find(connection: Connection) -> StoredFile:
        job = worker.require_job(connection, lock=False)
        version = find_version(connection, VersionSubject.of(job.payload).version_id)
        if version is None:
            raise NotFound("The version of this job was deleted.")
        return get_content(connection, job.project_id, version, path)

    file = await database.read(find)
    name = path.rpartition("/")[2]
    return file_response(store, file, request.headers, media_type=_BYTES, download_name=name)


@router.post("/tasks/next", response_model=PredictTask, responses={204: {"description": "No task came."}})
async def next_job_task(
    database: Db,
    broker: Broker,
    worker: PredictWorker,
    wait: Annotated[float, Query(ge=0, le=60, description="Seconds to wait for a task.")] = 20,
) -> PredictTask | Response:
    """The next table to predict; waits for one to come."""
    job = await _require_job(database, worker)
    task = await broker.next_task(job.id, VersionSubject.of(job.payload).version_id, wait)
    return Response(status_code=204) if task is None else task


@router.get("/tasks/{task}/input", response_class=StreamingResponse, responses={200: {"content": {_BYTES: _BINARY}}})
async def get_job_task_input(task: TaskId, database: Db, broker: Broker, worker: PredictWorker) -> StreamingResponse:
    """The table to predict."""
    job = await _require_job(database, worker)
    return StreamingResponse(read_stream(broker.fetch(job.id, task).input), media_type=_BYTES)


@router.put("/tasks/{task}/output", status_code=204, openapi_extra=_BINARY_BODY)
async def put_job_task_output(
    task: TaskId, request: Request, database: Db, broker: Broker, worker: PredictWorker
) -> None:
    """The predictions."""
    job = await _require_job(database, worker)
    output = broker.find(job.id, task).output
    await receive(request.stream(), output, request.app.state.settings.max_upload_bytes)
    broker.complete(job.id, task, request.headers.get(MISSING_INPUTS_HEADER))


@router.post("/tasks/{task}/error", status_code=204)
async def fail_job_task(
    task: TaskId, body: PredictTaskError, database: Db, broker: Broker, worker: PredictWorker
) -> None:
    """The table cannot be predicted."""
    job = await _require_job(database, worker)
    broker.fail(job.id, task, body)


async def _require_job(database: Database, worker: WorkerCredential) -> JobRow:
    return await database.read(lambda connection: worker.require_job(connection, lock=False))
