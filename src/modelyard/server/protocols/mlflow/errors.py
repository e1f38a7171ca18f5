"""Errors as the MLflow client reads them: a status, a name and a message."""

import msgspec

from modelyard.server.kernel import errors
from modelyard.server.kernel.errors import InvalidArgument, ModelyardError

_ANSWERS: dict[type[ModelyardError], tuple[int, str]] = {
    errors.InvalidArgument: (400, "INVALID_PARAMETER_VALUE"),
    errors.InvalidName: (400, "INVALID_PARAMETER_VALUE"),
    errors.InvalidPageToken: (400, "INVALID_PARAMETER_VALUE"),
    errors.InvalidConfig: (400, "INVALID_PARAMETER_VALUE"),
    errors.InvalidTable: (400, "INVALID_PARAMETER_VALUE"),
    errors.Unauthenticated: (401, "UNAUTHENTICATED"),
    errors.PermissionDenied: (403, "PERMISSION_DENIED"),
    errors.NotFound: (404, "RESOURCE_DOES_NOT_EXIST"),
    errors.AlreadyExists: (400, "RESOURCE_ALREADY_EXISTS"),
    errors.Conflict: (409, "RESOURCE_CONFLICT"),
    # The client repeats what is answered with 500; a wrong state does not get better by repeating.
    errors.InvalidState: (400, "INVALID_PARAMETER_VALUE"),
    errors.TooLarge: (400, "INVALID_PARAMETER_VALUE"),
    errors.Unavailable: (503, "TEMPORARILY_UNAVAILABLE"),
    errors.StorageFull: (507, "RESOURCE_EXHAUSTED"),
}


def answer_of(error: ModelyardError) -> tuple[int, bytes]:
    """Status and body."""
    for kind in type(error).__mro__:
        if kind in _ANSWERS:
            status, code = _ANSWERS[kind]
            return status, body_of(code, error.message)
    return error.status, body_of("INTERNAL_ERROR", error.message)


def body_of(code: str, message: str) -> bytes:
    # A message may repeat half of a character.
    whole = message.encode("utf-8", "replace").decode()
    return msgspec.json.encode({"error_code": code, "message": whole})


def missing(parameter: str) -> InvalidArgument:
    return InvalidArgument(
        f"Missing value for required parameter '{parameter}'. See the API docs for more information about request "
        "parameters."
    )


def invalid(parameter: str, value: object, reason: str) -> InvalidArgument:
    """`value` is shown as compact JSON, cut when it is long."""
    shown = _json(value)
    if len(shown) > 300:
        shown = shown[:300] + "..."
    return InvalidArgument(f"Invalid value {shown} for parameter '{parameter}' supplied: {reason}")


def _json(value: object) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except (TypeError, UnicodeEncodeError):
        return repr(value)
