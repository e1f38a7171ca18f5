"""Real sources, made by MLflow itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from modelyard.sdk import Client
from tests.sdk.mlflow_import.reading import Made, describe, make_traces
from tests.support import mlflow
from tests.support.server import ModelyardServer

FILL = Path(__file__).parent / "client" / "fill.py"


@pytest.fixture(scope="session")
def folder_source(tmp_path_factory: pytest.TempPathFactory, mlflow_python: str) -> Made:
    root = tmp_path_factory.mktemp("folder")
    uri = str(root / "mlruns")
    mlflow.run_script(mlflow_python, FILL, uri, 10, cwd=root)
    return Made(uri, describe(mlflow_python, uri, root))


@pytest.fixture(scope="session")
def database_source(tmp_path_factory: pytest.TempPathFactory, mlflow_python: str) -> Made:
    root = tmp_path_factory.mktemp("database")
    uri = f"sqlite:///{root / 'mlflow.db'}"
    mlflow.run_script(mlflow_python, FILL, uri, 70, cwd=root)
    return Made(uri, describe(mlflow_python, uri, root))


@pytest.fixture(scope="session")
def server_source(tmp_path_factory: pytest.TempPathFactory, mlflow_python: str) -> Iterator[Made]:
    root = tmp_path_factory.mktemp("server-source")
    with mlflow.serving(mlflow_python, root) as uri:
        mlflow.run_script(mlflow_python, FILL, uri, 10, cwd=root)
        yield Made(uri, describe(mlflow_python, uri, root))


@pytest.fixture(scope="session")
def traced_folder(tmp_path_factory: pytest.TempPathFactory, mlflow_python: str) -> Made:
    root = tmp_path_factory.mktemp("traced-folder")
    return make_traces(mlflow_python, str(root / "mlruns"), root, 3)


@pytest.fixture
def yard(new_server: Callable[..., ModelyardServer]) -> ModelyardServer:
    """A server of the test's own: an id of a run is given once on a server."""
    return new_server().start()


@pytest.fixture
def client(yard: ModelyardServer) -> Iterator[Client]:
    with Client(yard.url) as made:
        yield made
