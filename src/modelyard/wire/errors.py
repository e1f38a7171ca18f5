"""The one error shape, and the stable code of every error a server can answer with."""

from enum import StrEnum

from pydantic import Field

from modelyard.wire.base import Record

MAX_PROBLEMS = 20
"""The number of problems that one answer names; to list thousands would take longer than to find them."""


class ErrorCode(StrEnum):
    """Stable names: clients may match on them. The SDK raises one exception class per code."""

    INVALID_ARGUMENT = "invalid_argument"
    INVALID_NAME = "invalid_name"
    INVALID_CONFIG = "invalid_config"
    INVALID_TABLE = "invalid_table"
    INVALID_PAGE_TOKEN = "invalid_page_token"
    UNAUTHENTICATED = "unauthenticated"
    PERMISSION_DENIED = "permission_denied"
    NOT_FOUND = "not_found"
    ALREADY_EXISTS = "already_exists"
    CONFLICT = "conflict"
    INVALID_SEMVER = "invalid_semver"
    SEMVER_TAKEN = "semver_taken"
    SEMVER_TOO_SMALL = "semver_too_small"
    ALIAS_MOVED = "alias_moved"
    ALIAS_PROTECTED = "alias_protected"
    INVALID_STATE = "invalid_state"
    IMMUTABLE = "immutable"
    LEASE_LOST = "lease_lost"
    TOO_LARGE = "too_large"
    STORAGE_FULL = "storage_full"
    CORRUPT_FILE = "corrupt_file"
    PREDICTION_FAILED = "prediction_failed"
    UNMET_REQUIREMENTS = "unmet_requirements"
    PICKLED_MODEL = "pickled_model"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


class Problem(Record):
    """One thing that is wrong with an input, and where."""

    path: str = Field(description="Where: a field path such as `input_features[2].type`, or `row 17`.")
    message: str
    suggestion: str | None = Field(default=None, description="What was probably meant, or what to do.")


class ErrorDetail(Record):
    """The body of an error."""

    code: ErrorCode
    message: str
    hint: str | None = Field(default=None, description="What to do about it.")
    problems: list[Problem] = []
    request_id: str | None = None


class ErrorResponse(Record):
    """Every error answer of the native API has this shape."""

    error: ErrorDetail
