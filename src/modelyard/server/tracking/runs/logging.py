"""Logging params, metrics and tags on runs, for many callers at once."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from modelyard.server.db.raw import Raw
from modelyard.server.tracking.metrics.service import Point, log_points
from modelyard.server.tracking.runs.queries import find_tag
from modelyard.server.tracking.runs.service import Active, log_params, put_tags, set_tags, touch_runs
from modelyard.server.tracking.tag_lists import list_in

_MODEL_HISTORY_TAG = "mlflow.log-model.history"


class RunEntry(NamedTuple):
    """Points, params and tags that one caller logs on a run."""

    run_id: str
    points: Sequence[Point] = ()
    params: Mapping[str, str] = {}
    tags: Mapping[str, str] = {}


def log_entries(raw: Raw, entries: Sequence[tuple[int, RunEntry]]) -> None:
    """Logs entries, each with its project's id, in few statements however many they are.

    :raises NotFound: a project has no such run.
    :raises InvalidState: a run is deleted, or points or params are for the run of a finished version.
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
    for run, entry in logged:
        if entry.params or entry.points:
            run.require_unsealed()
    log_params(raw, [(run, entry.params) for run, entry in logged if entry.params])
    log_points(raw, [(run.id, entry.points) for run, entry in logged if entry.points])
    set_tags(raw, [(run, entry.tags) for run, entry in logged if entry.tags])


def append_logged_model(raw: Raw, run: Active, model: Mapping[str, Any]) -> None:
    """Adds to what clients before MLflow 3 say of the models they logged: a list in a tag, however long it gets."""
    history = list_in(find_tag(raw, run.id, _MODEL_HISTORY_TAG))
    put_tags(raw, run.id, {_MODEL_HISTORY_TAG: json.dumps([*history, model])})
