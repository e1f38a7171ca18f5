"""Every exception that the SDK raises.

ModelyardError
├── ServerUnreachableError        no answer came: refused, cut off, timed out
├── UnexpectedAnswerError         an answer came that Modelyard does not give (a proxy's page, a wrong address)
├── WaitTimeoutError              `wait(timeout=...)` ran out; the training goes on
├── TrainingError
│   ├── TrainingFailedError       the awaited version is Failed
│   └── TrainingCanceledError     the awaited version is Canceled
└── RequestError                  has a code: the server refused, or the SDK did before sending
    ├── InvalidArgumentError      invalid_argument
    │   └── InvalidSemverError        invalid_semver
    ├── InvalidNameError          invalid_name
    ├── InvalidConfigError        invalid_config
    ├── InvalidTableError         invalid_table
    ├── InvalidPageTokenError     invalid_page_token
    ├── UnauthenticatedError      unauthenticated
    ├── PermissionDeniedError     permission_denied
    │   └── AliasProtectedError       alias_protected
    ├── NotFoundError             not_found
    ├── AlreadyExistsError        already_exists
    │   └── SemverTakenError          semver_taken
    ├── ConflictError             conflict
    │   ├── SemverTooSmallError       semver_too_small
    │   └── AliasMovedError           alias_moved
    ├── InvalidStateError         invalid_state
    │   └── ImmutableError        immutable
    ├── LeaseLostError            lease_lost
    ├── TooLargeError             too_large
    ├── StorageFullError          storage_full
    ├── CorruptFileError          corrupt_file
    ├── PredictionFailedError     prediction_failed
    │   ├── UnmetRequirementsError    unmet_requirements
    │   └── PickledModelError         pickled_model
    ├── UnavailableError          unavailable
    └── InternalError             internal
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from modelyard.wire.errors import ErrorCode, Problem
from modelyard.wire.models import Version

_MAX_NAMES = 20


class MissingInputsWarning(UserWarning):
    """Rows lack inputs of the model, for which values were filled in: `count` of them, the first by `names`."""

    def __init__(self, count: int, names: Sequence[str]) -> None:
        more = ", ..." if count > min(_MAX_NAMES, len(names)) else ""
        super().__init__(
            f"The rows lack {count} of the model's inputs, for which values were filled in: "
            f"{', '.join(names[:_MAX_NAMES])}{more}"
        )
        self.count = count
        self.names = list(names)


class ModelyardError(Exception):
    """Something the SDK could not do.

    `message` says what, `hint` what to do about it (or is None). `code` is stable and can be matched on: for a
    RequestError the server's, for the others one of the client's own, such as `server_unreachable`.
    """

    default_code: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code: str = self.default_code


class ServerUnreachableError(ModelyardError):
    """No answer came from the server."""

    default_code = "server_unreachable"


class UnexpectedAnswerError(ModelyardError):
    """An answer came that is not Modelyard's."""

    default_code = "unexpected_answer"


class WaitTimeoutError(ModelyardError):
    """The timeout of `wait` is over; the training goes on."""

    default_code = "wait_timeout"


