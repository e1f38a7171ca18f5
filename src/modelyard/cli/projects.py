"""`modelyard projects`: the projects that datasets and models belong to."""

from typing import Annotated

import typer

from modelyard.cli import _format
from modelyard.cli._output import OutputColumn
from modelyard.cli._session import Session, command, new_app
from modelyard.cli._views import YesOption, confirm

app = new_app("Projects: what datasets and models live in.")

Name = Annotated[str, typer.Argument(metavar="PROJECT", help="The project's name.")]


@command(app, "list", lists=True)
def list_projects(session: Session) -> None:
    """List the projects of the server."""
    if session.wrote_file("projects"):
        return
    session.output.table(
        session.client.projects.list(),
        (
            OutputColumn("Name", lambda project: project.name),
            OutputColumn("Updated", lambda project: _format.moment(project.info.updated_at)),
            OutputColumn("Description", lambda project: project.info.description),
        ),
        record=lambda project: project.info,
        name=lambda project: project.name,
        empty="No projects.",
    )


@command(app, "create")
def create(
    session: Session,
    name: Name,
    *,
    description: Annotated[str, typer.Option("--description", "-d", help="What the project is for.")] = "",
) -> None:
    """Create a project."""
    created = session.client.projects.create(name, description=description)
    session.output.done(f"Created project {created.name}", record=created.info, name=created.name)


@command(app, "delete")
def delete(session: Session, name: Name, *, yes: YesOption = False) -> None:
    """Delete a project."""
    project = session.client.projects(name)
    project.refresh()
    confirm(f"Delete project {name}? This cannot be undone.", yes=yes)
    project.delete()
    session.output.done(f"Deleted project {name}", record={"deleted": name}, name=name)
