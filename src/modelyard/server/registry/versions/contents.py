"""The files of a version: its own when it was trained here, else those at its source below this server's artifacts.

Files at a source are called as those of trained versions are: `model/MLmodel`.
"""

from sqlalchemy import Connection

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import NotFound, TooLarge
from modelyard.server.registry.versions.files import MODEL_FOLDER, get_file, list_files
from modelyard.server.registry.versions.protocol_files import find_stored, list_stored
from modelyard.server.registry.versions.queries import VersionKey
from modelyard.server.storage import StoredFile
from modelyard.server.tracking.artifact_files.locations import inside_proxy, is_inside_proxy
from modelyard.server.tracking.logged_models.mlmodel import MLMODEL
from modelyard.wire.models import VersionFile

_MAX_FILES = 100_000


def list_contents(
    connection: Connection, project_id: int, version: VersionKey, prefix: str = ""
) -> list[tuple[VersionFile, str]]:
    """Files by path, each with its key in the store; none when they are kept elsewhere.

    :raises TooLarge: there are more than 100,000 at its source.
    """
    if version.location is None:
        return list_files(connection, version.id, prefix)
    if not is_inside_proxy(version.location):
        return []
    stored = list_stored(Raw(connection), project_id, inside_proxy(version.location), _MAX_FILES + 1)
    if len(stored) > _MAX_FILES:
        raise TooLarge(
            f"There are more than {_MAX_FILES} files at {version.location!r}.", hint="Register a folder in it."
        )
    files = [
        (VersionFile(path=MODEL_FOLDER + path, size_bytes=file.size_bytes, digest=file.digest), file.key)
        for path, file in stored
    ]
    return [(file, key) for file, key in files if file.path.startswith(prefix)]


def get_content(connection: Connection, project_id: int, version: VersionKey, path: str) -> StoredFile:
    """:raises NotFound: the version has no such file, or it is kept elsewhere."""
    if version.location is None:
        return get_file(connection, version.id, path)
    content = None
    if is_inside_proxy(version.location) and path.startswith(MODEL_FOLDER):
        root = inside_proxy(version.location)
        content = find_stored(Raw(connection), project_id, f"{root}/{path.removeprefix(MODEL_FOLDER)}".lstrip("/"))
    if content is None:
        raise NotFound(f"This version has no file {path[:200]!r} here.", hint=why_nothing(version))
    return content


def find_mlmodel(connection: Connection, project_id: int, location: str) -> StoredFile | None:
    """The `MLmodel` file at a location, when it is below this server's artifacts."""
    if not is_inside_proxy(location):
        return None
    return find_stored(Raw(connection), project_id, f"{inside_proxy(location)}/{MLMODEL}".lstrip("/"))


def why_nothing(version: VersionKey) -> str:
    """Why a version has no files, and what to do."""
    if version.location is None:
        return "Only Ready versions have files."
    if is_inside_proxy(version.location):
        return f"List its files to see their paths; they are those at {version.location}."
    return f"They are at {version.location}, which this server does not read; the mlflow client does."