class TrainingError(ModelyardError):
    """A training did not end Ready. `version` is its record."""

    def __init__(self, message: str, *, version: Version, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.version = version


class TrainingFailedError(TrainingError):
    """A training failed."""

    default_code = "training_failed"


class TrainingCanceledError(TrainingError):
    """A training was canceled."""

    default_code = "training_canceled"


class RequestError(ModelyardError):
    """A request was refused.

    `status` is the HTTP status, or None when the SDK refused before sending anything. `problems` lists what is wrong
    with the input, and where. `request_id` finds the request in the server's log.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        code: str | None = None,
        status: int | None = None,
        problems: Sequence[Problem] = (),
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.code = code or self.default_code
        self.status = status
        self.problems = list(problems)
        self.request_id = request_id

    def __str__(self) -> str:
        lines = [self.message]
        lines += [f"  {problem.path}: {problem.message}" for problem in self.problems]
        return "\n".join(lines)


class InvalidArgumentError(RequestError):
    """A parameter or a field of a body is not acceptable."""

    default_code = ErrorCode.INVALID_ARGUMENT


class InvalidNameError(RequestError):
    """A name of a project, dataset or model breaks the rule for names."""

    default_code = ErrorCode.INVALID_NAME


class InvalidConfigError(RequestError):
    """A config does not fit its schema or the data; `problems` says where."""

    default_code = ErrorCode.INVALID_CONFIG


class InvalidTableError(RequestError):
    """A table cannot be read; `problems` says where."""

    default_code = ErrorCode.INVALID_TABLE


class InvalidPageTokenError(RequestError):
    """The page token is not one of this list."""

    default_code = ErrorCode.INVALID_PAGE_TOKEN


class UnauthenticatedError(RequestError):
    """The request has no valid credentials."""

    default_code = ErrorCode.UNAUTHENTICATED


class PermissionDeniedError(RequestError):
    """The caller lacks the permission for this."""

    default_code = ErrorCode.PERMISSION_DENIED


class NotFoundError(RequestError):
    """There is no such object, or the caller may not see it."""

    default_code = ErrorCode.NOT_FOUND


class AlreadyExistsError(RequestError):
    """The name is taken."""

    default_code = ErrorCode.ALREADY_EXISTS


class ConflictError(RequestError):
    """Another object prevents this, such as a model version trained on the dataset to be deleted."""

    default_code = ErrorCode.CONFLICT


class InvalidSemverError(InvalidArgumentError):
    """A text is not a semantic version, or the model has none."""

    default_code = ErrorCode.INVALID_SEMVER


class SemverTakenError(AlreadyExistsError):
    """Another version of the model has that semantic version."""

    default_code = ErrorCode.SEMVER_TAKEN


class SemverTooSmallError(ConflictError):
    """The changes since the version before ask for a larger step; the message has the reasons."""

    default_code = ErrorCode.SEMVER_TOO_SMALL


class AliasMovedError(ConflictError):
    """The alias names another version than expected."""

    default_code = ErrorCode.ALIAS_MOVED


class AliasProtectedError(PermissionDeniedError):
    """Only who may administrate models moves the alias."""

    default_code = ErrorCode.ALIAS_PROTECTED


class InvalidStateError(RequestError):
    """The object is not in a state that allows this, such as canceling a version that has ended."""

    default_code = ErrorCode.INVALID_STATE


class ImmutableError(InvalidStateError):
    """It belongs to a finished version, whose files, config and metrics never change."""

    default_code = ErrorCode.IMMUTABLE


class LeaseLostError(RequestError):
    """A worker's job was given to another attempt or has ended."""

    default_code = ErrorCode.LEASE_LOST


class TooLargeError(RequestError):
    """The request is larger than the server accepts."""

    default_code = ErrorCode.TOO_LARGE


class StorageFullError(RequestError):
    """The server's disk or bucket is full."""

    default_code = ErrorCode.STORAGE_FULL


class CorruptFileError(RequestError):
    """A file's content does not have the digest that was recorded for it."""

    default_code = ErrorCode.CORRUPT_FILE


class PredictionFailedError(RequestError):
    """The model could not predict these rows."""

    default_code = ErrorCode.PREDICTION_FAILED


class UnmetRequirementsError(PredictionFailedError):
    """The environment of the server's workers lacks a package that the model needs, or has it in another version."""

    default_code = ErrorCode.UNMET_REQUIREMENTS


class PickledModelError(PredictionFailedError):
    """Loading the model would run code that comes with it, and the server does not allow that."""

    default_code = ErrorCode.PICKLED_MODEL


class UnavailableError(RequestError):
    """The server cannot do this at the moment; try again."""

    default_code = ErrorCode.UNAVAILABLE


class InternalError(RequestError):
    """A fault of the server; `request_id` finds it in the server's log."""

    default_code = ErrorCode.INTERNAL


def _kinds_of(base: type[RequestError]) -> Iterator[type[RequestError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds_of(kind)


BY_CODE: dict[str, type[RequestError]] = {kind.default_code: kind for kind in _kinds_of(RequestError)}
"""The exception class of each wire error code."""
