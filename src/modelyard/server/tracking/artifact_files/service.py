"""The rules of logged files. Bytes are written before, see docs/contributing/stored-files.md."""

from modelyard.server.artifacts.service import keep, mark_for_deletion
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import Conflict, NotFound
from modelyard.server.kernel.ids import new_id
from modelyard.server.storage import StoredFile
from modelyard.server.tracking.artifact_files.owners import require_changeable
from modelyard.server.tracking.artifact_files.queries import find_entry, is_empty
from modelyard.server.tracking.artifact_files.seals import require_unsealed

_UPSERT = (
    "INSERT INTO artifact_files (project_id, folder, name, is_folder, key, size_bytes, digest, updated_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (project_id, folder, name) "
)


def new_key(project_id: int) -> str:
    """A key in the store for a file that is to be logged."""
    return key_of(project_id, new_id())


def key_of(project_id: int, name: str) -> str:
    """A key among those of the project's files."""
    return f"artifacts/{project_id}/{name}"


def add_file(raw: Raw, project_id: int, path: str, file: StoredFile) -> None:
    """Makes a stored file visible under a path, in place of what was there. The same bytes again change nothing.

    :raises Immutable: a finished version has other bytes there.
    :raises Conflict: the path is a folder, or a part of it is a file.
    :raises InvalidState: it is of a run, a logged model or an experiment that is deleted.
    """
    require_changeable(raw, project_id, path)
    folder, _, name = path.rpartition("/")
    before = find_entry(raw, project_id, folder, name)
    if before is not None and before.is_folder:
        raise Conflict(f"{path!r} is a folder.")
    if before is None or before.digest != file.digest:
        require_unsealed(raw, project_id, path)
    keep(raw.connection, file)
    now = now_ms()
    raw.run(
        f"{_UPSERT} DO UPDATE SET key = excluded.key, size_bytes = excluded.size_bytes, digest = excluded.digest, "
        "updated_at = excluded.updated_at",
        (project_id, folder, name, False, file.key, file.size_bytes, file.digest, now),
    )
    if before is not None and before.key is not None and before.key != file.key:
        mark_for_deletion(raw.connection, [before.key])
    if before is None:
        _ensure_folders(raw, project_id, folder, now)


def delete_tree(raw: Raw, project_id: int, path: str) -> None:
    """Deletes a file, or a folder with all that is in it, and the folders above that are then empty.

    :raises NotFound: there is nothing under the path.
    :raises Immutable: something of it is of a finished version.
    :raises InvalidState: something of it is of a run, a logged model or an experiment that is deleted.
    """
    require_changeable(raw, project_id, path)
    require_unsealed(raw, project_id, path)
    folder, _, name = path.rpartition("/")
    row = raw.one(
        "DELETE FROM artifact_files WHERE project_id = ? AND folder = ? AND name = ? RETURNING is_folder, key",
        (project_id, folder, name),
    )
    if row is None:
        raise NotFound(f"There is no artifact {path!r}.")
    keys = [] if row[0] else [row[1]]
    folders = [path] if row[0] else []
    while folders:
        inside = folders.pop()
        require_changeable(raw, project_id, inside)
        require_unsealed(raw, project_id, inside)
        rows = raw.all(
            "DELETE FROM artifact_files WHERE project_id = ? AND folder = ? RETURNING name, is_folder, key",
            (project_id, inside),
        )
        keys += [key for _, is_folder, key in rows if not is_folder]
        folders += [f"{inside}/{child}" for child, is_folder, _ in rows if is_folder]
    mark_for_deletion(raw.connection, keys)
    _drop_empty_folders(raw, project_id, folder)


def _ensure_folders(raw: Raw, project_id: int, folder: str, now: int) -> None:
    while folder:
        above, _, name = folder.rpartition("/")
        inserted = raw.run(f"{_UPSERT} DO NOTHING", (project_id, above, name, True, None, 0, None, now)).rowcount
        if not inserted:
            entry = find_entry(raw, project_id, above, name)
            if entry is not None and not entry.is_folder:
                raise Conflict(f"{folder!r} is a file, so nothing can be in it.")
            return
        folder = above


def _drop_empty_folders(raw: Raw, project_id: int, folder: str) -> None:
    while folder:
        if not is_empty(raw, project_id, folder):
            return
        above, _, name = folder.rpartition("/")
        raw.run(
            "DELETE FROM artifact_files WHERE project_id = ? AND folder = ? AND name = ?", (project_id, above, name)
        )
        folder = above
