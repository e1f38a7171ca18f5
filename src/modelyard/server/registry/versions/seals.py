"""The folders that registered versions rely on: their files never change."""

from collections.abc import Collection, Sequence

from modelyard.server.db.raw import Raw
from modelyard.server.registry.versions.registered import RegisteredVersion, list_unsealed
from modelyard.server.registry.versions.subjects import version_subject
from modelyard.server.tracking.artifact_files.locations import inside_proxy, is_inside_proxy
from modelyard.server.tracking.artifact_files.seals import Seal, seal_folders


def seal_sources(raw: Raw, versions: Sequence[tuple[int, RegisteredVersion]]) -> None:
    """Seals the folders of versions, each with its project's id, that have files on this server."""
    seal_folders(
        raw,
        [
            _seal(project_id, version.id, version.model, version.number, version.storage)
            for project_id, version in versions
            if version.source is not None and is_inside_proxy(version.storage)
        ],
    )


def seal_imported(raw: Raw, project_id: int, whole_folders: Collection[str]) -> None:
    """Seals the folders of imported versions whose files have all come."""
    seals = [_seal(project_id, *row) for row in list_unsealed(raw, project_id)]
    seal_folders(raw, [seal for seal in seals if _is_in_one(seal.folder, whole_folders)])


def _seal(project_id: int, version_id: int, model: str, number: int, location: str) -> Seal:
    return Seal(project_id, inside_proxy(location), version_subject(version_id), f"{model}/{number}")


def _is_in_one(folder: str, whole_folders: Collection[str]) -> bool:
    parts = folder.split("/")
    return any("/".join(parts[:end]) in whole_folders for end in range(1, len(parts) + 1))
