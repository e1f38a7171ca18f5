"""The exit codes of commands, and the errors that they stand for."""

from enum import IntEnum


class ExitCode(IntEnum):
    OK = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    NOT_FOUND = 4
    INVALID_INPUT = 5
    CONFLICT = 6
    DENIED = 7
    INTERRUPTED = 130


MEANINGS: dict[ExitCode, str] = {
    ExitCode.OK: "done",
    ExitCode.FAILED: "the operation failed: a training Failed or was Canceled, a prediction or the server failed",
    ExitCode.USAGE: "the command line is wrong: an unknown option, a missing argument",
    ExitCode.UNREACHABLE: "the server cannot be reached, or is not a Modelyard server",
    ExitCode.NOT_FOUND: "there is no such project, dataset, model or version",
    ExitCode.INVALID_INPUT: "the input is invalid: a name, a config, a table, an argument",
    ExitCode.CONFLICT: "something stands against it: a name is taken, a version has ended, a dataset is in use",
    ExitCode.DENIED: "the server does not know the caller, or does not allow it",
    ExitCode.INTERRUPTED: "interrupted with Ctrl-C",
}

_SHORT = (f"{code.value} {code.name.lower().replace('_', ' ')}" for code in ExitCode)
EPILOG = f"Exit codes: {', '.join(_SHORT)}."


def exit_code_of(error: Exception) -> ExitCode:
    """The exit code of a command that ended with `error`, an exception of the SDK or of the operating system."""
    from modelyard import sdk  # noqa: PLC0415

    table: tuple[tuple[type[Exception] | tuple[type[Exception], ...], ExitCode], ...] = (
        ((sdk.ServerUnreachableError, sdk.UnexpectedAnswerError, sdk.UnavailableError), ExitCode.UNREACHABLE),
        (sdk.NotFoundError, ExitCode.NOT_FOUND),
        ((sdk.AlreadyExistsError, sdk.ConflictError, sdk.InvalidStateError, sdk.LeaseLostError), ExitCode.CONFLICT),
        ((sdk.UnauthenticatedError, sdk.PermissionDeniedError), ExitCode.DENIED),
        (
            (
                sdk.InvalidArgumentError,
                sdk.InvalidNameError,
                sdk.InvalidConfigError,
                sdk.InvalidTableError,
                sdk.InvalidPageTokenError,
                sdk.TooLargeError,
            ),
            ExitCode.INVALID_INPUT,
        ),
    )
    return next((code for kinds, code in table if isinstance(error, kinds)), ExitCode.FAILED)
