"""Reads of logged files."""

from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.storage import StoredFile

_FOLDERS_AT_ONCE = 500


class FolderEntry(NamedTuple):
    """A file or folder in a folder. `name` is without the folder."""

    name: str
    is_folder: bool
    size_bytes: int


class StoredEntry(NamedTuple):
    """`key` is where a file is in the store; a folder has none."""

    is_folder: bool
    key: str | None
    digest: str | None


def find_entry(raw: Raw, project_id: int, folder: str, name: str) -> StoredEntry | None:
    row = raw.one(
        "SELECT is_folder, key, digest FROM artifact_files WHERE project_id = ? AND folder = ? AND name = ?",
        (project_id, folder, name),
    )
    return None if row is None else StoredEntry(bool(row[0]), row[1], row[2])


def is_empty(raw: Raw, project_id: int, folder: str) -> bool:
    """Whether nothing is in a folder."""
    row = raw.one("SELECT 1 FROM artifact_files WHERE project_id = ? AND folder = ? LIMIT 1", (project_id, folder))
    return row is None


def list_folder(raw: Raw, project_id: int, folder: str) -> list[FolderEntry]:
    """Files and folders in a folder, by name; none when there is no such folder."""
    rows = raw.all(
        "SELECT name, is_folder, size_bytes FROM artifact_files WHERE project_id = ? AND folder = ?",
        (project_id, folder),
    )
    return sorted(FolderEntry(name, bool(is_folder), size) for name, is_folder, size in rows)


def list_tree(raw: Raw, project_id: int, folder: str, most: int) -> list[FolderEntry]:
    """At most `most` files below a folder, by their paths relative to it."""
    return [FolderEntry(path, False, file.size_bytes) for path, file in list_stored_tree(raw, project_id, folder, most)]


def list_stored_tree(raw: Raw, project_id: int, folder: str, most: int) -> list[tuple[str, StoredFile]]:
    """As `list_tree`, with where each file is in the store."""
    files: list[tuple[str, StoredFile]] = []
    folders = [folder]
    while folders and len(files) < most:
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
                files.append((path[len(folder) :].lstrip("/"), StoredFile(*stored)))
    return sorted(files, key=itemgetter(0))[:most]


def find_file(raw: Raw, project_id: int, path: str) -> StoredFile | None:
    folder, _, name = path.rpartition("/")
    row = raw.one(
        "SELECT key, size_bytes, digest FROM artifact_files "
        "WHERE project_id = ? AND folder = ? AND name = ? AND key IS NOT NULL",
        (project_id, folder, name),
    )
    return None if row is None else StoredFile(*row)


def find_seal(raw: Raw, project_id: int, path: str) -> str | None:
    """The title of what relies on a sealed folder that is the path or has it; None when there is none."""
    parts = path.split("/")
    folders = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    row = raw.one(
        "SELECT title FROM sealed_folders "  # noqa: S608
        f"WHERE project_id = ? AND folder IN ({placeholders(len(folders))}) ORDER BY title LIMIT 1",
        (project_id, *folders),
    )
    return None if row is None else row[0]


def list_filled(raw: Raw, project_id: int, folders: Sequence[str]) -> set[str]:
    """Those of the folders that have anything in them."""
    filled: set[str] = set()
    for start in range(0, len(folders), _FOLDERS_AT_ONCE):
        part = folders[start : start + _FOLDERS_AT_ONCE]
        rows = raw.run(
            "SELECT DISTINCT folder FROM artifact_files "  # noqa: S608
            f"WHERE project_id = ? AND folder IN ({placeholders(len(part))})",
            (project_id, *part),
        )
        filled.update(folder for (folder,) in rows)
    return filled
