"""The errors a domain may raise. The edge renders each as `wire.errors.ErrorResponse`.

ModelyardError
|-- InvalidArgument      400
|   `-- InvalidSemver    400
|-- InvalidName          400
|-- InvalidPageToken     400
|-- Unauthenticated      401
|-- PermissionDenied     403
|   `-- AliasProtected   403
|-- NotFound             404
|-- AlreadyExists        409
|   `-- SemverTaken      409
|-- Conflict             409
|   |-- SemverTooSmall   409
|   `-- AliasMoved       409
|-- InvalidState         409
|   `-- Immutable        409
|-- LeaseLost            409
|-- TooLarge             413
|-- InvalidConfig        422
|-- InvalidTable         422
|-- PredictionFailed     422
|   |-- UnmetRequirements 422
|   `-- PickledModel     422
|-- CorruptFile          500
|-- Unavailable          503
`-- StorageFull          507
"""

from collections.abc import Sequence
from typing import ClassVar, Self

from modelyard.wire.errors import ErrorCode, Problem


class ModelyardError(Exception):
    """An error whose message is meant for the caller: it says what was wrong and where."""

    code: ClassVar[ErrorCode]
    status: ClassVar[int]

    def __init__(self, message: str, *, hint: str | None = None, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.problems = list(problems)


class InvalidArgument(ModelyardError):
    """A parameter or body field has a value that cannot be used."""

    code = ErrorCode.INVALID_ARGUMENT
    status = 400


class InvalidName(ModelyardError):
    """A name of a project, dataset or model breaks the rules for names."""

    code = ErrorCode.INVALID_NAME
    status = 400


class InvalidPageToken(ModelyardError):
    """A page token was not made by this server for this query."""

    code = ErrorCode.INVALID_PAGE_TOKEN
    status = 400


class Unauthenticated(ModelyardError):
    """No credential, or one that is not known."""

    code = ErrorCode.UNAUTHENTICATED
    status = 401


class PermissionDenied(ModelyardError):
    """The caller may see the object but not do this to it."""

    code = ErrorCode.PERMISSION_DENIED
    status = 403


class NotFound(ModelyardError):
    """The object does not exist, or the caller may not know that it does."""

    code = ErrorCode.NOT_FOUND
    status = 404


class AlreadyExists(ModelyardError):
    """An object of that name exists."""

    code = ErrorCode.ALREADY_EXISTS
    status = 409


class Conflict(ModelyardError):
    """Something else that exists forbids this, e.g. a model trained on the dataset to be deleted."""

    code = ErrorCode.CONFLICT
    status = 409


class InvalidSemver(InvalidArgument):
    """A text is not a semantic version, or the model has none."""

    code = ErrorCode.INVALID_SEMVER


class SemverTaken(AlreadyExists):
    """Another version of the model has that semantic version."""

    code = ErrorCode.SEMVER_TAKEN


class SemverTooSmall(Conflict):
    """The changes since the version before ask for a larger step; the message has the reasons."""

    code = ErrorCode.SEMVER_TOO_SMALL


class AliasMoved(Conflict):
    """The alias names another version than the caller expects."""

    code = ErrorCode.ALIAS_MOVED


class AliasProtected(PermissionDenied):
    """Only who may administrate models moves the alias."""

    code = ErrorCode.ALIAS_PROTECTED


class InvalidState(ModelyardError):
    """The object is in a state that does not allow this, e.g. canceling a version that has ended."""

    code = ErrorCode.INVALID_STATE
    status = 409


class Immutable(InvalidState):
    """It belongs to a finished version, which never changes."""

    code = ErrorCode.IMMUTABLE


class LeaseLost(ModelyardError):
    """The job has ended or another attempt has taken it over: the worker must stop."""

    code = ErrorCode.LEASE_LOST
    status = 409


class TooLarge(ModelyardError):
    """A body is above the configured limit."""

    code = ErrorCode.TOO_LARGE
    status = 413


class InvalidConfig(ModelyardError):
    """A training config does not fit its schema or its data; `problems` says where."""

    code = ErrorCode.INVALID_CONFIG
    status = 422


class InvalidTable(ModelyardError):
    """An uploaded file cannot be read as a table; `problems` says where."""

    code = ErrorCode.INVALID_TABLE
    status = 422


class PredictionFailed(ModelyardError):
    """The model could not predict these rows."""

    code = ErrorCode.PREDICTION_FAILED
    status = 422


class UnmetRequirements(PredictionFailed):
    """The environment of the workers lacks a package that the model needs, or has it in another version."""

    code = ErrorCode.UNMET_REQUIREMENTS


class PickledModel(PredictionFailed):
    """Loading the model would run code that comes with it, and the settings do not allow that."""

    code = ErrorCode.PICKLED_MODEL


class CorruptFile(ModelyardError):
    """A stored file is missing or does not match its recorded digest."""

    code = ErrorCode.CORRUPT_FILE
    status = 500

    @classmethod
    def of(cls, key: str) -> Self:
        return cls(f"The stored file {key!r} is damaged or missing.", hint="`modelyard verify` names every such file.")


class Unavailable(ModelyardError):
    """Something that is needed cannot be reached now; trying again may help."""

    code = ErrorCode.UNAVAILABLE
    status = 503


class StorageFull(ModelyardError):
    """The disk or bucket is full; nothing was kept."""

    code = ErrorCode.STORAGE_FULL
    status = 507
