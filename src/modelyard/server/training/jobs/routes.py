"""The worker protocol: what a job says to the server, with a token for that job alone."""

from typing import Annotated, Any

from fastapi import Header, Path, Query, Request
from fastapi.responses import Response, StreamingResponse

from modelyard.server.artifacts.service import writing
from modelyard.server.db import Db
from modelyard.server.engines.dependency import Engine
from modelyard.server.engines.owner import Loss
from modelyard.server.kernel.bodies import takes_body_of
from modelyard.server.kernel.errors import InvalidArgument, TooLarge
from modelyard.server.kernel.ids import new_id
from modelyard.server.kernel.routing import Router
from modelyard.server.registry.versions.files import check_path, get_file
from modelyard.server.registry.versions.parameters import FilePath
from modelyard.server.storage.dependency import Files
from modelyard.server.storage.responses import file_response
from modelyard.server.storage.store import StoredFile
from modelyard.server.storage.streams import read_stream
from modelyard.server.training.jobs import service
from modelyard.server.training.jobs.guards import Worker
from modelyard.server.training.predictions.dependency import Broker
from modelyard.server.training.predictions.service import receive
from modelyard.wire.jobs import (
    JobFinish,
    JobReport,
    JobReportAnswer,
    JobSpec,
    JobStart,
    PredictTask,
    PredictTaskError,
)
from modelyard.wire.models import VersionFile
from modelyard.wire.predictions import MISSING_INPUTS_HEADER

router = Router(prefix="/jobs/{job_id}", tags=["jobs"])

_MAX_REPORT_BYTES = 32 * 1024 * 1024
"""Thousands of metrics and of lines, which may be long."""

_PARQUET = "application/vnd.apache.parquet"
_BYTES = "application/octet-stream"
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_BINARY_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {_BYTES: _BINARY}}}

TaskId = Annotated[str, Path(description="The task, as `tasks/next` named it.", examples=["4f0c"])]


@router.post("/start")
async def start_job(body: JobStart, database: Db, engine: Engine, worker: Worker) -> JobSpec:
    """Claims the job; safe to repeat. 409 `lease_lost` when another attempt has it."""
    return await database.write(lambda connection: service.start_job(connection, worker, body, engine.threads_of))


@router.post("/report")
@takes_body_of(_MAX_REPORT_BYTES)
async def report_job(body: JobReport, database: Db, broker: Broker, worker: Worker) -> JobReportAnswer:
    """A sign of life with what is new: step, progress, metrics, log lines. Safe to repeat."""
    stop = broker.should_stop(worker.job_id)
    return await database.write(lambda connection: service.take_report(connection, worker, body, stop=stop))


@router.post("/finish", status_code=204)
@takes_body_of(_MAX_REPORT_BYTES)
async def finish_job(body: JobFinish, database: Db, engine: Engine, broker: Broker, worker: Worker) -> None:
    """The last word. Safe to repeat."""
    job = await database.write(lambda connection: service.finish_job(connection, worker, body))
    if job.kind == "predict":
        message = body.error_message or "The prediction worker has ended."
        broker.worker_ended(job.id, job.version_id, Loss(body.error_code or "worker_lost", message, []))
    engine.wake()


@router.get("/data", response_class=StreamingResponse, responses={200: {"content": {_PARQUET: _BINARY}}})
async def get_job_data(request: Request, database: Db, store: Files, worker: Worker) -> Response:
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
    worker: Worker,
    digest: Annotated[
        str, Header(alias="X-Content-SHA256", pattern="^[0-9a-f]{64}$", description="The SHA-256 of the body.")
    ],
) -> VersionFile:
    """Stores a file of the version that is being trained, in place of one of the same path."""
    check_path(path)
    job = await database.read(lambda connection: worker.require_job(connection, lock=False))
    key = f"versions/{job.version_id}/{new_id()}"
    async with writing(database, key):
        stored = await store.write(key, _limited(request))
        if stored.digest != digest:
            raise InvalidArgument(
                f"The file {path!r} arrived with SHA-256 {stored.digest}, not {digest}: send it again."
            )
        return await database.write(lambda connection: service.put_file(connection, worker, path, stored))


@router.get("/files/{path:path}", response_class=StreamingResponse, responses={200: {"content": {_BYTES: _BINARY}}})
async def get_job_file(
    path: FilePath,
    request: Request,
    database: Db,
    store: Files,
    worker: Worker,
) -> Response:
    """A file of the job's version."""

    def find(connection: Any) -> StoredFile:
        return get_file(connection, worker.require_job(connection, lock=False).version_id, path)

    file = await database.read(find)
    name = path.rpartition("/")[2]
    return file_response(store, file, request.headers, media_type=_BYTES, download_name=name)


@router.post("/tasks/next", response_model=PredictTask, responses={204: {"description": "No task came."}})
async def next_job_task(
    database: Db,
    broker: Broker,
    worker: Worker,
    wait: Annotated[float, Query(ge=0, le=60, description="Seconds to wait for a task.")] = 20,
) -> PredictTask | Response:
    """The next table to predict; waits for one to come."""
    job = await database.read(lambda connection: worker.require_job(connection, lock=False))
    task = await broker.next_task(job.id, job.version_id, wait)
    return Response(status_code=204) if task is None else task


@router.get("/tasks/{task}/input", response_class=StreamingResponse, responses={200: {"content": {_BYTES: _BINARY}}})
async def get_job_task_input(task: TaskId, database: Db, broker: Broker, worker: Worker) -> StreamingResponse:
    """The table to predict."""
    job = await database.read(lambda connection: worker.require_job(connection, lock=False))
    return StreamingResponse(read_stream(broker.fetch(job.id, task).input), media_type=_BYTES)


@router.put("/tasks/{task}/output", status_code=204, openapi_extra=_BINARY_BODY)
async def put_job_task_output(task: TaskId, request: Request, database: Db, broker: Broker, worker: Worker) -> None:
    """The predictions."""
    job = await database.read(lambda connection: worker.require_job(connection, lock=False))
    found = broker.find(job.id, task)
    await receive(request.stream(), found.output, request.app.state.settings.max_upload_bytes)
    broker.complete(job.id, task, request.headers.get(MISSING_INPUTS_HEADER))


@router.post("/tasks/{task}/error", status_code=204)
async def fail_job_task(task: TaskId, body: PredictTaskError, database: Db, broker: Broker, worker: Worker) -> None:
    """The table cannot be predicted."""
    job = await database.read(lambda connection: worker.require_job(connection, lock=False))
    broker.fail(job.id, task, body.message)


async def _limited(request: Request) -> Any:
    most = request.app.state.settings.max_upload_bytes
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise TooLarge(f"The file has more than {most} bytes.")
        yield chunk
