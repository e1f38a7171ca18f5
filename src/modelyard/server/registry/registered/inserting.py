"""The rows of versions that come as they are, in few statements however many they are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw
from modelyard.server.registry.registered.queries import RegisteredVersion
from modelyard.server.registry.texts import search_text
from modelyard.server.tracking.runs.search import run_ids

_INSERT = (
    "INSERT INTO versions (project_id, model_id, model, number, semver, description, search_text, status, "
    "error_message, run, run_id, source, storage_location, run_link, logged_model_id, stage, file_count, size_bytes, "
    "log_line_count, starred, archived, created_at, created_by, updated_at) VALUES"
)


class NewVersion(NamedTuple):
    """A version to be, under a number that is its own. Empty texts are none; times are ms since the epoch."""

    project_id: int
    model_id: int
    model: str
    number: int
    semver: str | None
    description: str
    run_id: str
    source: str
    storage_location: str
    run_link: str
    logged_model_id: str
    created_at: int
    created_by: str
    updated_at: int
    tags: Mapping[str, str]
    stage: str = "None"
    status: str = "Ready"
    error: str | None = None

    def registered(self, key: int) -> RegisteredVersion:
        return RegisteredVersion(
            id=key,
            model_id=self.model_id,
            model=self.model,
            number=self.number,
            semver=self.semver,
            created_at=self.created_at,
            updated_at=self.updated_at,
            created_by=self.created_by,
            stage=self.stage,
            description=self.description,
            source=self.source,
            storage_location=self.storage_location,
            run_id=self.run_id,
            status=self.status,
            error_message=self.error,
            run_link=self.run_link,
            logged_model_id=self.logged_model_id,
        )


def insert_versions(raw: Raw, new: Sequence[NewVersion]) -> list[int]:
    """Inserts versions with their tags, and counts who made them; answers their keys in the same order."""
    if not new:
        return []
    runs = _find_runs(raw, new)
    rows = [_row(version, runs.get((version.project_id, version.run_id))) for version in new]
    made = raw.all_with(_INSERT, rows, "RETURNING id, model_id, number")
    keys = {(model_id, number): key for key, model_id, number in made}
    found = [keys[version.model_id, version.number] for version in new]
    raw.insert(
        "INSERT INTO version_details (version_id, given_config, rendered_config) VALUES",
        [(key, "{}", "{}") for key in found],
    )
    contributors = Counter((version.model_id, version.created_by) for version in new)
    raw.insert(
        "INSERT INTO model_contributors (model_id, name, version_count) VALUES",
        [(model_id, name, count) for (model_id, name), count in sorted(contributors.items())],
        "ON CONFLICT (model_id, name) DO UPDATE SET "
        "version_count = model_contributors.version_count + excluded.version_count",
    )
    put_version_tags(raw, [(key, version.tags) for key, version in zip(found, new, strict=True)])
    return found


def put_version_tags(raw: Raw, given: Sequence[tuple[int, Mapping[str, str]]]) -> None:
    """Sets tags of versions, the later over the earlier."""
    tags = {(version, key): value for version, some in given for key, value in some.items()}
    raw.insert(
        "INSERT INTO version_tags (version_id, key, value) VALUES",
        [(version, key, value) for (version, key), value in tags.items()],
        "ON CONFLICT (version_id, key) DO UPDATE SET value = excluded.value",
    )


def _find_runs(raw: Raw, new: Sequence[NewVersion]) -> dict[tuple[int, str], int]:
    """The keys of the runs that are here, by project and id."""
    by_project: dict[int, set[str]] = {}
    for version in new:
        if version.run_id:
            by_project.setdefault(version.project_id, set()).add(version.run_id)
    return {
        (project_id, run_id): key
        for project_id, ids in by_project.items()
        for key, run_id in run_ids(raw, project_id, list(ids))
    }


def _row(version: NewVersion, run: int | None) -> tuple[object, ...]:
    return (
        version.project_id,
        version.model_id,
        version.model,
        version.number,
        version.semver,
        version.description,
        search_text([version.description, version.created_by]),
        version.status,
        version.error,
        run,
        version.run_id,
        version.source,
        version.storage_location,
        version.run_link,
        version.logged_model_id,
        version.stage,
        0,
        0,
        0,
        False,
        False,
        version.created_at,
        version.created_by,
        version.updated_at,
    )
