"""Locations of artifacts: on this server, or somewhere else."""

import re
from urllib.parse import unquote, urlparse, urlsplit

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.tracking.artifact_files.paths import check_path

PROXY = "mlflow-artifacts:/"
"""Locations that this server keeps."""

VERSIONS = "versions"
"""The folder in it of what was trained here, by version."""

_BY_HOST = frozenset({"ftp", "sftp", "hdfs", "viewfs", "http", "https", "mlflow-artifacts"})
"""Schemes whose addresses make whoever reads them connect to any host that they name."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+:/")
"""Two letters at least: one is a drive of Windows."""
_MAX_ENCODINGS = 10


def is_in_a_store(location: str) -> bool:
    """Whether it is an address in a store of its own, such as `s3://bucket/key`, which only its clients read.

    :raises ValueError: it is no address at all.
    """
    scheme = urlsplit(location).scheme
    return _ADDRESS.match(location) is not None and scheme not in _BY_HOST | {"file", "runs", "models"}


def location_fault(location: str) -> str | None:
    """Why the runs of an experiment cannot keep their artifacts there."""
    try:
        parts = urlparse(location)
    except ValueError as error:
        return f"it is not an address ({error})."
    if parts.fragment or parts.params or parts.scheme == "runs" or leads_elsewhere(location):
        return "it must be a plain location, without fragment, ';' or '..'."
    if parts.query and parts.scheme in ("", "file", "mlflow-artifacts"):
        return "only an address of another store can have a query."
    if parts.scheme in ("mlflow-artifacts", "http", "https", "ftp") and parts.netloc:
        return "it must not name another server."
    return None


def leads_elsewhere(location: str) -> bool:
    """Whether `..` or the character NUL is in it, however often it is percent-encoded; encoded too often counts."""
    decoded = location
    for _ in range(_MAX_ENCODINGS):
        if "\0" in decoded or ".." in re.split(r"[/\\?&=]", decoded):
            return True
        following = unquote(decoded)
        if following == decoded:
            return False
        decoded = following
    return True


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
