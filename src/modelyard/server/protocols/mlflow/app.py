"""The ASGI application of the protocol: finds the row of the table, reads the request, runs it, answers."""

import logging
import re
from collections.abc import Callable
from typing import Any, cast

import msgspec
from sqlalchemy import Connection
from starlette.datastructures import State
from starlette.types import Message as AsgiMessage
from starlette.types import Receive, Scope, Send

from modelyard.server.access.permissions import Permission
from modelyard.server.db import Database
from modelyard.server.db.raw import Raw
from modelyard.server.identity.caller import OPEN, Credential, bearer
from modelyard.server.kernel.errors import InvalidArgument, ModelyardError
from modelyard.server.kernel.ids import new_id
from modelyard.server.protocols.mlflow import artifacts, info, otlp, transfers
from modelyard.server.protocols.mlflow.documents import RunDocuments
from modelyard.server.protocols.mlflow.endpoints import Answer, BatchedCall, Call, Endpoint, Message, Parts, Together
from modelyard.server.protocols.mlflow.errors import answer_of, body_of
from modelyard.server.protocols.mlflow.requests import Decoder, read_body
from modelyard.server.protocols.mlflow.table import ENDPOINTS

_log = logging.getLogger(__name__)

_JSON = b"application/json"
_TEXT = b"text/plain; charset=utf-8"
_encoder = msgspec.json.Encoder()


