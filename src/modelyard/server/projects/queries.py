"""Reads of projects."""

from sqlalchemy import Connection, Row, select

from modelyard.server.kernel.clock import to_datetime
from modelyard.server.kernel.errors import NotFound
from modelyard.server.projects.tables import projects
from modelyard.wire.projects import Project


def project_not_found(name: str) -> NotFound:
    return NotFound(f"There is no project {name!r}.", hint="List projects to see their names.")


def get_project_id(connection: Connection, name: str) -> int:
    """:raises NotFound: there is no such project."""
    found = connection.scalar(select(projects.c.id).where(projects.c.name == name))
    if found is None:
        raise project_not_found(name)
    return int(found)


def get_project(connection: Connection, name: str) -> Project:
    """:raises NotFound: there is no such project."""
    row = connection.execute(select(projects).where(projects.c.name == name)).one_or_none()
    if row is None:
        raise project_not_found(name)
    return to_project(row)


def list_projects(connection: Connection) -> list[Project]:
    return [to_project(row) for row in connection.execute(select(projects).order_by(projects.c.name))]


def to_project(row: Row[tuple[object, ...]]) -> Project:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return Project(
        name=values["name"],
        description=values["description"],
        created_at=to_datetime(values["created_at"]),
        updated_at=to_datetime(values["updated_at"]),
    )
