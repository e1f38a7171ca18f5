"""Predicting rows with a version."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import ValidationError

from modelyard.server.access.permissions import Permission
from modelyard.server.db import Db
from modelyard.server.engines.dependency import Engine
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.routing import Router
from modelyard.server.projects.guards import InProject, project_guard
from modelyard.server.registry.models.parameters import ModelName
from modelyard.server.registry.versions.parameters import VersionNumber
from modelyard.server.storage.streams import read_stream
from modelyard.server.training.predictions import service
from modelyard.server.training.predictions.dependency import Broker
from modelyard.server.training.predictions.service import TableFormat
from modelyard.wire.errors import Problem
from modelyard.wire.models import PredictRequest, PredictResponse

router = Router(prefix="/projects/{project}/models/{model}/versions/{number}", tags=["versions"])

_MOST_JSON_BYTES = 64 * 1024 * 1024
_MEDIA_TYPES: dict[TableFormat, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
_FORMATS: dict[str, TableFormat] = {
    **{media: name for name, media in _MEDIA_TYPES.items()},
    "application/csv": "csv",
    "application/x-parquet": "parquet",
    "application/parquet": "parquet",
}
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": PredictRequest.model_json_schema()},
            "text/csv": _BINARY,
            "application/vnd.apache.parquet": _BINARY,
        },
    }
}


@router.post(
    "/predict",
    response_class=StreamingResponse,
    openapi_extra=_BODY,
    responses={
        200: {
            "model": PredictResponse,
            "content": {"text/csv": _BINARY, "application/vnd.apache.parquet": _BINARY},
        }
    },
)
async def predict(
    request: Request,
    model: ModelName,
    number: VersionNumber,
    database: Db,
    engine: Engine,
    broker: Broker,
    access: Annotated[InProject, Depends(project_guard(Permission.PROJECT_MODELS_PREDICT))],
    output: Annotated[
        TableFormat | None, Query(description="The format of the answer; that of the body if absent.")
    ] = None,
) -> StreamingResponse:
    """Predicts the rows of the body: JSON, CSV or Parquet, by Content-Type. The answer has a row for each, in order.

    A model that was not used for a while is loaded first, which takes a few seconds; then it stays warm.
    """
    given_format = _input_format(request)
    output_format = output or given_format
    settings = request.app.state.settings
    key = await database.read(
        lambda connection: service.require_predictable(connection, access.project_id, model, number)
    )
    async with (
        service.temporary_file(settings.temporary_dir) as given,
        service.temporary_file(settings.temporary_dir) as written,
    ):
        most = _MOST_JSON_BYTES if given_format == "json" else settings.max_upload_bytes
        if not await service.receive(request.stream(), given, most):
            raise InvalidArgument("The body is empty.", hint="Send rows as JSON, CSV or Parquet.")
        if given_format == "json":
            await asyncio.to_thread(_check_rows, given)
        formats = (given_format, output_format)
        made = await service.predict(database, engine, broker, access, key, given, written, formats)
        answer = await asyncio.to_thread(made.path.rename, made.path.with_suffix(".answer"))
    chunks = _json(answer, made.duration_ms) if output_format == "json" else _rest(answer)
    return StreamingResponse(chunks, media_type=_MEDIA_TYPES[output_format])


def _input_format(request: Request) -> TableFormat:
    given = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if given not in _FORMATS:
        raise InvalidArgument(
            f"Rows cannot be read from a body of type {given[:100]!r}.", hint=f"Use {', '.join(_MEDIA_TYPES.values())}."
        )
    return _FORMATS[given]


def _check_rows(path: Path) -> None:
    try:
        PredictRequest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        problems = [
            Problem(path=".".join(str(part) for part in item["loc"]) or "body", message=item["msg"])
            for item in error.errors()[:20]
        ]
        raise InvalidArgument(f"{problems[0].path}: {problems[0].message}.", problems=problems) from error


async def _rest(path: Path) -> AsyncIterator[bytes]:
    """The file's bytes; it is gone when the answer is, however that ends."""
    try:
        async for chunk in read_stream(path):
            yield chunk
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)


async def _json(path: Path, duration_ms: float) -> AsyncIterator[bytes]:
    """The worker's object with the duration put in front, without reading it as a whole."""
    first = True
    async for chunk in _rest(path):
        yield f'{{"duration_ms": {duration_ms:.1f}, '.encode() + chunk.lstrip()[1:] if first else chunk
        first = False
