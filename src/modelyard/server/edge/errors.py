"""Every error of the native API as `wire.errors.ErrorResponse`."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from modelyard.server.kernel.errors import InvalidArgument, ModelyardError
from modelyard.server.kernel.ids import new_id
from modelyard.server.kernel.parameters import allowed, unknown
from modelyard.wire.errors import MAX_PROBLEMS, ErrorCode, ErrorDetail, ErrorResponse, Problem

_log = logging.getLogger(__name__)

_STATUS_CODES = {
    401: ErrorCode.UNAUTHENTICATED,
    403: ErrorCode.PERMISSION_DENIED,
    404: ErrorCode.NOT_FOUND,
    413: ErrorCode.TOO_LARGE,
    503: ErrorCode.UNAVAILABLE,
}


def install(api: FastAPI) -> None:
    """Registers the handlers."""
    api.add_exception_handler(ModelyardError, _known)
    api.add_exception_handler(RequestValidationError, _validation)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(ClientDisconnect, _gone)
    api.add_exception_handler(RecursionError, _too_deep)
    api.add_exception_handler(Exception, _unknown)


def error_response(status: int, detail: ErrorDetail) -> Response:
    body = ErrorResponse(error=detail).model_dump_json(exclude_none=True)
    return Response(body, status_code=status, media_type="application/json")


async def _known(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ModelyardError)
    return _answer_to(error)


def _answer_to(error: ModelyardError) -> Response:
    problems = error.problems[:MAX_PROBLEMS]
    detail = ErrorDetail(code=error.code, message=error.message, hint=error.hint, problems=problems)
    return error_response(error.status, detail)


async def _too_deep(_request: Request, _error: Exception) -> Response:
    """A limit of Python's, which nothing but a request that is nested without end reaches."""
    return _answer_to(InvalidArgument("The request is nested too deep."))


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()[:MAX_PROBLEMS]
    problems = [Problem(path=_path(item["loc"]), message=_message(request, item)) for item in found]
    first = problems[0]
    message = f"{first.path}: {first.message}."
    for twice in ("..", "?."):
        message = message.replace(twice, twice[0])
    strangers = [item for item in found if item["type"] == "extra_forbidden"]
    hint = allowed("fields", _fields_at(request, strangers[0]["loc"])) if strangers else None
    detail = ErrorDetail(code=InvalidArgument.code, message=message, hint=hint, problems=problems)
    return error_response(InvalidArgument.status, detail)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, ModelyardError):
        return _answer_to(error.__cause__)
    code = _STATUS_CODES.get(error.status_code, ErrorCode.INVALID_ARGUMENT)
    detail = ErrorDetail(code=code, message=str(error.detail))
    if error.status_code in (404, 405):
        detail.message = f"The API has no {request.method} {request.url.path[:200]}."
        detail.hint = "GET /api/v1/openapi.json describes what there is. A `/` in a name is not allowed."
    return error_response(error.status_code, detail)


async def _gone(request: Request, _error: Exception) -> Response:
    """The client went away while it sent its body: there is nobody to answer, and nothing is wrong with the server."""
    _log.info("%s %s: the client went away", request.method, request.url.path)
    return Response(status_code=400)


async def _unknown(request: Request, error: Exception) -> Response:
    request_id = new_id()
    _log.error("request %s: %s %s failed", request_id, request.method, request.url.path, exc_info=error)
    detail = ErrorDetail(
        code=ErrorCode.INTERNAL,
        message="An internal error occurred.",
        hint="Report it with the request ID: the server's log has the details.",
        request_id=request_id,
    )
    return error_response(500, detail)


def _message(request: Request, item: Mapping[str, Any]) -> str:
    if item["type"] == "extra_forbidden":
        return unknown("field", str(item["loc"][-1]), _fields_at(request, item["loc"]))
    return str(item["msg"]).removeprefix("Value error, ")


def _fields_at(request: Request, location: Sequence[int | str]) -> list[str]:
    """The fields of the object that a field of the body is in; none where that cannot be told."""
    route = request.scope.get("route")
    kind: Any = route.body_field.field_info.annotation if route is not None and route.body_field else None
    for part in location[1:-1]:
        model = _model_in(kind)
        if model is not None and isinstance(part, str) and part in model.model_fields:
            kind = model.model_fields[part].annotation
    model = _model_in(kind)
    return [] if model is None else [field.alias or name for name, field in model.model_fields.items()]


def _model_in(kind: Any) -> type[BaseModel] | None:
    """The model of a type, also where it is in a list or may be absent."""
    if isinstance(kind, type) and get_origin(kind) is None:
        return kind if issubclass(kind, BaseModel) else None
    return next((model for part in get_args(kind) if (model := _model_in(part)) is not None), None)


def _path(location: tuple[int | str, ...]) -> str:
    if location[0] in ("path", "query", "header"):
        return str(location[1])  # what follows names a branch of the parameter's type
    path = ""
    for part in location[1:]:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".") or str(location[0])
