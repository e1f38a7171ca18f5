"""Spans over OpenTelemetry's protocol, `POST /v1/traces`, as protobuf or JSON."""

import asyncio
import zlib

from sqlalchemy import Connection
from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from modelyard.server.access.permissions import Permission
from modelyard.server.access.service import Access
from modelyard.server.db.raw import Raw
from modelyard.server.identity.caller import credential_of
from modelyard.server.kernel.errors import InvalidArgument, TooLarge
from modelyard.server.protocols.mlflow.errors import missing
from modelyard.server.protocols.mlflow.limits import check_experiment_id
from modelyard.server.protocols.mlflow.requests import MAX_BODY_BYTES, read_body
from modelyard.server.traces.otlp import read_export
from modelyard.server.traces.service import put_spans
from modelyard.server.tracking.experiments.queries import get_experiment

PATH = "/v1/traces"
_WRITE = Permission.PROJECT_EXPERIMENTS_WRITE
_EXPERIMENT_HEADER = "x-mlflow-experiment-id"
_PROTOBUF, _JSON = "application/x-protobuf", "application/json"


async def serve(state: State, project: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers one export, in the encoding of the request; all of its spans are kept, or none.

    :raises ModelyardError: before the answer begins.
    """
    request = Request(scope, receive)
    credential = credential_of(scope["headers"])
    experiment_id = request.headers.get(_EXPERIMENT_HEADER)
    if not experiment_id:
        raise missing(_EXPERIMENT_HEADER)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (_PROTOBUF, _JSON):
        raise InvalidArgument(f"Content-Type must be {_PROTOBUF} or {_JSON}, not {kind[:80]!r}.")
    body = _unpacked(await read_body(receive), request.headers.get("content-encoding", "").lower())
    spans = await asyncio.to_thread(read_export, body, is_json=kind == _JSON)

    def write(connection: Connection) -> None:
        raw = Raw(connection)
        access: Access = state.access
        project_id = access.enter(connection, credential, project, _WRITE).project_id
        experiment = get_experiment(raw, project_id, check_experiment_id(experiment_id))
        if experiment.lifecycle_stage != "active":
            raise InvalidArgument(f"The experiment with ID '{experiment_id}' was deleted.")
        put_spans(raw, project_id, experiment, spans)

    await state.database.write(write)
    await Response(b"{}" if kind == _JSON else b"", media_type=kind)(scope, receive, send)


def _unpacked(body: bytes, encoding: str) -> bytes:
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "deflate"):
        raise InvalidArgument(f"Content-Encoding must be gzip or deflate, not {encoding[:80]!r}.")
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        unpacked = unpack.decompress(body, MAX_BODY_BYTES)
    except zlib.error as error:
        raise InvalidArgument(f"The request is not valid {encoding}: {error}.") from error
    if unpack.unconsumed_tail:
        raise TooLarge(f"The request expands to more than {MAX_BODY_BYTES} bytes.")
    return unpacked
