"""Folders whose files never change, because something finished relies on them: what may still be done there."""

from collections.abc import Iterable
from typing import NamedTuple

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import Immutable
from modelyard.server.tracking.artifact_files.queries import find_entry, find_seal, list_filled


class Seal(NamedTuple):
    """A folder that somebody relies on: by a name that is never given twice, and a title for people."""

    project_id: int
    folder: str
    name: str
    title: str


def seal_folders(raw: Raw, seals: Iterable[Seal]) -> None:
    """Seals the folders that have files; an empty one stays open. Sealing again is fine."""
    by_project: dict[int, list[Seal]] = {}
    for seal in seals:
        by_project.setdefault(seal.project_id, []).append(seal)
    for project_id, project_seals in by_project.items():
        filled = list_filled(raw, project_id, [seal.folder for seal in project_seals if seal.folder])
        raw.insert(
            "INSERT INTO sealed_folders (project_id, folder, seal, title) VALUES",
            [
                (project_id, seal.folder, seal.name, seal.title)
                for seal in dict.fromkeys(project_seals)
                if seal.folder in filled
            ],
            "ON CONFLICT (project_id, folder, seal) DO NOTHING",
        )


def break_seals(raw: Raw, name: str) -> None:
    """Opens the folders again, unless others rely on them."""
    raw.run("DELETE FROM sealed_folders WHERE seal = ?", (name,))


def require_unsealed(raw: Raw, project_id: int, path: str) -> None:
    """:raises Immutable: the path is of a finished version."""
    title = find_seal(raw, project_id, path)
    if title is not None:
        raise Immutable(
            f"The file {path[-300:]!r} belongs to version {title}, which is finished: its files never change.",
            hint="Log the files elsewhere and register a new version, or delete the version first.",
        )


def require_writable(raw: Raw, project_id: int, path: str) -> None:
    """As `require_unsealed`, but a file that is there may come again: only its bytes tell whether it changes."""
    folder, _, name = path.rpartition("/")
    entry = find_entry(raw, project_id, folder, name)
    if entry is None or entry.is_folder:
        require_unsealed(raw, project_id, path)
