"""The rules of models."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, select, update

from modelyard.server.activity.service import record
from modelyard.server.artifacts.service import mark_for_deletion
from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import AlreadyExists, Conflict
from modelyard.server.kernel.names import check_name
from modelyard.server.registry import announcements, live_events
from modelyard.server.registry.lifecycle import MOVING
from modelyard.server.registry.limits import check_description
from modelyard.server.registry.models import queries
from modelyard.server.registry.models.default_metric import check_default_metric
from modelyard.server.registry.models.queries import ModelKey
from modelyard.server.registry.models.registered import RegisteredModel, find_registered_model, get_registered_model
from modelyard.server.registry.prompt_tag import PROMPT_TAG, says_prompt
from modelyard.server.registry.prompt_tag import is_prompt as holds_prompt
from modelyard.server.registry.summaries.service import refresh_metrics
from modelyard.server.registry.tables import models, version_files, versions
from modelyard.server.registry.tags.service import put_model_tags, remove_model_tag
from modelyard.server.registry.texts import search_text
from modelyard.server.tracking.experiments.service import ensure_experiment, purge_experiment
from modelyard.wire.models import Model, ModelUpdate


def create_model(
    connection: Connection, actor: str, project_id: int, project: str, name: str, description: str
) -> Model:
    """:raises InvalidName: the name is not allowed.
    :raises AlreadyExists: there is a model of that name.
    """
    check_name(name, "model")
    existing = queries.find_optional_model(connection, project_id, name)
    if existing is not None and existing.name != name:
        raise AlreadyExists(
            f"The name {name!r} leads to the model {existing.name!r}, which had it before.",
            hint="It is free again when that model is deleted or has that name back.",
        )
    if existing is not None:
        raise AlreadyExists(f"There is a model {name!r} already.")
    add_model(connection, actor, project_id, project, name, description)
    return queries.get_model(connection, project_id, name)


def register_model(
    raw: Raw, actor: str, project_id: int, project: str, name: str, description: str, tags: Mapping[str, str]
) -> RegisteredModel:
    """Makes a model, or, with the tag of prompts, a prompt.

    :raises AlreadyExists: there is a model or a prompt of that name.
    """
    _require_free(raw, project_id, name, is_prompt=says_prompt(tags.get(PROMPT_TAG)))
    model = add_model(raw.connection, actor, project_id, project, name, description, tags)
    put_model_tags(raw, model.id, tags)
    return get_registered_model(raw, project_id, name)


def ensure_model(connection: Connection, actor: str, project_id: int, project: str, name: str) -> ModelKey:
    """The model of that name, made when there is none.

    :raises InvalidName: the name is not allowed.
    """
    check_name(name, "model")
    model = queries.find_optional_model(connection, project_id, name)
    return model or add_model(connection, actor, project_id, project, name, "")


def add_model(
    connection: Connection,
    actor: str,
    project_id: int,
    project: str,
    name: str,
    description: str,
    tags: Mapping[str, str] | None = None,
) -> ModelKey:
    """Adds a model of a name that is free. The caller sets its `tags`; they are announced with it."""
    now = now_ms()
    insert_model(Raw(connection), actor, project_id, name, description, created_at=now, updated_at=now)
    record(connection, project_id, actor, "model.created", name)
    announcements.model_created(Raw(connection), project_id, name, description, tags or {})
    live_events.model_changed(connection, project, name)
    return queries.find_model(connection, project_id, name)


def insert_model(
    raw: Raw,
    actor: str,
    project_id: int,
    name: str,
    description: str,
    *,
    created_at: int,
    updated_at: int,
    last_number: int = 0,
) -> None:
    """Adds the row of a model, with the experiment of its trainings, without telling anybody."""
    experiment_id = ensure_experiment(raw, project_id, f"[model]{name}", created_at)
    raw.run(
        "INSERT INTO models (project_id, name, description, search_text, experiment_id, last_number, version_count, "
        "created_at, created_by, updated_at) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
        (
            project_id,
            name,
            check_description(description),
            search_text([name, description]),
            experiment_id,
            last_number,
            created_at,
            actor,
            updated_at,
        ),
    )


def update_model(
    connection: Connection, actor: str, project_id: int, project: str, name: str, change: ModelUpdate
) -> Model:
    """:raises NotFound: there is no such model.
    :raises InvalidArgument: a default metric that none of its versions can have.
    """
    model = queries.find_model(connection, project_id, name)
    name = model.name
    changed = change.model_dump(exclude_none=True)
    new_name = changed.pop("name", None)
    if new_name is not None:
        name = rename_model(Raw(connection), actor, project_id, project, name, check_name(new_name, "model")).name
        if not changed:
            return queries.get_model(connection, project_id, name)
    if "default_metric" in changed:
        metric = changed["default_metric"] or None
        if metric is not None:
            check_default_metric(connection, model.id, metric)
        # Versions before their model, as a worker's report does it: so the two cannot wait for each other.
        refresh_metrics(connection, metric, versions.c.model_id == model.id)
        _set(connection, model.id, default_metric=metric)
    if "description" in changed:
        text = search_text([name, check_description(changed["description"])])
        _set(connection, model.id, description=changed["description"], search_text=text)
    if "uses_semver" in changed:
        _set(connection, model.id, uses_semver=changed["uses_semver"])
    _set(connection, model.id, updated_at=now_ms())
    record(connection, project_id, actor, "model.updated", name, **changed)
    live_events.model_changed(connection, project, name)
    return queries.get_model(connection, project_id, name)


def rename_model(raw: Raw, actor: str, project_id: int, project: str, name: str, new_name: str) -> RegisteredModel:
    """The old name leads on to the model until it is deleted, or has that name back.

    :raises NotFound: there is no such model.
    :raises AlreadyExists: another has the new name, or had it before.
    :raises Conflict: a version is being trained under the old name.
    """
    model = get_registered_model(raw, project_id, name)
    name = model.name
    if new_name == name:
        return model
    holder = find_registered_model(raw, project_id, new_name)
    if holder is None or holder.id != model.id:
        _require_free(raw, project_id, new_name, is_prompt=holds_prompt(raw, model.id))
    states = [str(status) for status in MOVING]
    moving = f"SELECT 1 FROM versions WHERE model_id = ? AND status IN ({placeholders(len(states))}) LIMIT 1"  # noqa: S608
    if raw.one(moving, (model.id, *states)) is not None:
        raise Conflict(f"The model {name!r} cannot be renamed while a version is being trained.")
    raw.run(
        "UPDATE models SET name = ?, search_text = ?, updated_at = ? WHERE id = ?",
        (new_name, search_text([new_name, model.description]), now_ms(), model.id),
    )
    raw.run("DELETE FROM model_names WHERE project_id = ? AND name = ?", (project_id, new_name))
    raw.run("INSERT INTO model_names (project_id, name, model_id) VALUES (?, ?, ?)", (project_id, name, model.id))
    raw.run("UPDATE versions SET model = ? WHERE model_id = ?", (new_name, model.id))
    old, new = f"models:/{name}/", f"models:/{new_name}/"
    raw.run(
        "UPDATE versions SET source = CAST(? AS TEXT) || substr(source, CAST(? AS INTEGER)) "
        "WHERE project_id = ? AND substr(source, 1, 8) = 'models:/' AND substr(source, 1, CAST(? AS INTEGER)) = ?",
        (new, len(old) + 1, project_id, len(old), old),
    )
    raw.run("UPDATE experiments SET name = ? WHERE id = ?", (f"[model]{new_name}", model.experiment_id))
    record(raw.connection, project_id, actor, "model.renamed", new_name, before=name)
    live_events.model_changed(raw.connection, project, name, deleted=True)
    live_events.model_changed(raw.connection, project, new_name)
    return get_registered_model(raw, project_id, new_name)


def set_model_tag(raw: Raw, project_id: int, model: RegisteredModel, key: str, value: str) -> None:
    put_model_tags(raw, model.id, {key: value})
    announcements.model_tag_set(raw, project_id, model.id, model.name, key, value)


def delete_model_tag(raw: Raw, project_id: int, model: RegisteredModel, key: str) -> None:
    """A tag that is not there is fine."""
    announcements.model_tag_deleted(raw, project_id, model.id, model.name, key)
    remove_model_tag(raw, model.id, key)


def delete_model(connection: Connection, actor: str, project_id: int, project: str, name: str) -> None:
    """Deletes a model with its versions, their files, runs and metrics.

    :raises NotFound: there is no such model.
    :raises Conflict: a version is being trained.
    """
    model = queries.find_model(connection, project_id, name)
    if model.name != name:
        raise Conflict(f"The model {name!r} is called {model.name!r} now.", hint="Delete it by that name.")
    is_moving = versions.c.status.in_([str(status) for status in MOVING])
    moving = connection.scalars(
        select(versions.c.number).where(versions.c.model_id == model.id, is_moving).order_by(versions.c.number)
    ).all()
    if moving:
        listed = ", ".join(f"#{number}" for number in moving[:5])
        raise Conflict(
            f"Model {name!r} cannot be deleted while {listed} is being trained.",
            hint="Cancel it, or wait until it ends.",
        )
    in_model = select(versions.c.id).where(versions.c.model_id == model.id)
    mark_for_deletion(
        connection, connection.scalars(select(version_files.c.key).where(version_files.c.version_id.in_(in_model)))
    )
    connection.execute(delete(versions).where(versions.c.model_id == model.id))
    connection.execute(delete(models).where(models.c.id == model.id))
    purge_experiment(Raw(connection), model.experiment_id)
    record(connection, project_id, actor, "model.deleted", name)
    live_events.model_changed(connection, project, name, deleted=True)


def _require_free(raw: Raw, project_id: int, name: str, *, is_prompt: bool) -> None:
    """:raises AlreadyExists: the name is taken; the message says whether by a model or by a prompt."""
    holder = find_registered_model(raw, project_id, name)
    if holder is None:
        return
    holder_kind = "Prompt" if holds_prompt(raw, holder.id) else "Registered Model"
    kind = "Prompt" if is_prompt else "Registered Model"
    if holder_kind == kind:
        raise AlreadyExists(f"{kind} (name={name}) already exists.")
    raise AlreadyExists(
        f"Tried to create a {kind.lower()} with name {name!r}, but the name is already taken by a "
        f"{holder_kind.lower()}. A model and a prompt cannot have the same name."
    )


def _set(connection: Connection, model_id: int, **values: object) -> None:
    connection.execute(update(models).where(models.c.id == model_id).values(**values))
