"""The files of trained versions at addresses that clients of the MLflow protocol can read."""

from modelyard.server.db.raw import Raw
from modelyard.server.storage import StoredFile
from modelyard.server.tracking.artifact_files.queries import Entry

_ROOT = "versions"


def location(version_id: int) -> str:
    """Where a trained version's model folder is to clients."""
    return f"mlflow-artifacts:/{_ROOT}/{version_id}/model"


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


def list_version_folder(raw: Raw, project_id: int, path: str) -> list[Entry]:
    """What is in the folder `versions/<id>/<path>`, by name."""
    place = _split(path)
    if place is None:
        return []
    version, folder = place
    rows = raw.all(
        "SELECT f.path, f.size_bytes FROM version_files f JOIN versions v ON v.id = f.version_id "
        "WHERE v.project_id = ? AND v.id = ?",
        (project_id, version),
    )
    prefix = f"{folder}/" if folder else ""
    found: dict[str, Entry] = {}
    for file, size in rows:
        if file.startswith(prefix):
            name, slash, _ = file[len(prefix) :].partition("/")
            found[name] = Entry(name, bool(slash), 0 if slash else size)
    return sorted(found.values())


def _split(path: str) -> tuple[int, str] | None:
    root, _, rest = path.partition("/")
    version, _, inner = rest.partition("/")
    if root != _ROOT or not version.isascii() or not version.isdigit() or len(version) > 18:
        return None
    return int(version), inner
