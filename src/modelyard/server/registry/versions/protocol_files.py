"""The files of versions at addresses below this server's artifacts, which clients of the MLflow protocol can read."""

from operator import itemgetter

from modelyard.server.db.raw import Raw
from modelyard.server.storage import StoredFile
from modelyard.server.tracking.artifact_files.locations import PROXY
from modelyard.server.tracking.artifact_files.locations import VERSIONS as _ROOT
from modelyard.server.tracking.artifact_files.queries import FolderEntry, find_file, list_stored_tree


def location(version_id: int) -> str:
    """Where a trained version's model folder is to clients."""
    return f"{PROXY}{_ROOT}/{version_id}/model"


def find_stored(raw: Raw, project_id: int, path: str) -> StoredFile | None:
    """A file below this server's artifacts, of a trained version or logged by a client."""
    return find_version_file(raw, project_id, path) or find_file(raw, project_id, path)


def list_stored(raw: Raw, project_id: int, folder: str, most: int) -> list[tuple[str, StoredFile]]:
    """At most `most` files below a folder of this server's artifacts, by their paths relative to it."""
    own = _list_below(raw, project_id, folder)
    return sorted(own, key=itemgetter(0))[:most] if own else list_stored_tree(raw, project_id, folder, most)


def find_version_file(raw: Raw, project_id: int, path: str) -> StoredFile | None:
    """The file of `versions/<id>/<path>`; None when it is not one, or is not there."""
    place = _split(path)
    if place is None:
        return None
    row = raw.one(
        "SELECT f.key, f.size_bytes, f.digest FROM version_files f JOIN versions v ON v.id = f.version_id "
        "WHERE v.project_id = ? AND v.id = ? AND f.path = ?",
        (project_id, *place),
    )
    return None if row is None else StoredFile(*row)


def list_version_folder(raw: Raw, project_id: int, path: str) -> list[FolderEntry]:
    """The entries of the folder `versions/<id>/<path>`, by name."""
    entries: dict[str, FolderEntry] = {}
    for inner, file in _list_below(raw, project_id, path):
        name, slash, _ = inner.partition("/")
        entries[name] = FolderEntry(name, bool(slash), 0 if slash else file.size_bytes)
    return sorted(entries.values())


def _list_below(raw: Raw, project_id: int, path: str) -> list[tuple[str, StoredFile]]:
    """The files below `versions/<id>/<path>`, by their paths relative to it."""
    place = _split(path)
    if place is None:
        return []
    version, folder = place
    rows = raw.all(
        "SELECT f.path, f.key, f.size_bytes, f.digest FROM version_files f JOIN versions v ON v.id = f.version_id "
        "WHERE v.project_id = ? AND v.id = ?",
        (project_id, version),
    )
    prefix = f"{folder}/" if folder else ""
    return [(file[len(prefix) :], StoredFile(*stored)) for file, *stored in rows if file.startswith(prefix)]


def _split(path: str) -> tuple[int, str] | None:
    root, _, rest = path.partition("/")
    version, _, inner = rest.partition("/")
    if root != _ROOT or not version.isascii() or not version.isdigit() or len(version) > 18:
        return None
    return int(version), inner
