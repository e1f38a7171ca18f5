"""Locations of artifacts: on this server, or somewhere else."""

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.tracking.artifact_files.paths import check_path

PROXY = "mlflow-artifacts:/"
"""Locations that this server keeps."""


def is_inside_proxy(location: str) -> bool:
    """Whether a location is below this server's artifacts."""
    return location.startswith(PROXY)


def inside_proxy(location: str) -> str:
    """The path below this server's artifacts that a location names.

    :raises InvalidArgument: it is somewhere else, where only the client can read.
    """
    if not is_inside_proxy(location):
        raise InvalidArgument(
            f"The artifacts are in {location!r}, which this server does not read.",
            hint="Read them with the mlflow client, which has the credentials for that place.",
        )
    return check_path(location.removeprefix(PROXY).strip("/"))
