"""The rules of runs: making and ending them, and their params and tags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from modelyard.server.activity.service import record
from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.errors import InvalidArgument, InvalidState, NotFound
from modelyard.server.kernel.ids import new_id
from modelyard.server.tracking import news
from modelyard.server.tracking.experiments.service import experiment_for_writing
from modelyard.server.tracking.runs.names import random_name
from modelyard.server.tracking.runs.queries import Run, find_run, get_run, run_not_found
from modelyard.server.tracking.runs.settling import settle_runs

NAME_TAG = "mlflow.runName"
"""Clients keep the name of a run in this tag too; both always agree."""

ENDED = frozenset({"FINISHED", "FAILED", "KILLED"})

_TOUCH = (
    "UPDATE runs SET revision = revision + 1 WHERE run_id = ? AND lifecycle_stage = 'active' AND "
    "(SELECT e.project_id FROM experiments e WHERE e.id = runs.experiment_id AND e.lifecycle_stage = 'active') = ? "
    "RETURNING id, experiment_id, unsettled"
)
_INSERT = (
    "INSERT INTO runs (run_id, experiment_id, name, status, lifecycle_stage, user_name, started_at, revision, "
    "unsettled) VALUES (?, ?, ?, ?, 'active', ?, ?, 0, 1) RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Active:
    """A run that may be logged on, locked until the end of the transaction. Rows that belong to it refer to `id`."""

    id: int
    run_id: str
    experiment_id: int


def create_run(
    raw: Raw,
    actor: str,
    project_id: int,
    *,
    experiment_id: str,
    name: str,
    user: str,
    started_at: int,
    tags: Mapping[str, str],
) -> Run:
    """Makes a RUNNING run; without a name it gets the one in its tags, or else a random one.

    :raises NotFound: there is no such experiment.
    :raises InvalidArgument: the name and the tag with the name differ.
    :raises InvalidState: the experiment is deleted.
    """
    experiment = experiment_for_writing(raw, actor, project_id, experiment_id)
    if experiment.lifecycle_stage != "active":
        raise InvalidState(f"The experiment {experiment.id} must be in the 'active' state.", hint="Restore it first.")
    tagged = tags.get(NAME_TAG, "")
    if name and tagged and name != tagged:
        raise InvalidArgument(
            f"Both 'run_name' argument and '{NAME_TAG}' tag are specified, but with different values "
            f"(run_name='{name}', {NAME_TAG}='{tagged}')."
        )
    chosen = name or tagged or random_name()
    run_id = new_id()
    row = raw.one(_INSERT, (run_id, experiment.id, chosen, "RUNNING", user, started_at))
    assert row is not None
    run: int = row[0]
    put_tags(raw, run, {**tags, NAME_TAG: chosen})
    record_run(raw, project_id, actor, "run.created", run_id)
    news.run_count_changed(raw, project_id, experiment.id, run_id)
    return Run(
        run,
        run_id,
        experiment.id,
        chosen,
        "RUNNING",
        "active",
        user,
        started_at,
        None,
        0,
        "active",
        experiment.artifact_location,
    )


def touch_run(raw: Raw, project_id: int, run_id: str) -> Active:
    """Takes the run for a change: counts its revision, and locks it against other writers.

    :raises NotFound: the project has no such run.
    :raises InvalidState: it is deleted.
    """
    row = raw.one(_TOUCH, (run_id, project_id))
    if row is None:
        run = find_run(raw, project_id, run_id)
        if run is None:
            raise run_not_found(run_id)
        raise InvalidState(f"The run {run_id} must be in the 'active' state. Current state is {run.lifecycle_stage}.")
    if not row[2]:
        raw.run("UPDATE runs SET unsettled = 1 WHERE id = ?", (row[0],))
    news.run_changed(raw, project_id, row[1], run_id)
    return Active(row[0], run_id, row[1])


def update_run(
    raw: Raw, project_id: int, run_id: str, *, status: str | None, ended_at: int | None, name: str | None
) -> Run:
    """Changes what is given. A run that ends is put in order for searching.

    :raises NotFound: the project has no such run.
    :raises InvalidState: it is deleted.
    """
    active = touch_run(raw, project_id, run_id)
    if name:
        put_tags(raw, active.id, {NAME_TAG: name})
    changes = {"status": status, "ended_at": ended_at, "name": name or None}
    given = {column: value for column, value in changes.items() if value is not None}
    if given:
        columns = ", ".join(f"{column} = ?" for column in given)
        raw.run(f"UPDATE runs SET {columns} WHERE id = ?", (*given.values(), active.id))  # noqa: S608
    if status in ENDED:
        settle_runs(raw, [active.id])
    return get_run(raw, project_id, run_id)


def edit_run(
    raw: Raw, actor: str, project_id: int, run_id: str, *, name: str | None, tags: Mapping[str, str | None]
) -> None:
    """Changes what is given; a tag without a value is deleted.

    :raises NotFound: the project has no such run.
    :raises InvalidArgument: the tag with the name is to be deleted, or differs from the name given.
    :raises InvalidState: it is deleted.
    """
    if NAME_TAG in tags and (not tags[NAME_TAG] or name not in (None, tags[NAME_TAG])):
        raise InvalidArgument(f"The tag {NAME_TAG} is the name of the run: it cannot be deleted or differ from it.")
    active = touch_run(raw, project_id, run_id)
    named = {} if name is None else {NAME_TAG: name}
    set_tags(raw, active, {**{key: value for key, value in tags.items() if value is not None}, **named})
    gone = [key for key, value in tags.items() if value is None]
    if gone:
        raw.run(f"DELETE FROM run_tags WHERE run = ? AND key IN ({placeholders(len(gone))})", (active.id, *gone))  # noqa: S608
    record(raw.connection, project_id, actor, "run.updated", run_id, tags=sorted({**tags, **named}))


def delete_run(raw: Raw, actor: str, project_id: int, run_id: str) -> None:
    """Marks a run as deleted; deleting it again is fine."""
    _set_stage(raw, actor, project_id, run_id, "deleted", "run.deleted")


def restore_run(raw: Raw, actor: str, project_id: int, run_id: str) -> None:
    """Restoring a run that is not deleted is fine."""
    _set_stage(raw, actor, project_id, run_id, "active", "run.restored")


def log_params(raw: Raw, run: Active, params: Mapping[str, str]) -> None:
    """Logs params, which never change.

    :raises InvalidArgument: one of them is there already with another value.
    """
    rows = [(run.id, key, value) for key, value in params.items()]
    added = raw.insert("INSERT INTO run_params (run, key, value) VALUES", rows, "ON CONFLICT (run, key) DO NOTHING")
    if added == len(rows):
        return
    keys = list(params)
    present = raw.run(
        f"SELECT key, value FROM run_params WHERE run = ? AND key IN ({placeholders(len(keys))}) ORDER BY key",  # noqa: S608
        (run.id, *keys),
    )
    for key, value in present:
        if params[key] != value:
            raise InvalidArgument(
                f"Changing param values is not allowed. Param with key='{key}' was already logged with "
                f"value='{value}' for run ID='{run.run_id}'. Attempted logging new value '{params[key]}'."
            )


def set_tags(raw: Raw, run: Active, tags: Mapping[str, str]) -> None:
    """Sets tags; the tag with the name renames the run."""
    put_tags(raw, run.id, tags)
    if tags.get(NAME_TAG):
        raw.run("UPDATE runs SET name = ? WHERE id = ?", (tags[NAME_TAG], run.id))


def delete_tag(raw: Raw, run: Active, key: str) -> None:
    """:raises NotFound: the run has no such tag."""
    if not raw.run("DELETE FROM run_tags WHERE run = ? AND key = ?", (run.id, key)).rowcount:
        raise NotFound(f"No tag with name: {key} in run with id {run.run_id}")


def put_tags(raw: Raw, run: int, tags: Mapping[str, str]) -> None:
    raw.insert(
        "INSERT INTO run_tags (run, key, value) VALUES",
        [(run, key, value) for key, value in tags.items()],
        "ON CONFLICT (run, key) DO UPDATE SET value = excluded.value",
    )


def record_run(raw: Raw, project_id: int, actor: str, action: str, run_id: str) -> None:
    """A line of the audit record about a run."""
    record(raw.connection, project_id, actor, action, run_id)


def _set_stage(raw: Raw, actor: str, project_id: int, run_id: str, stage: str, action: str) -> None:
    run = get_run(raw, project_id, run_id)
    if run.own_stage == stage:
        return
    raw.run("UPDATE runs SET lifecycle_stage = ?, revision = revision + 1 WHERE id = ?", (stage, run.id))
    record_run(raw, project_id, actor, action, run_id)
    news.run_count_changed(raw, project_id, run.experiment_id, run_id)


def require_keys(keys: Sequence[str], what: str) -> None:
    """:raises InvalidArgument: a key is there twice."""
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise InvalidArgument(f"Duplicate {what} keys have been submitted: {key}.")
        seen.add(key)
