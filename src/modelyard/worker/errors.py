"""Why a job ends without a model.

JobError            the version becomes Failed, with `code` and a message a person can act on
  InvalidDataError  the data cannot be trained on as the config says
CanceledError       someone canceled the version
LeaseLostError      the job is no longer this worker's: stop without another word
ServerGoneError     the server could not be reached for too long
"""


class JobError(Exception):
    """The training failed; `code` is stable, and the message says what to do."""

    code = "trainer_error"

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class InvalidDataError(JobError):
    code = "invalid_data"


class CanceledError(BaseException):
    """Not an Exception, so that no library's `except Exception` keeps a canceled training running."""


class LeaseLostError(BaseException):
    """Not an Exception, for the same reason."""


class ServerGoneError(Exception):
    """The server could not be reached."""