class MlflowProtocol:
    """Serves the protocol below `/api` and `/ajax-api`. `state` is the server's: its database, store and identifier."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._documents = RunDocuments()
        self._exact: dict[tuple[str, str], tuple[Endpoint, Decoder]] = {}
        self._patterns: list[tuple[str, re.Pattern[str], Endpoint, Decoder]] = []
        for endpoint in ENDPOINTS:
            decoder = Decoder(endpoint.request)
            for root in ("/api", "/ajax-api"):
                path = f"{root}/{endpoint.version}/mlflow/{endpoint.path}".rstrip("/")
                if "{" in path:
                    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
                    self._patterns.append((endpoint.method, pattern, endpoint, decoder))
                else:
                    self._exact[endpoint.method, path] = (endpoint, decoder)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`scope["path"]` is without a project's prefix; the project is in `scope["modelyard.project"]`."""
        method, path = scope["method"], scope["path"]
        endpoint, decoder = self._exact.get((method, path), (None, None))
        parameters: dict[str, str] = {}
        if endpoint is None:
            endpoint, decoder, parameters = self._match(method, path)
        if endpoint is None or decoder is None:
            await self._elsewhere(scope, receive, send)
            return
        try:
            status, body = 200, await self._answer(scope, receive, endpoint, decoder, parameters)
        except Exception as error:  # noqa: BLE001 - answered, and what is unexpected logged
            status, body = _failure(error, scope)
        await _send(send, status, body, _JSON)

    def _match(self, method: str, path: str) -> tuple[Endpoint | None, Decoder | None, dict[str, str]]:
        for endpoint_method, pattern, endpoint, decoder in self._patterns:
            if endpoint_method == method and (match := pattern.fullmatch(path)) is not None:
                return endpoint, decoder, match.groupdict()
        return None, None, {}

    async def _elsewhere(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = False

        async def beginning(message: AsgiMessage) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self._transfer(scope, receive, beginning)
        except Exception as error:
            if began:
                raise  # in the middle of a file: the connection ends, and the client sees that it is torn
            await _send(send, *_failure(error, scope), _JSON)

    async def _transfer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if artifacts.matches(scope["path"]):
            await artifacts.serve(self._state, _project_of(scope), scope, receive, send)
            return
        if transfers.matches(scope["path"]):
            await transfers.serve(self._state, _project_of(scope), scope, receive, send)
            return
        if (scope["method"], scope["path"]) == ("POST", otlp.PATH):
            await otlp.serve(self._state, _project_of(scope), scope, receive, send)
            return
        plain = info.answer(scope["method"], scope["path"], direct_downloads=transfers.is_direct(self._state))
        if plain is not None:
            if scope["path"] == "/health":
                await self._state.database.check()
            await _send(send, 200, *plain)
            return
        if (fault := info.misplaced(scope["path"])) is not None:
            raise fault
        # Not JSON: the client takes a JSON error for an answer of the endpoint and gives up its older ways.
        await _send(send, 404, b"Not Found", _TEXT)

    async def _answer(
        self, scope: Scope, receive: Receive, endpoint: Endpoint, decoder: Decoder, parameters: dict[str, str]
    ) -> bytes:
        content_type, project, credential, client = _headers(scope)
        if endpoint.method == "GET":
            request = decoder.from_query(scope["query_string"], parameters)
        else:
            request = decoder.from_body(await read_body(receive), content_type, parameters)
        visit = _Visit(self._state, credential, project, endpoint.permission, self._documents)
        prepared = None if endpoint.before is None else await endpoint.before(visit, request)
        handler = endpoint.handler
        if isinstance(handler, Together):
            checked = handler.prepare(request)
            access = visit.parts.access
            pending = BatchedCall(
                access,
                credential,
                project,
                endpoint.permission,
                checked,
                self._documents,
                prepared,
                visit.parts.pins,
                client,
            )
            if not endpoint.writes:
                return _encoded(await visit.database.read_together(handler.work, pending))
            is_large = handler.is_large(checked)
            return _encoded(await visit.database.write_together(handler.work, pending, is_large=is_large))
        return await self._answer_alone(visit, endpoint, handler, request, prepared)

    async def _answer_alone(
        self,
        visit: "_Visit",
        endpoint: Endpoint,
        handler: Callable[[Call, Any], object],
        request: Message,
        prepared: object,
    ) -> bytes:
        after = endpoint.after

        def unit(connection: Connection) -> object:
            answer = handler(visit.call(connection, prepared), request)
            return answer if after is not None else _encoded(answer)

        if endpoint.writes:
            result = await visit.database.write(unit)
        else:
            result = await visit.database.read(unit, is_short=endpoint.is_short)
        if after is not None:
            result = _encoder.encode(await after(visit.parts, result))
        return cast("bytes", result)


def _encoded(answer: object) -> bytes:
    return answer if isinstance(answer, bytes) else _encoder.encode(answer)


def _failure(error: Exception, scope: Scope) -> tuple[int, bytes]:
    """The status and the body that tell of an error. One that is nobody's fault but ours goes to the log."""
    if isinstance(error, ModelyardError):
        return answer_of(error)
    if isinstance(error, RecursionError):
        return answer_of(InvalidArgument("The request is nested too deep."))
    request_id = new_id()
    _log.error("request %s: %s %s failed", request_id, scope["method"], scope["path"], exc_info=error)
    message = f"An internal error occurred. Its log has the details under {request_id}."
    return 500, body_of("INTERNAL_ERROR", message)


class _Visit:
    """The caller and the project of a request, before the unit of work."""

    __slots__ = ("_credential", "_documents", "_permission", "_project", "database", "parts")

    def __init__(
        self, state: State, credential: Credential, project: str, permission: Permission, documents: RunDocuments
    ) -> None:
        self.parts = cast("Parts", state)
        self.database: Database = state.database
        self._credential = credential
        self._project = project
        self._permission = permission
        self._documents = documents

    def call(self, connection: Connection, prepared: object = None) -> Call:
        raw = Raw(connection)
        scope = self.parts.access.enter(connection, self._credential, self._project, self._permission)
        return Call(
            raw,
            scope.actor,
            scope.project_id,
            scope.project,
            self._documents,
            self.parts,
            prepared,
            scope.may(Permission.PROJECT_MODELS_ADMINISTRATE),
        )

    async def read(self, question: Callable[[Call], Answer]) -> Answer:
        return await self.database.read(lambda connection: question(self.call(connection)))


def _headers(scope: Scope) -> tuple[bytes, str, Credential, bytes]:
    """The content type, the project, what the caller presents, and what its program calls itself.

    The project is that of the path, of the workspace header, or the default one.
    """
    content_type = client = b""
    credential = OPEN
    project: str = scope.get("modelyard.project", "")
    for name, value in scope["headers"]:
        if name == b"content-type":
            content_type = value
        elif name == b"user-agent":
            client = value
        elif name == b"authorization":
            credential = bearer(value)
        elif name == b"x-mlflow-workspace" and not project:
            project = value.decode("latin-1")
    return content_type, project or "default", credential, client


def _project_of(scope: Scope) -> str:
    return _headers(scope)[1]


async def _send(send: Send, status: int, body: bytes, content_type: bytes) -> None:
    headers: list[Any] = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
