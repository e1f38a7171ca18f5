"""Reads of logged files."""

from typing import NamedTuple

from modelyard.server.db.raw import Raw
from modelyard.server.storage import StoredFile


class Entry(NamedTuple):
    """A file or folder in a folder. `name` is without the folder."""

    name: str
    is_folder: bool
    size_bytes: int


def list_folder(raw: Raw, project_id: int, folder: str) -> list[Entry]:
    """What is in a folder, by name; nothing when there is no such folder."""
    rows = raw.all(
        "SELECT name, is_folder, size_bytes FROM artifact_files WHERE project_id = ? AND folder = ?",
        (project_id, folder),
    )
    return sorted(Entry(name, bool(is_folder), size) for name, is_folder, size in rows)


def find_file(raw: Raw, project_id: int, path: str) -> StoredFile | None:
    folder, _, name = path.rpartition("/")
    row = raw.one(
        "SELECT key, size_bytes, digest FROM artifact_files "
        "WHERE project_id = ? AND folder = ? AND name = ? AND key IS NOT NULL",
        (project_id, folder, name),
    )
    return None if row is None else StoredFile(*row)
