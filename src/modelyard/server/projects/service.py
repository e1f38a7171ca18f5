"""The rules of projects."""

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from modelyard.server.activity.service import record
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import AlreadyExists, Conflict
from modelyard.server.kernel.names import check_name
from modelyard.server.projects import queries
from modelyard.server.projects.tables import projects
from modelyard.wire.projects import Project

DEFAULT_PROJECT = "default"


def ensure_default_project(connection: Connection) -> None:
    """Makes the project `default` on a fresh database."""
    if connection.scalar(select(projects.c.id).where(projects.c.name == DEFAULT_PROJECT)) is None:
        now = now_ms()
        connection.execute(
            insert(projects).values(name=DEFAULT_PROJECT, description="", created_at=now, updated_at=now)
        )


def create_project(connection: Connection, actor: str, name: str, description: str) -> Project:
    """:raises InvalidName: the name is not allowed.
    :raises AlreadyExists: there is a project of that name.
    """
    check_name(name, "project")
    if connection.scalar(select(projects.c.id).where(projects.c.name == name)) is not None:
        raise AlreadyExists(f"There is a project {name!r} already.")
    now = now_ms()
    project_id = connection.scalar(
        insert(projects)
        .values(name=name, description=description, created_at=now, updated_at=now)
        .returning(projects.c.id)
    )
    assert project_id is not None
    record(connection, project_id, actor, "project.created", name)
    return queries.get_project(connection, name)


def update_project(connection: Connection, actor: str, project_id: int, name: str, description: str) -> Project:
    connection.execute(
        update(projects).where(projects.c.id == project_id).values(description=description, updated_at=now_ms())
    )
    record(connection, project_id, actor, "project.updated", name, description=description)
    return queries.get_project(connection, name)


def delete_project(connection: Connection, actor: str, project_id: int, name: str) -> None:
    """:raises Conflict: it still has datasets or models, or it is the default project."""
    if name == DEFAULT_PROJECT:
        raise Conflict("The default project cannot be deleted.")
    record(connection, project_id, actor, "project.deleted", name)
    try:
        connection.execute(delete(projects).where(projects.c.id == project_id))
    except IntegrityError as error:
        raise Conflict(
            f"The project {name!r} still has datasets, models or experiments.", hint="Delete those first."
        ) from error
