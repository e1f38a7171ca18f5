"""Which versions came from which runs."""

from collections.abc import Mapping, Sequence

from modelyard.server.db.raw import Raw, placeholders
from modelyard.wire.runs import RunVersion


def find_run_versions(raw: Raw, project_id: int, run_ids: Sequence[str]) -> Mapping[str, list[RunVersion]]:
    """Versions by the run that they were registered from or trained as; runs without any are left out."""
    versions: dict[str, list[RunVersion]] = {}
    if run_ids:
        rows = raw.run(
            "SELECT run_id, model, number FROM versions "  # noqa: S608
            f"WHERE project_id = ? AND run_id IN ({placeholders(len(run_ids))}) ORDER BY model, number",
            (project_id, *run_ids),
        )
        for run_id, model, number in rows:
            versions.setdefault(run_id, []).append(RunVersion(model=model, number=number))
    return versions


def find_versions_by_location(raw: Raw, project_id: int, run_id: str) -> Mapping[str, list[RunVersion]]:
    """Versions that were registered from a run, by where their files are."""
    versions: dict[str, list[RunVersion]] = {}
    rows = raw.run(
        "SELECT storage_location, model, number FROM versions "
        "WHERE project_id = ? AND run_id = ? AND storage_location IS NOT NULL ORDER BY model, number",
        (project_id, run_id),
    )
    for location, model, number in rows:
        versions.setdefault(location, []).append(RunVersion(model=model, number=number))
    return versions
