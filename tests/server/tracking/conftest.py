"""Fixtures of tests of experiments and runs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

import modelyard.server.tables  # noqa: F401
from modelyard.server.db import Database
from modelyard.server.db.raw import Raw
from modelyard.server.db.schema import ensure_schema
from modelyard.server.projects.service import ensure_default_project
from tests.server.tracking.logged import Logged
from tests.support.server import ModelyardServer


@pytest.fixture
def logged(server: ModelyardServer, http: httpx.Client, project: str) -> Logged:
    """A fresh project to log in."""
    return Logged(server, http, project)


@pytest.fixture
def raw(tmp_path: Path, new_database: Callable[[], str | None]) -> Iterator[Raw]:
    """A transaction on an empty database."""
    database = Database(new_database() or f"sqlite:///{tmp_path / 'm.db'}", lambda _message: None)
    ensure_schema(database.write_engine)
    with database.write_engine.begin() as connection:
        ensure_default_project(connection)
        yield Raw(connection)
    database.close()
