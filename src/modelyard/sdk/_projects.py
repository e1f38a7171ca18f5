"""Projects, which datasets and models belong to."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.sdk._http import Http, api_path
from modelyard.sdk._references import check_name
from modelyard.wire import projects as wire

_PATH = "/projects"


class Projects:
    """The projects of the server. Call it with a name for one of them; iterate over it for all."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def __call__(self, name: str) -> Project:
        """The project of this name; no request is sent yet."""
        return Project(self._http, name)

    def __iter__(self) -> Iterator[Project]:
        return iter(self.list())

    def list(self) -> list[Project]:
        """All projects of the server."""
        records = self._http.get(_PATH, list[wire.Project])
        return [Project(self._http, record.name, record) for record in records]

    def create(self, name: str, *, description: str = "") -> Project:
        """Create a project. Raises AlreadyExistsError."""
        body = wire.ProjectCreate(name=check_name("project", name), description=description)
        return Project(self._http, name, self._http.call("POST", _PATH, wire.Project, body=body))


class Project:
    """The unit of ownership. To work inside it: `Client(project=name)`."""

    def __init__(self, http: Http, name: str, record: wire.Project | None = None) -> None:
        self.name = check_name("project", name)
        self._http = http
        self._path = api_path("projects", name)
        self._record = record

    def __repr__(self) -> str:
        return f"<Project {self.name}>"

    @property
    def info(self) -> wire.Project:
        """The project's record, fetched at first use. Raises NotFoundError. See `refresh`."""
        return self._record or self.refresh()

    def refresh(self) -> wire.Project:
        """Fetch the record again."""
        self._record = self._http.get(self._path, wire.Project)
        return self._record

    def update(self, *, description: str) -> Project:
        """Change the description."""
        self._record = self._http.call(
            "PATCH", self._path, wire.Project, body=wire.ProjectUpdate(description=description)
        )
        return self

    def delete(self) -> None:
        """Delete the project. Raises ConflictError when it is not empty, or is the default one."""
        self._http.delete(self._path)
