"""Servers whose workers the test plays."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server.training.playing import Yard, sleeping_worker
from tests.support.server import ModelyardServer


@pytest.fixture(scope="session")
def played_server(
    tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str | None]
) -> Iterator[tuple[ModelyardServer, Path]]:
    folder = tmp_path_factory.mktemp("played")
    script = sleeping_worker(folder)
    server = ModelyardServer(folder / "data", new_database(), worker_python=script, engine_slots=20).start()
    Yard(server, script).upload()
    yield server, script
    server.stop()


@pytest.fixture
def yard(played_server: tuple[ModelyardServer, Path]) -> Yard:
    """A fresh model's name on a shared server."""
    server, script = played_server
    return Yard(server, script, f"m-{uuid.uuid4().hex[:10]}")


@pytest.fixture(scope="session")
def mortal_server(
    tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str | None]
) -> Iterator[tuple[ModelyardServer, Path]]:
    folder = tmp_path_factory.mktemp("mortal")
    script = sleeping_worker(folder)
    server = ModelyardServer(folder / "data", new_database(), worker_python=script, engine_slots=30)
    yield server, script
    server.stop()


@pytest.fixture
def mortal_yard(mortal_server: tuple[ModelyardServer, Path]) -> Yard:
    """A fresh model's name on a server that tests may kill, if they restart it."""
    server, script = mortal_server
    if server.process is None or server.process.poll() is not None:
        server.start()
    return Yard(server, script, f"m-{uuid.uuid4().hex[:10]}").upload()


@pytest.fixture
def own_yard(new_server: Callable[..., ModelyardServer], tmp_path: Path) -> Callable[..., Yard]:
    """Makes a server of the test's own, which it may kill."""

    def make(**settings: object) -> Yard:
        script = sleeping_worker(tmp_path / f"workers-{uuid.uuid4().hex[:6]}")
        return Yard(new_server(worker_python=script, **settings).start(), script).upload()

    return make
