"""Reads of projects."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, Row, select

from modelyard.server.access.queries import find_project_id
from modelyard.server.access.scope import in_order
from modelyard.server.access.service import project_not_found
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import to_datetime
from modelyard.server.projects.tables import projects
from modelyard.wire.projects import Project, ProjectDetail


def get_project_id(connection: Connection, name: str) -> int:
    """:raises NotFound: there is no such project."""
    project_id = find_project_id(Raw(connection), name)
    if project_id is None:
        raise project_not_found(name)
    return project_id


def get_project(connection: Connection, name: str) -> Project:
    """:raises NotFound: there is no such project."""
    row = connection.execute(select(projects).where(projects.c.name == name)).one_or_none()
    if row is None:
        raise project_not_found(name)
    return to_project(row)


def get_project_detail(connection: Connection, name: str, permissions: Collection[str]) -> ProjectDetail:
    """:raises NotFound: there is no such project."""
    project = get_project(connection, name)
    return ProjectDetail(**dict(project), permissions=in_order(permissions))


def list_projects(connection: Connection, visible: Sequence[int] | None = None) -> list[Project]:
    """By name; only those with these ids, or all."""
    statement = select(projects).order_by(projects.c.name)
    if visible is not None:
        statement = statement.where(projects.c.id.in_(visible))
    return [to_project(row) for row in connection.execute(statement)]


def to_project(row: Row[tuple[object, ...]]) -> Project:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return Project(
        name=values["name"],
        description=values["description"],
        created_at=to_datetime(values["created_at"]),
        updated_at=to_datetime(values["updated_at"]),
    )
