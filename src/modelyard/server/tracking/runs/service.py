"""The rules of runs: making and ending them, and their params and tags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from modelyard.server.activity.service import Line, record, record_each
from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.errors import Immutable, InvalidArgument, ModelyardError, NotFound
from modelyard.server.kernel.ids import new_id
from modelyard.server.tracking import live_events
from modelyard.server.tracking.experiments.queries import Experiment, get_experiment
from modelyard.server.tracking.experiments.service import active_experiment
from modelyard.server.tracking.limits import (
    ENDED,
    NAME_TAG,
    check_key,
    check_params,
    check_run_tags,
    check_text,
    status_fault,
)
from modelyard.server.tracking.random_names import random_name
from modelyard.server.tracking.runs.queries import (
    Run,
    among_locked,
    find_run,
    get_run,
    list_params,
    run_deleted,
    run_not_found,
)
from modelyard.server.tracking.runs.search_columns import settle_runs
from modelyard.wire.limits import MAX_NAME_LENGTH, MAX_USER_LENGTH

_TOUCH = (
    "UPDATE runs SET revision = revision + 1 WHERE {} AND lifecycle_stage = 'active' AND "
    "(SELECT e.project_id FROM experiments e WHERE e.id = runs.experiment_id AND e.lifecycle_stage = 'active') = ? "
    "RETURNING id, run_id, experiment_id, unsettled, sealed"
)
_INSERT = (
    "INSERT INTO runs (run_id, experiment_id, name, status, lifecycle_stage, user_name, started_at, revision, "
    "unsettled) VALUES"
)
_INSERT_PARAMS = "INSERT INTO run_params (run, key, value) VALUES"


class NewRun(NamedTuple):
    """Values of a new run. `started_at` is milliseconds since the epoch. `name` may be empty."""

    experiment_id: str
    name: str
    user: str
    started_at: int
    tags: Mapping[str, str] = {}
    params: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Active:
    """A run that may be logged on, locked until the end of the transaction. Rows that belong to it refer to `id`."""

    id: int
    run_id: str
    experiment_id: int
    is_sealed: bool = False

    def require_unsealed(self) -> None:
        """:raises Immutable: the run is of a training that has ended; only its name and tags may change."""
        if self.is_sealed:
            raise Immutable(
                f"Run {self.run_id} is the training of a finished version: its params, metrics, status never change.",
                hint="Log on a run of your own.",
            )


def create_runs(raw: Raw, requests: Sequence[tuple[str, int, NewRun]], *, are_trainings: bool = False) -> list[Run]:
    """Makes RUNNING runs, each for an actor in a project; one without a name gets that in its tags, or a random one.

    Runs that `are_trainings` of this server are made whatever the state of their experiment, and leave no line in the
    audit record: their version does.

    :raises NotFound: there is no such experiment.
    :raises InvalidArgument: the name and the tag with the name differ, or a name, tag or param cannot be kept.
    :raises InvalidState: the experiment is deleted.
    """
    experiments: dict[tuple[int, str], Experiment] = {}
    for actor, project_id, new in requests:
        place = (project_id, new.experiment_id)
        if place not in experiments:
            experiments[place] = get_experiment(raw, *place) if are_trainings else active_experiment(raw, actor, *place)
    runs = _insert_runs(raw, [(experiments[project_id, new.experiment_id], new) for _, project_id, new in requests])
    created = [(run, *request) for run, request in zip(runs, requests, strict=True)]
    tags = {
        (run.id, key): value for run, _, _, new in created for key, value in {**new.tags, NAME_TAG: run.name}.items()
    }
    _insert_tags(raw, tags)
    params = [(run.id, key, value) for run, _, _, new in created for key, value in new.params.items()]
    raw.insert(_INSERT_PARAMS, params)
    if not are_trainings:
        lines = [Line(project_id, actor, run.run_id) for run, actor, project_id, _ in created]
        record_each(raw.connection, "run.created", lines)
    for run, _, project_id, _ in created:
        live_events.run_count_changed(raw, project_id, run.experiment_id, run.run_id)
    return runs


def _insert_runs(raw: Raw, requests: Sequence[tuple[Experiment, NewRun]]) -> list[Run]:
    runs = [_run_of(experiment, new) for experiment, new in requests]
    rows = [
        (run.run_id, run.experiment_id, run.name, run.status, run.own_stage, run.user_name, run.started_at, 0, 1)
        for run in runs
    ]
    keys = {run_id: key for key, run_id in raw.all_with(_INSERT, rows, "RETURNING id, run_id")}
    return [run._replace(id=keys[run.run_id]) for run in runs]


def _run_of(experiment: Experiment, new: NewRun) -> Run:
    """The run as it will be, but for its key."""
    tagged = new.tags.get(NAME_TAG, "")
    if new.name and tagged and new.name != tagged:
        raise InvalidArgument(
            f"Both 'run_name' argument and '{NAME_TAG}' tag are specified, but with different values "
            f"(run_name='{new.name}', {NAME_TAG}='{tagged}')."
        )
    check_text(new.name, "name", MAX_NAME_LENGTH)
    check_text(new.user, "user", MAX_USER_LENGTH)
    check_run_tags(new.tags)
    check_params(new.params)
    return Run(
        id=0,
        run_id=new_id(),
        experiment_id=experiment.id,
        name=new.name or tagged or random_name(),
        status="RUNNING",
        own_stage="active",
        user_name=new.user,
        started_at=new.started_at,
        ended_at=None,
        revision=0,
        experiment_stage=experiment.lifecycle_stage,
        experiment_location=experiment.artifact_location,
    )


def touch_run(raw: Raw, project_id: int, run_id: str) -> Active:
    """As `touch_runs`, for one."""
    return touch_runs(raw, project_id, [run_id])[run_id]


def touch_runs(raw: Raw, project_id: int, run_ids: Sequence[str]) -> dict[str, Active]:
    """Takes runs for a change: counts their revisions, and locks them against other writers.

    :raises NotFound: the project has no such run.
    :raises InvalidState: it is deleted.
    """
    condition = among_locked(raw, "run_id", len(run_ids))
    rows = raw.all(_TOUCH.format(condition), (*run_ids, project_id))
    by_run_id = {
        run_id: Active(key, run_id, experiment_id, bool(sealed)) for key, run_id, experiment_id, _, sealed in rows
    }
    for run_id in run_ids:
        if run_id not in by_run_id:
            raise _untouchable(raw, project_id, run_id)
    settled = [key for key, _, _, unsettled, _ in rows if not unsettled]
    if settled:
        raw.run(f"UPDATE runs SET unsettled = 1 WHERE id IN ({placeholders(len(settled))})", settled)  # noqa: S608
    for active in by_run_id.values():
        live_events.run_changed(raw, project_id, active.experiment_id, active.run_id)
    return by_run_id


def _untouchable(raw: Raw, project_id: int, run_id: str) -> ModelyardError:
    run = find_run(raw, project_id, run_id)
    return run_not_found(run_id) if run is None else run_deleted(run)


def update_run(
    raw: Raw, project_id: int, run_id: str, *, status: str | None, ended_at: int | None, name: str | None
) -> Run:
    """Changes what is given. A run that ends is put in order for searching.

    :raises NotFound: the project has no such run.
    :raises InvalidArgument: the name or the status cannot be kept.
    :raises InvalidState: it is deleted, or its status and end are those of a finished version.
    """
    fault = None if status is None else status_fault(status)
    if fault is not None:
        raise InvalidArgument(f"A run cannot be {status}: {fault}")
    check_text(name or "", "name", MAX_NAME_LENGTH)
    active = touch_run(raw, project_id, run_id)
    if status is not None or ended_at is not None:
        active.require_unsealed()
    if name:
        put_tags(raw, active.id, {NAME_TAG: name})
    changes = {"status": status, "ended_at": ended_at, "name": name or None}
    changed = {column: value for column, value in changes.items() if value is not None}
    if changed:
        columns = ", ".join(f"{column} = ?" for column in changed)
        raw.run(f"UPDATE runs SET {columns} WHERE id = ?", (*changed.values(), active.id))  # noqa: S608
    if status in ENDED:
        settle_runs(raw, [active.id])
    return get_run(raw, project_id, run_id)


def edit_run(
    raw: Raw, actor: str, project_id: int, run_id: str, *, name: str | None, tags: Mapping[str, str | None]
) -> None:
    """Changes what is given; a tag without a value is deleted.

    :raises NotFound: the project has no such run.
    :raises InvalidArgument: the tag with the name is to be deleted, or differs from the name given; or one of them
        cannot be kept.
    :raises InvalidState: it is deleted.
    """
    check_text(name or "", "name", MAX_NAME_LENGTH)
    for key in tags:
        check_key(key, "tag")
    if NAME_TAG in tags and (not tags[NAME_TAG] or name not in (None, tags[NAME_TAG])):
        raise InvalidArgument(f"The tag {NAME_TAG} is the name of the run: it cannot be deleted or differ from it.")
    active = touch_run(raw, project_id, run_id)
    named = {} if name is None else {NAME_TAG: name}
    set_tags(raw, [(active, {**{key: value for key, value in tags.items() if value is not None}, **named})])
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


def log_params(raw: Raw, by_run: Sequence[tuple[Active, Mapping[str, str]]]) -> None:
    """Logs params on runs. A param never changes.

    :raises InvalidArgument: one of them is there already with another value, or cannot be kept.
    """
    for _, params in by_run:
        check_params(params)
    rows = [(run.id, key, value) for run, params in by_run for key, value in params.items()]
    added = raw.insert(_INSERT_PARAMS, rows, "ON CONFLICT (run, key) DO NOTHING")
    if added < len(rows):
        _check_unchanged(raw, by_run)


def _check_unchanged(raw: Raw, by_run: Sequence[tuple[Active, Mapping[str, str]]]) -> None:
    present = list_params(raw, sorted({(run.id, key) for run, params in by_run for key in params}))
    for run, params in by_run:
        for key, value in sorted(params.items()):
            if (before := present[run.id, key]) != value:
                raise InvalidArgument(
                    f"Changing param values is not allowed. Param with key='{key}' was already logged with "
                    f"value='{before}' for run ID='{run.run_id}'. Attempted logging new value '{value}'."
                )


def set_tags(raw: Raw, by_run: Sequence[tuple[Active, Mapping[str, str]]]) -> None:
    """Sets tags of runs, the later over the earlier; the tag with the name renames the run.

    :raises InvalidArgument: one of them cannot be kept.
    """
    for _, run_tags in by_run:
        check_run_tags(run_tags)
    tags = {(run.id, key): value for run, run_tags in by_run for key, value in run_tags.items()}
    _insert_tags(raw, tags)
    for (run, key), value in tags.items():
        if key == NAME_TAG and value:
            raw.run("UPDATE runs SET name = ? WHERE id = ?", (value, run))


def delete_tag(raw: Raw, run: Active, key: str) -> None:
    """:raises NotFound: the run has no such tag."""
    if not raw.run("DELETE FROM run_tags WHERE run = ? AND key = ?", (run.id, key)).rowcount:
        raise NotFound(f"No tag with name: {key} in run with id {run.run_id}")


def put_tags(raw: Raw, run: int, tags: Mapping[str, str]) -> None:
    _insert_tags(raw, {(run, key): value for key, value in tags.items()})


def _insert_tags(raw: Raw, tags: Mapping[tuple[int, str], str]) -> None:
    raw.insert(
        "INSERT INTO run_tags (run, key, value) VALUES",
        [(run, key, value) for (run, key), value in tags.items()],
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
    live_events.run_count_changed(raw, project_id, run.experiment_id, run_id)


def require_keys(keys: Sequence[str], noun: str) -> None:
    """:raises InvalidArgument: a key is there twice."""
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise InvalidArgument(f"Duplicate {noun} keys have been submitted: {key}.")
        seen.add(key)
