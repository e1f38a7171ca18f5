"""Reads of logged files."""

from operator import itemgetter
from typing import NamedTuple

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.storage import StoredFile

_FOLDERS_AT_ONCE = 500


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


def list_tree(raw: Raw, project_id: int, folder: str, most: int) -> list[Entry]:
    """At most `most` files below a folder, by their paths relative to it."""
    return [Entry(path, False, file.size_bytes) for path, file in list_stored_tree(raw, project_id, folder, most)]


def list_stored_tree(raw: Raw, project_id: int, folder: str, most: int) -> list[tuple[str, StoredFile]]:
    """As `list_tree`, with where each file is in the store."""
    found: list[tuple[str, StoredFile]] = []
    folders = [folder]
    while folders and len(found) < most:
        part, folders = folders[:_FOLDERS_AT_ONCE], folders[_FOLDERS_AT_ONCE:]
        rows = raw.all(
            "SELECT folder, name, is_folder, key, size_bytes, digest FROM artifact_files "  # noqa: S608
            f"WHERE project_id = ? AND folder IN ({placeholders(len(part))})",
            (project_id, *part),
        )
        for inside, name, is_folder, *stored in rows:
            path = f"{inside}/{name}".strip("/")
            if is_folder:
                folders.append(path)
            else:
                found.append((path[len(folder) :].lstrip("/"), StoredFile(*stored)))
    return sorted(found, key=itemgetter(0))[:most]


def find_file(raw: Raw, project_id: int, path: str) -> StoredFile | None:
    folder, _, name = path.rpartition("/")
    row = raw.one(
        "SELECT key, size_bytes, digest FROM artifact_files "
        "WHERE project_id = ? AND folder = ? AND name = ? AND key IS NOT NULL",
        (project_id, folder, name),
    )
    return None if row is None else StoredFile(*row)
