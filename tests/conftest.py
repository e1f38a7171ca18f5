"""Fixtures for every test: real servers on both databases."""

import os
import signal
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import httpx
import pytest
from hypothesis import settings

from tests.support import mlflow, postgresql
from tests.support.receiver import SETTINGS
from tests.support.server import ModelyardServer
from tests.support.workers import ready_workers

pytest_plugins = ["tests.support.certificates", "tests.support.order", "tests.support.reporting"]

# Whoever runs the tests in the background may have them ignore this signal, and so would every program they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Chosen by `--hypothesis-profile=long`: twenty times as many examples.
settings.register_profile("long", max_examples=2000, deadline=None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a test needs can be asked for, or left out, by a marker of that name."""
    for item in items:
        parameters = getattr(item, "callspec", None)
        fixtures = getattr(item, "fixturenames", ())
        if "postgresql_server" in fixtures or (parameters and parameters.params.get("dialect") == "postgresql"):
            item.add_marker(pytest.mark.postgresql)
        if "mlflow_python" in fixtures:
            item.add_marker(pytest.mark.client)


NO_POSTGRESQL = (
    "PostgreSQL is not installed: install it (e.g. apt-get install postgresql) to run this on both databases"
)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.PostgreSQL]:
    programs = postgresql.find_programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail(NO_POSTGRESQL)
        pytest.skip(NO_POSTGRESQL)
    with postgresql.running(programs) as server:
        yield server


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Every test that uses it, directly or through `server`, runs on both databases."""
    return str(request.param)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all processes that run the tests of one session."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def mlflow_python(shared_folder: Path) -> str:
    """The Python of the newest MLflow."""
    return mlflow.ready_python(shared_folder)


@pytest.fixture(scope="session")
def empty_database(request: pytest.FixtureRequest, dialect: str) -> Callable[[], str | None]:
    """Makes an empty database of the dialect; None stands for SQLite in the server's data directory."""
    return _made_by(request, dialect, postgresql.PostgreSQL.create_database)


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest, dialect: str) -> Callable[[], str | None]:
    """As `empty_database`; on PostgreSQL it has the tables already."""
    return _made_by(request, dialect, postgresql.PostgreSQL.create_ready_database)


def _made_by(
    request: pytest.FixtureRequest, dialect: str, make: Callable[[postgresql.PostgreSQL], str]
) -> Callable[[], str | None]:
    if dialect == "sqlite":
        return lambda: None
    return partial(make, request.getfixturevalue("postgresql_server"))


@pytest.fixture(scope="session")
def kept_servers() -> Iterator[dict[str, ModelyardServer]]:
    """Servers by what they are for. They stay when the tests turn to the other database, and back again."""
    kept: dict[str, ModelyardServer] = {}
    yield kept
    for server in kept.values():
        server.stop()


@pytest.fixture(scope="session")
def server(
    tmp_path_factory: pytest.TempPathFactory,
    dialect: str,
    new_database: Callable[[], str | None],
    kept_servers: dict[str, ModelyardServer],
    shared_folder: Path,
) -> ModelyardServer:
    """One running server per dialect, shared by all tests; each test works in a project of its own."""
    if dialect not in kept_servers:
        folder, python = tmp_path_factory.mktemp("server"), ready_workers(shared_folder)
        made = ModelyardServer(folder / "data", new_database(), worker_python=python, **SETTINGS)
        kept_servers[dialect] = made.start()
    return kept_servers[dialect]


@pytest.fixture
def new_server(tmp_path: Path, new_database: Callable[[], str | None]) -> Iterator[Callable[..., ModelyardServer]]:
    """Makes servers of the test's own, not started, to be killed, restarted or set up otherwise."""
    with ExitStack() as stack:

        def make(kind: type[ModelyardServer] = ModelyardServer, **settings: object) -> ModelyardServer:
            made = kind(tmp_path / f"server-{uuid.uuid4().hex[:6]}", new_database(), **settings)
            stack.callback(made.stop)
            return made

        yield make


@pytest.fixture
def http(server: ModelyardServer) -> Iterator[httpx.Client]:
    """A client of the shared server's native API; paths are relative to /api/v1."""
    with server.client() as client:
        yield client


@pytest.fixture
def project(http: httpx.Client) -> str:
    """The name of a fresh project."""
    name = f"p-{uuid.uuid4().hex[:10]}"
    http.post("projects", json={"name": name}).raise_for_status()
    return name


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where `CI` is set, a skipped test is a failure: there everything can be installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("Tests were skipped, which is not allowed where CI is set.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
