"""The ASGI application of the protocol: finds the row of the table, reads the request, runs it, answers."""

import logging
import re
from collections.abc import Callable
from typing import Any, cast

import msgspec
from sqlalchemy import Connection
from starlette.datastructures import State
from starlette.requests import Request
from starlette.types import Message as AsgiMessage
from starlette.types import Receive, Scope, Send

from modelyard.server.db import Database
from modelyard.server.db.raw import Raw
from modelyard.server.identity.caller import Caller
from modelyard.server.kernel.errors import ModelyardError
from modelyard.server.kernel.ids import new_id
from modelyard.server.protocols.mlflow import artifacts, info, otlp, transfers
from modelyard.server.protocols.mlflow.documents import RunDocuments
from modelyard.server.protocols.mlflow.endpoints import Answer, Asked, Call, Endpoint, Parts, Together
from modelyard.server.protocols.mlflow.errors import answer_of, body_of
from modelyard.server.protocols.mlflow.projects import find_project
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
        self._project_ids: dict[str, int] = {}
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
        found = self._exact.get((method, path))
        parameters: dict[str, str] = {}
        if found is None:
            endpoint, decoder, parameters = self._match(method, path)
        else:
            endpoint, decoder = found
        began = False

        async def beginning(message: AsgiMessage) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            if endpoint is None or decoder is None:
                await self._elsewhere(scope, receive, beginning)
                return
            status, body = 200, await self._answer(scope, receive, endpoint, decoder, parameters)
        except ModelyardError as error:
            if began:
                raise  # in the middle of a file: the connection ends, and the client sees that it is torn
            status, body = answer_of(error)
        except Exception:
            if began:
                raise
            request_id = new_id()
            _log.exception("request %s: %s %s failed", request_id, method, path)
            status = 500
            body = body_of("INTERNAL_ERROR", f"The server made a mistake. Its log has the details under {request_id}.")
        await _send(send, status, body, _JSON)

    def _match(self, method: str, path: str) -> tuple[Endpoint | None, Decoder | None, dict[str, str]]:
        for wanted, pattern, endpoint, decoder in self._patterns:
            if wanted == method and (match := pattern.fullmatch(path)) is not None:
                return endpoint, decoder, match.groupdict()
        return None, None, {}

    async def _elsewhere(self, scope: Scope, receive: Receive, send: Send) -> None:
        if artifacts.matches(scope["path"]):
            await artifacts.serve(self._state, _headers(scope)[1], scope, receive, send)
            return
        if transfers.matches(scope["path"]):
            await transfers.serve(self._state, _headers(scope)[1], scope, receive, send)
            return
        if (scope["method"], scope["path"]) == ("POST", otlp.PATH):
            await otlp.serve(self._state, _headers(scope)[1], scope, receive, send)
            return
        plain = info.answer(scope["method"], scope["path"], direct_downloads=transfers.is_direct(self._state))
        if plain is not None:
            await _send(send, 200, *plain)
            return
        # Not JSON: the client takes a JSON error for an answer of the endpoint and gives up its older ways.
        await _send(send, 404, b"Not Found", _TEXT)

    async def _answer(
        self, scope: Scope, receive: Receive, endpoint: Endpoint, decoder: Decoder, parameters: dict[str, str]
    ) -> bytes:
        content_type, project = _headers(scope)
        if endpoint.method == "GET":
            request = decoder.from_query(scope["query_string"], parameters)
        else:
            request = decoder.from_body(await read_body(receive), content_type, parameters)
        caller: Caller = await self._state.identifier.identify(Request(scope))
        database: Database = self._state.database
        parts = cast("Parts", self._state)
        known: object = None

        def call_on(connection: Connection) -> Call:
            raw = Raw(connection)
            project_id = find_project(raw, caller, project, endpoint.permission)
            return Call(raw, caller.name, project_id, project, self._documents, parts, known)

        if endpoint.before is not None:
            known = await endpoint.before(_Early(parts, database, call_on), request)
        handler = endpoint.handler
        if isinstance(handler, Together):
            wanted = handler.prepare(request)
            asked = Asked(caller, project, endpoint.permission, wanted, self._documents, self._project_ids, known)
            if not endpoint.writes:
                return _encoded(await database.read_together(handler.work, asked))
            return _encoded(await database.write_together(handler.work, asked, is_large=handler.is_large(wanted)))

        def unit(connection: Connection) -> object:
            answer = handler(call_on(connection), request)
            return answer if endpoint.after is not None else _encoded(answer)

        if endpoint.writes:
            result = await database.write(unit)
        else:
            result = await database.read(unit, is_short=endpoint.is_short)
        if endpoint.after is not None:
            result = _encoder.encode(await endpoint.after(parts, result))
        return cast("bytes", result)


def _encoded(answer: object) -> bytes:
    return answer if isinstance(answer, bytes) else _encoder.encode(answer)


class _Early:
    def __init__(self, parts: Parts, database: Database, call_on: Callable[[Connection], Call]) -> None:
        self.parts = parts
        self._database = database
        self._call_on = call_on

    async def read(self, question: Callable[[Call], Answer]) -> Answer:
        return await self._database.read(lambda connection: question(self._call_on(connection)))


def _headers(scope: Scope) -> tuple[bytes, str]:
    """The content type, and the project: of the path, of the workspace header, or the default one."""
    content_type = b""
    project: str = scope.get("modelyard.project", "")
    for name, value in scope["headers"]:
        if name == b"content-type":
            content_type = value
        elif name == b"x-mlflow-workspace" and not project:
            project = value.decode("latin-1")
    return content_type, project or "default"


async def _send(send: Send, status: int, body: bytes, content_type: bytes) -> None:
    headers: list[Any] = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
