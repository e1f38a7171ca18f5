"""The rules of experiments."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from modelyard.server.activity.service import record
from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import AlreadyExists, NotFound
from modelyard.server.tracking import live_events
from modelyard.server.tracking.experiments.queries import (
    DEFAULT_ID,
    DEFAULT_NAME,
    Experiment,
    find_by_name,
    find_experiment,
    get_by_name,
    get_experiment,
    is_there,
)
from modelyard.server.tracking.lifecycle import experiment_deleted
from modelyard.server.tracking.limits import check_tag, check_text
from modelyard.wire.limits import MAX_EXPERIMENT_TAG_LENGTH, MAX_NAME_LENGTH

_INSERT = (
    "INSERT INTO experiments (project_id, name, lifecycle_stage, artifact_location, created_at, updated_at) "
    "VALUES (?, ?, 'active', ?, ?, ?) ON CONFLICT (project_id, name) DO NOTHING RETURNING id"
)


def create_experiment(
    raw: Raw,
    actor: str,
    project_id: int,
    name: str,
    *,
    artifact_location: str | None,
    tags: Sequence[tuple[str, str]],
) -> int:
    """Makes an experiment and answers its id.

    :raises InvalidArgument: the name or a tag is too long, or has characters that cannot be kept.
    :raises AlreadyExists: the project has an experiment of that name, be it a deleted one.
    """
    check_text(name, "name", MAX_NAME_LENGTH)
    existing = find_by_name(raw, project_id, name)
    if existing is not None:
        state = " It is deleted; restore it, or choose another name." if existing.lifecycle_stage == "deleted" else ""
        raise AlreadyExists(f"Experiment(name={name}) already exists.{state}")
    now = now_ms()
    row = raw.one(_INSERT, (project_id, name, artifact_location, now, now))
    if row is None:
        raise AlreadyExists(f"Experiment(name={name}) already exists. It was made at this moment.")
    experiment_id: int = row[0]
    _put_tags(raw, experiment_id, tags)
    record(raw.connection, project_id, actor, "experiment.created", name, experiment_id=experiment_id)
    live_events.experiment_changed(raw, project_id, experiment_id)
    return experiment_id


def ensure_default_experiment(raw: Raw, project_id: int) -> None:
    """Makes the experiment 0 of the first project, when it is not there."""
    if is_there(raw, DEFAULT_ID):
        return
    taken = find_by_name(raw, project_id, DEFAULT_NAME)
    if taken is None:
        now = now_ms()
        raw.run(
            "INSERT INTO experiments (id, project_id, name, lifecycle_stage, created_at, updated_at) "
            "VALUES (?, ?, ?, 'active', ?, ?)",
            (DEFAULT_ID, project_id, DEFAULT_NAME, now, now),
        )


def ensure_experiment(raw: Raw, project_id: int, name: str, now: int) -> int:
    """The id of the project's experiment of that name, made when there is none. The audit record has no line of it."""
    existing = find_by_name(raw, project_id, name)
    if existing is not None:
        return existing.id
    check_text(name, "name", MAX_NAME_LENGTH)
    row = raw.one(_INSERT, (project_id, name, None, now, now))
    return get_by_name(raw, project_id, name).id if row is None else int(row[0])


def purge_experiment(raw: Raw, experiment_id: int) -> None:
    """Deletes an experiment for good, with its runs and all that was logged on them."""
    raw.run("DELETE FROM experiments WHERE id = ?", (experiment_id,))


def active_experiment(raw: Raw, actor: str, project_id: int, experiment_id: str) -> Experiment:
    """As `experiment_for_writing`.

    :raises InvalidState: it is deleted.
    """
    experiment = experiment_for_writing(raw, actor, project_id, experiment_id)
    if experiment.lifecycle_stage != "active":
        raise experiment_deleted(experiment.id)
    return experiment


def experiment_for_writing(raw: Raw, actor: str, project_id: int, experiment_id: str) -> Experiment:
    """As `get_experiment`; makes the project's Default when it is asked for and is not there yet."""
    existing = find_experiment(raw, project_id, experiment_id)
    if existing is None and experiment_id == str(DEFAULT_ID):
        with suppress(AlreadyExists):  # by another caller at the same moment
            create_experiment(raw, actor, project_id, DEFAULT_NAME, artifact_location=None, tags=())
    return existing or get_experiment(raw, project_id, experiment_id)


