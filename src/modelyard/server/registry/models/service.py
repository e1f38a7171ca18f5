"""The rules of models."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select, update

from modelyard.server.activity.service import record
from modelyard.server.artifacts.service import doom
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import AlreadyExists, Conflict
from modelyard.server.kernel.names import check_name
from modelyard.server.registry import announcements, news
from modelyard.server.registry.lifecycle import MOVING
from modelyard.server.registry.models import queries
from modelyard.server.registry.models.default_metric import check_default_metric
from modelyard.server.registry.models.queries import ModelKey
from modelyard.server.registry.tables import models, version_files, versions
from modelyard.server.registry.texts import check_description, search_text
from modelyard.server.registry.versions.metrics import refresh_metrics
from modelyard.server.tracking.service import delete_experiment, ensure_experiment
from modelyard.wire.base import MAX_NUMBER
from modelyard.wire.models import Model, ModelUpdate


def create_model(
    connection: Connection, actor: str, project_id: int, project: str, name: str, description: str
) -> Model:
    """:raises InvalidName: the name is not allowed.
    :raises AlreadyExists: there is a model of that name.
    """
    check_name(name, "model")
    if queries.find_optional_model(connection, project_id, name) is not None:
        raise AlreadyExists(f"There is a model {name!r} already.")
    add_model(connection, actor, project_id, project, name, description)
    return queries.get_model(connection, project_id, name)


def ensure_model(connection: Connection, actor: str, project_id: int, project: str, name: str) -> ModelKey:
    """The model of that name, made when there is none.

    :raises InvalidName: the name is not allowed.
    """
    check_name(name, "model")
    found = queries.find_optional_model(connection, project_id, name)
    return found or add_model(connection, actor, project_id, project, name, "")


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
    experiment_id = ensure_experiment(connection, project_id, f"[model]{name}", now)
    connection.execute(
        insert(models).values(
            project_id=project_id,
            name=name,
            description=check_description(description),
            search_text=search_text([name, description]),
            experiment_id=experiment_id,
            last_number=0,
            version_count=0,
            created_at=now,
            created_by=actor,
            updated_at=now,
        )
    )
    record(connection, project_id, actor, "model.created", name)
    announcements.model_created(Raw(connection), project_id, name, description, tags or {})
    news.model_changed(connection, project, name)
    return queries.find_model(connection, project_id, name)


def update_model(
    connection: Connection, actor: str, project_id: int, project: str, name: str, change: ModelUpdate
) -> Model:
    """:raises NotFound: there is no such model.
    :raises InvalidArgument: a default metric that none of its versions can have.
    """
    found = queries.find_model(connection, project_id, name)
    changed = change.model_dump(exclude_none=True)
    if "default_metric" in changed:
        metric = changed["default_metric"] or None
        if metric is not None:
            check_default_metric(connection, found.id, metric)
        # Versions before their model, as a worker's report does it: so the two cannot wait for each other.
        refresh_metrics(connection, metric, versions.c.model_id == found.id)
        _set(connection, found.id, default_metric=metric)
    if "description" in changed:
        text = search_text([name, check_description(changed["description"])])
        _set(connection, found.id, description=changed["description"], search_text=text)
    _set(connection, found.id, updated_at=now_ms())
    record(connection, project_id, actor, "model.updated", name, **changed)
    news.model_changed(connection, project, name)
    return queries.get_model(connection, project_id, name)


def delete_model(connection: Connection, actor: str, project_id: int, project: str, name: str) -> None:
    """Deletes a model with its versions, their files, runs and metrics.

    :raises NotFound: there is no such model.
    :raises Conflict: a version is being trained.
    """
    found = queries.find_model(connection, project_id, name)
    is_moving = versions.c.status.in_([str(status) for status in MOVING])
    moving = connection.scalars(
        select(versions.c.number).where(versions.c.model_id == found.id, is_moving).order_by(versions.c.number)
    ).all()
    if moving:
        listed = ", ".join(f"#{number}" for number in moving[:5])
        raise Conflict(
            f"Model {name!r} cannot be deleted while {listed} is being trained.",
            hint="Cancel it, or wait until it ends.",
        )
    in_model = select(versions.c.id).where(versions.c.model_id == found.id)
    doom(connection, connection.scalars(select(version_files.c.key).where(version_files.c.version_id.in_(in_model))))
    connection.execute(delete(versions).where(versions.c.model_id == found.id))
    connection.execute(delete(models).where(models.c.id == found.id))
    delete_experiment(connection, found.experiment_id)
    record(connection, project_id, actor, "model.deleted", name)
    news.model_changed(connection, project, name, deleted=True)


def no_number_left(name: str) -> Conflict:
    return Conflict(
        f"The model {name!r} has no number left: {MAX_NUMBER} is the largest, and numbers are not reused.",
        hint="Use another model name.",
    )


def _set(connection: Connection, model_id: int, **values: object) -> None:
    connection.execute(update(models).where(models.c.id == model_id).values(**values))
