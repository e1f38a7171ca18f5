"""The Python client of Modelyard.

Start with `Client`. Everything public is listed in `__all__`; the modules beginning with an underscore are not.
"""

from modelyard.sdk._client import Client
from modelyard.sdk._datasets import Dataset, Datasets, DatasetVersion
from modelyard.sdk._engines import Engines
from modelyard.sdk._errors import (
    AlreadyExistsError,
    ConflictError,
    CorruptFileError,
    ImmutableError,
    InternalError,
    InvalidArgumentError,
    InvalidConfigError,
    InvalidNameError,
    InvalidPageTokenError,
    InvalidStateError,
    InvalidTableError,
    LeaseLostError,
    MissingInputsWarning,
    ModelyardError,
    NotFoundError,
    PermissionDeniedError,
    PickledModelError,
    PredictionFailedError,
    RequestError,
    ServerUnreachableError,
    StorageFullError,
    TooLargeError,
    TrainingCanceledError,
    TrainingError,
    TrainingFailedError,
    UnauthenticatedError,
    UnavailableError,
    UnexpectedAnswerError,
    UnmetRequirementsError,
    WaitTimeoutError,
)
from modelyard.sdk._models import Model, Models
from modelyard.sdk._projects import Project, Projects
from modelyard.sdk._versions import Version
from modelyard.sdk._webhooks import Webhook, Webhooks

__all__ = [
    "AlreadyExistsError",
    "Client",
    "ConflictError",
    "CorruptFileError",
    "Dataset",
    "DatasetVersion",
    "Datasets",
    "Engines",
    "ImmutableError",
    "InternalError",
    "InvalidArgumentError",
    "InvalidConfigError",
    "InvalidNameError",
    "InvalidPageTokenError",
    "InvalidStateError",
    "InvalidTableError",
    "LeaseLostError",
    "MissingInputsWarning",
    "Model",
    "Models",
    "ModelyardError",
    "NotFoundError",
    "PermissionDeniedError",
    "PickledModelError",
    "PredictionFailedError",
    "Project",
    "Projects",
    "RequestError",
    "ServerUnreachableError",
    "StorageFullError",
    "TooLargeError",
    "TrainingCanceledError",
    "TrainingError",
    "TrainingFailedError",
    "UnauthenticatedError",
    "UnavailableError",
    "UnexpectedAnswerError",
    "UnmetRequirementsError",
    "Version",
    "WaitTimeoutError",
    "Webhook",
    "Webhooks",
]
