"""Logging params, metrics and tags on runs, for many callers at once."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw
from modelyard.server.tracking.metrics.service import Point, log_points
from modelyard.server.tracking.runs.service import log_params, set_tags, touch_runs


class Entry(NamedTuple):
    """What one caller logs on a run."""

    run_id: str
    points: Sequence[Point] = ()
    params: Mapping[str, str] = {}
    tags: Mapping[str, str] = {}


def log_entries(raw: Raw, entries: Sequence[tuple[int, Entry]]) -> None:
    """Logs entries, each with its project's id, in few statements however many they are.

    :raises NotFound: a project has no such run.
    :raises InvalidState: a run is deleted.
    :raises InvalidArgument: a param is there already with another value.
    """
    by_project: dict[int, dict[str, None]] = {}
    for project_id, entry in entries:
        by_project.setdefault(project_id, {})[entry.run_id] = None
    taken = {
        (project_id, run_id): active
        for project_id, run_ids in sorted(by_project.items())
        for run_id, active in touch_runs(raw, project_id, list(run_ids)).items()
    }
    logged = [(taken[project_id, entry.run_id], entry) for project_id, entry in entries]
    log_params(raw, [(run, entry.params) for run, entry in logged if entry.params])
    log_points(raw, [(run.id, entry.points) for run, entry in logged if entry.points])
    set_tags(raw, [(run, entry.tags) for run, entry in logged if entry.tags])
