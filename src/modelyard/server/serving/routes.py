"""Predicting rows with a version."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import ValidationError

from modelyard.server.access.guards import ProjectAccess, project_guard
from modelyard.server.access.permissions import Permission
from modelyard.server.datasets.uploads import check_file_name
from modelyard.server.db import Db
from modelyard.server.engines.dependency import Jobs
from modelyard.server.kernel.disconnects import until_disconnect
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.routing import Router
from modelyard.server.registry.models.parameters import ModelName
from modelyard.server.registry.versions.parameters import VersionNumber
from modelyard.server.serving import service
from modelyard.server.serving.dependency import Broker
from modelyard.server.serving.service import TableFormat, TableTask
from modelyard.server.storage.streams import read_stream
from modelyard.wire.errors import Problem
from modelyard.wire.ingest import table_ending
from modelyard.wire.predictions import MISSING_INPUTS_HEADER, PredictRequest, PredictResponse

router = Router(prefix="/projects/{project}/models/{model}/versions/{number}", tags=["versions"])

_MAX_JSON_BYTES = 64 * 1024 * 1024
_MEDIA_TYPES: dict[TableFormat, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
_FORMATS: dict[str, str] = {
    **{media: name for name, media in _MEDIA_TYPES.items()},
    "application/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
    "application/x-parquet": "parquet",
    "application/parquet": "parquet",
}
_PACKINGS = {"gzip": ".gz", "zstd": ".zst"}
_OUTPUTS: dict[str, TableFormat] = {"json": "json", "jsonl": "json", "ndjson": "json", "parquet": "parquet"}
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}


def _body_schema() -> dict[str, Any]:
    """Of a JSON body; the API's description has no place for definitions inside of a body."""
    schema = PredictRequest.model_json_schema()
    definitions = schema.pop("$defs")
    for choice in schema["properties"]["dataframe_split"]["anyOf"]:
        if "$ref" in choice:
            choice.update(definitions[choice.pop("$ref").rpartition("/")[2]])
    return schema


_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": _body_schema()},
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
    supervisor: Jobs,
    broker: Broker,
    access: Annotated[ProjectAccess, Depends(project_guard(Permission.PROJECT_MODELS_PREDICT))],
    output: Annotated[
        TableFormat | None, Query(description="The format of the answer; that of the body if absent.")
    ] = None,
    filename: Annotated[
        str | None,
        Query(description="The name of the body as a file, whose ending tells its format.", examples=["rows.tsv.gz"]),
    ] = None,
    strict: Annotated[
        bool, Query(description="Refuse rows that lack an input, instead of filling in a value.")
    ] = False,
) -> StreamingResponse:
    """Predicts the rows of the body: JSON, CSV or Parquet, by Content-Type. The answer has a row for each, in order.

    Text in the body means what it meant in the table that the version was trained on. With `filename`, any format of an
    uploaded table is read. Inputs that the rows lack are named in the answer: in JSON as `missing_inputs`, else in the
    header `X-Modelyard-Missing-Inputs`.

    A model that was not used for a while is loaded first, which takes a few seconds; then it stays warm.
    """
    input_format = _input_format(request, filename)
    plain = input_format.partition(".")[0]
    task = TableTask(input_format, output or _OUTPUTS.get(plain, "csv"), strict)
    settings = request.app.state.settings
    scope, key = await access.read(
        lambda connection, scope: (scope, service.require_predictable(connection, scope.project_id, model, number))
    )
    async with (
        service.temporary_file(settings.temporary_dir) as rows,
        service.temporary_file(settings.temporary_dir) as written,
    ):
        is_body = input_format == "json" and filename is None
        max_bytes = _MAX_JSON_BYTES if is_body else settings.max_upload_bytes
        if not await service.receive(request.stream(), rows, max_bytes):
            raise InvalidArgument("The body is empty.", hint="Send rows as JSON, CSV or Parquet.")
        if is_body:
            await asyncio.to_thread(_check_rows, rows)
        predicting = service.predict(database, supervisor, broker, scope, key, rows, written, task)
        prediction = await until_disconnect(request, predicting)
        answer = await asyncio.to_thread(prediction.path.rename, prediction.path.with_suffix(".answer"))
    chunks = _json(answer, prediction.duration_ms) if task.output_format == "json" else _rest(answer)
    headers = {} if prediction.missing_inputs is None else {MISSING_INPUTS_HEADER: prediction.missing_inputs}
    return StreamingResponse(chunks, media_type=_MEDIA_TYPES[task.output_format], headers=headers)


def _input_format(request: Request, file_name: str | None) -> str:
    if file_name is not None:
        ending = table_ending(check_file_name(file_name))
        assert ending is not None
        return ending.removeprefix(".")
    content_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if content_type not in _FORMATS:
        raise InvalidArgument(
            f"Rows cannot be read from a body of type {content_type[:100]!r}.",
            hint=f"Use {', '.join(_MEDIA_TYPES.values())}.",
        )
    packing = request.headers.get("Content-Encoding", "identity").strip().lower()
    if packing == "identity":
        return _FORMATS[content_type]
    if packing not in _PACKINGS or content_type == _MEDIA_TYPES["parquet"]:
        raise InvalidArgument(
            f"A body of type {content_type!r} cannot be read in the encoding {packing[:100]!r}.",
            hint=f"Send it as it is, or text in {' or '.join(_PACKINGS)}.",
        )
    return _FORMATS[content_type] + _PACKINGS[packing]


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
