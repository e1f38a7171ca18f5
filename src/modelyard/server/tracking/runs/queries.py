"""Reads of runs."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.errors import InvalidState, NotFound
from modelyard.server.tracking import lifecycle
from modelyard.server.tracking.experiments.queries import artifact_location, location_below

COLUMNS = (
    "r.id, r.run_id, r.experiment_id, r.name, r.status, r.lifecycle_stage, r.user_name, r.started_at, r.ended_at, "
    "r.revision, e.lifecycle_stage, e.artifact_location"
)
"""What a `Run` is made of, from `runs r` and `experiments e`."""

_BATCH_SIZE = 5000


class Run(NamedTuple):
    """Times are milliseconds since the epoch."""

    id: int
    run_id: str
    experiment_id: int
    name: str
    status: str
    own_stage: str
    user_name: str
    started_at: int
    ended_at: int | None
    revision: int
    experiment_stage: str
    experiment_location: str | None

    @property
    def lifecycle_stage(self) -> str:
        """A run is deleted by itself or with its experiment."""
        return "active" if self.own_stage == self.experiment_stage == "active" else "deleted"

    @property
    def artifact_uri(self) -> str:
        location = artifact_location(self.experiment_id, self.experiment_location)
        return location_below(location, f"{self.run_id}/artifacts")


class Logged(NamedTuple):
    """Params and tags of a run by key, and the latest point of each metric."""

    params: list[tuple[str, str]]
    tags: list[tuple[str, str]]
    metrics: list[tuple[str, float | None, int, int]]
    """Key, value (None for NaN), timestamp in ms, step."""


def run_not_found(run_id: str) -> NotFound:
    return NotFound(f"Run with id={run_id} not found")


def run_deleted(run: Run) -> InvalidState:
    return lifecycle.run_deleted(
        run.run_id,
        run.experiment_id,
        is_itself=run.own_stage != "active",
        is_experiment=run.experiment_stage != "active",
    )


def get_run(raw: Raw, project_id: int, run_id: str) -> Run:
    """The run, deleted or not.

    :raises NotFound: the project has no such run.
    """
    run = find_run(raw, project_id, run_id)
    if run is None:
        raise run_not_found(run_id)
    return run


def find_run(raw: Raw, project_id: int, run_id: str) -> Run | None:
    return _find_runs(raw, [run_id]).get((project_id, run_id))


def get_runs(raw: Raw, places: Collection[tuple[int, str]]) -> dict[tuple[int, str], Run]:
    """Runs, deleted or not, by what is wanted of them: project and run id.

    :raises NotFound: a project has no such run.
    """
    runs = _find_runs(raw, list({run_id for _, run_id in places}))
    for project_id, run_id in places:
        if (project_id, run_id) not in runs:
            raise run_not_found(run_id)
    return runs


def _find_runs(raw: Raw, ids: Sequence[str]) -> dict[tuple[int, str], Run]:
    """Runs by the project they are in and their id."""
    rows = raw.run(
        f"SELECT e.project_id, {COLUMNS} FROM runs r JOIN experiments e ON e.id = r.experiment_id "  # noqa: S608
        f"WHERE r.run_id IN ({placeholders(len(ids))})",
        ids,
    )
    runs = {}
    for project_id, *columns in rows:
        run = Run(*columns)
        runs[project_id, run.run_id] = run
    return runs


def among_locked(raw: Raw, column: str, count: int) -> str:
    """A condition for changing that many runs by a unique column, which locks them in the order of their keys.

    Two writers that lock the same runs in different orders would wait for each other.
    """
    condition = f"{column} IN ({placeholders(count)})"
    if count == 1 or raw.is_sqlite:
        return condition
    return f"id IN (SELECT id FROM runs WHERE {condition} ORDER BY id FOR UPDATE)"  # noqa: S608


def find_tag(raw: Raw, run: int, key: str) -> str | None:
    row = raw.one("SELECT value FROM run_tags WHERE run = ? AND key = ?", (run, key))
    return None if row is None else row[0]


def list_logged(raw: Raw, runs: Sequence[int]) -> dict[int, Logged]:
    """Params, tags and metrics of many runs, in three statements for every few thousand."""
    by_run = {run: Logged([], [], []) for run in runs}
    for start in range(0, len(runs), _BATCH_SIZE):
        part = runs[start : start + _BATCH_SIZE]
        where = f"WHERE run IN ({placeholders(len(part))}) ORDER BY run, key"
        for run, *item in raw.run(f"SELECT run, key, value FROM run_params {where}", part):  # noqa: S608
            by_run[run].params.append(tuple(item))
        for run, *item in raw.run(f"SELECT run, key, value FROM run_tags {where}", part):  # noqa: S608
            by_run[run].tags.append(tuple(item))
        for run, *item in raw.run(f"SELECT run, key, value, timestamp_ms, step FROM run_metrics {where}", part):  # noqa: S608
            by_run[run].metrics.append(tuple(item))
    return by_run


def list_params(raw: Raw, params: Sequence[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """The values of those params that are there, by run and key."""
    rows = raw.all_with(
        "WITH w (run, key) AS (VALUES",
        params,
        ") SELECT p.run, p.key, p.value FROM w CROSS JOIN run_params p WHERE p.run = w.run AND p.key = w.key",
    )
    return {(run, key): value for run, key, value in rows}


def list_unsettled(raw: Raw, limit: int) -> list[tuple[int, int]]:
    """Runs that wait to be settled with their revisions, the oldest first."""
    return raw.all("SELECT id, revision FROM runs WHERE unsettled = 1 ORDER BY experiment_id, id LIMIT ?", (limit,))
