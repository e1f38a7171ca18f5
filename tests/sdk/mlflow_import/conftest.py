"""Real sources, made by MLflow itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from modelyard.sdk import Client
from tests.sdk.mlflow_import.reading import Made, fill, made_once, make_traces
from tests.support import mlflow
from tests.support.server import ModelyardServer


@pytest.fixture(scope="session")
def folder_source(shared_folder: Path, mlflow_python: str) -> Made:
    return made_once(shared_folder, "folder", lambda root: fill(mlflow_python, str(root / "mlruns"), root, 10))


@pytest.fixture(scope="session")
def database_source(shared_folder: Path, mlflow_python: str) -> Made:
    """Its files are more than one round of them."""
    return made_once(shared_folder, "database", lambda root: fill(mlflow_python, _database(root), root, 70))


@pytest.fixture(scope="session")
def server_source(tmp_path_factory: pytest.TempPathFactory, mlflow_python: str) -> Iterator[Made]:
    root = tmp_path_factory.mktemp("server-source")
    with mlflow.serving(mlflow_python, root) as uri:
        yield fill(mlflow_python, uri, root, 10)


@pytest.fixture(scope="session")
def traced_folder(shared_folder: Path, mlflow_python: str) -> Made:
    return made_once(
        shared_folder, "traced-folder", lambda root: make_traces(mlflow_python, str(root / "mlruns"), root, 3)
    )


@pytest.fixture(scope="session")
def traced_database(shared_folder: Path, mlflow_python: str) -> Made:
    """Its traces are more than a page of them."""
    return made_once(
        shared_folder, "traced-database", lambda root: make_traces(mlflow_python, _database(root), root, 120)
    )


@pytest.fixture(scope="session")
def traced_server(tmp_path_factory: pytest.TempPathFactory, mlflow_python: str) -> Iterator[Made]:
    root = tmp_path_factory.mktemp("traced-server")
    with mlflow.serving(mlflow_python, root) as uri:
        yield make_traces(mlflow_python, uri, root, 3)


def _database(root: Path) -> str:
    return f"sqlite:///{root / 'mlflow.db'}"


@pytest.fixture
def yard(new_server: Callable[..., ModelyardServer]) -> ModelyardServer:
    """A server of the test's own: an id of a run is given once on a server."""
    return new_server().start()


@pytest.fixture
def client(yard: ModelyardServer) -> Iterator[Client]:
    with Client(yard.url) as made:
        yield made
