"""A server with several callers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from modelyard.server.access.permissions import Permission
from tests.support.identities import GuardedServer
from tests.support.receiver import SETTINGS

TEAM, HIDDEN = "team", "hidden"
READ = "project:project:read"

USERS: dict[str, dict[str, list[str]] | str] = {
    "admin": "admin",
    "stranger": {"": [str(permission) for permission in Permission if permission.startswith("server:")]},
    "reader": {TEAM: [READ]},
    **{
        permission: {"": [permission]} if permission.startswith("server:") else {TEAM: [READ, permission]}
        for permission in Permission
    },
}
"""A user for each permission, who has it in one project and nothing else; their tokens are their names."""


@pytest.fixture(scope="module")
def guarded(
    tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str | None]
) -> Iterator[GuardedServer]:
    """With two projects, both of which hold an experiment, so that neither can be deleted."""
    made = GuardedServer(tmp_path_factory.mktemp("guarded") / "data", new_database(), **SETTINGS)
    made.allow(USERS)
    made.start()
    with calling(made, "admin") as admin:
        for project in (TEAM, HIDDEN):
            admin.post("/api/v1/projects", json={"name": project}).raise_for_status()
            admin.post(f"/api/v1/projects/{project}/experiments", json={"name": "first"}).raise_for_status()
    yield made
    made.stop()


@pytest.fixture
def own_guarded(tmp_path: Path, new_database: Callable[[], str | None]) -> Iterator[GuardedServer]:
    """A server whose callers a test changes."""
    made = GuardedServer(tmp_path / "data", new_database(), **SETTINGS)
    made.allow(USERS)
    made.start()
    with calling(made, "admin") as admin:
        for project in (TEAM, HIDDEN):
            admin.post("/api/v1/projects", json={"name": project}).raise_for_status()
    yield made
    made.stop()


def calling(server: GuardedServer, token: str | None) -> httpx.Client:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=server.url, headers=headers, timeout=60, trust_env=False)