def rename_experiment(raw: Raw, actor: str, project_id: int, experiment_id: str, name: str) -> None:
    """:raises NotFound: there is no such experiment.
    :raises InvalidState: it is deleted.
    :raises AlreadyExists: another has that name.
    :raises InvalidArgument: it is too long, or has characters that cannot be kept.
    """
    check_text(name, "name", MAX_NAME_LENGTH)
    experiment = get_experiment(raw, project_id, experiment_id)
    if experiment.lifecycle_stage != "active":
        raise experiment_deleted(experiment.id)
    other = find_by_name(raw, project_id, name)
    if other is not None and other.id != experiment.id:
        raise AlreadyExists(f"Experiment(name={name}) already exists.")
    raw.run("UPDATE experiments SET name = ?, updated_at = ? WHERE id = ?", (name, now_ms(), experiment.id))
    record(
        raw.connection,
        project_id,
        actor,
        "experiment.renamed",
        name,
        experiment_id=experiment.id,
        before=experiment.name,
    )
    live_events.experiment_changed(raw, project_id, experiment.id)


def update_experiment(
    raw: Raw, actor: str, project_id: int, experiment_id: str, *, name: str | None, tags: Mapping[str, str | None]
) -> None:
    """Changes what is given; a tag without a value is deleted.

    :raises NotFound: there is no such experiment.
    :raises InvalidState: it is deleted.
    :raises AlreadyExists: another has that name.
    """
    experiment = _active(raw, project_id, experiment_id)
    if name is not None and name != experiment.name:
        rename_experiment(raw, actor, project_id, experiment_id, name)
    if not tags:
        return
    _put_tags(raw, experiment.id, [(key, value) for key, value in tags.items() if value is not None])
    gone = [key for key, value in tags.items() if value is None]
    if gone:
        marks = placeholders(len(gone))
        raw.run(
            f"DELETE FROM experiment_tags WHERE experiment = ? AND key IN ({marks})",  # noqa: S608
            (experiment.id, *gone),
        )
    _touch(raw, project_id, experiment.id)
    record(
        raw.connection,
        project_id,
        actor,
        "experiment.updated",
        name or experiment.name,
        experiment_id=experiment.id,
        tags=sorted(tags),
    )


def delete_experiment(raw: Raw, actor: str, project_id: int, experiment_id: str) -> None:
    """Marks an experiment, and thereby its runs, as deleted; deleting it again is fine.

    :raises NotFound: there is no such experiment.
    """
    _set_stage(raw, actor, project_id, experiment_id, "deleted", "experiment.deleted")


def restore_experiment(raw: Raw, actor: str, project_id: int, experiment_id: str) -> None:
    """Takes the deletion back; of an experiment that is not deleted nothing changes.

    :raises NotFound: there is no such experiment.
    """
    _set_stage(raw, actor, project_id, experiment_id, "active", "experiment.restored")


def set_experiment_tag(raw: Raw, project_id: int, experiment_id: str, key: str, value: str) -> None:
    """:raises NotFound: there is no such experiment.
    :raises InvalidState: it is deleted.
    """
    experiment = _active(raw, project_id, experiment_id)
    _put_tags(raw, experiment.id, [(key, value)])
    _touch(raw, project_id, experiment.id)


def delete_experiment_tag(raw: Raw, project_id: int, experiment_id: str, key: str) -> None:
    """:raises NotFound: there is no such experiment, or it has no such tag."""
    experiment = _active(raw, project_id, experiment_id)
    gone = raw.run("DELETE FROM experiment_tags WHERE experiment = ? AND key = ?", (experiment.id, key)).rowcount
    if not gone:
        raise NotFound(f"No tag with name: {key} in experiment with id {experiment_id}")
    _touch(raw, project_id, experiment.id)


def _active(raw: Raw, project_id: int, experiment_id: str) -> Experiment:
    experiment = get_experiment(raw, project_id, experiment_id)
    if experiment.lifecycle_stage != "active":
        raise experiment_deleted(experiment.id)
    return experiment


def _set_stage(raw: Raw, actor: str, project_id: int, experiment_id: str, stage: str, action: str) -> None:
    experiment = get_experiment(raw, project_id, experiment_id)
    changed = raw.run(
        "UPDATE experiments SET lifecycle_stage = ?, updated_at = ? WHERE id = ? AND lifecycle_stage <> ?",
        (stage, now_ms(), experiment.id, stage),
    ).rowcount
    if not changed:
        return
    record(raw.connection, project_id, actor, action, experiment.name, experiment_id=experiment.id)
    live_events.experiment_changed(raw, project_id, experiment.id)


def _put_tags(raw: Raw, experiment: int, tags: Sequence[tuple[str, str]]) -> None:
    for key, value in tags:
        check_tag(key, value, MAX_EXPERIMENT_TAG_LENGTH)
    raw.insert(
        "INSERT INTO experiment_tags (experiment, key, value) VALUES",
        [(experiment, key, value) for key, value in dict(tags).items()],
        "ON CONFLICT (experiment, key) DO UPDATE SET value = excluded.value",
    )


def _touch(raw: Raw, project_id: int, experiment: int) -> None:
    raw.run("UPDATE experiments SET updated_at = ? WHERE id = ?", (now_ms(), experiment))
    live_events.experiment_changed(raw, project_id, experiment)
