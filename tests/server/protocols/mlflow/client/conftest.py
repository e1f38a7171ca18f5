"""Fixtures for checks that run in the MLflow client's own environment, started by `test_client.py`."""

import os
import uuid

import mlflow
import pytest
from mlflow import MlflowClient

os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "1"
os.environ["MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"] = "true"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--tracking-uri", required=True)


@pytest.fixture(scope="session", autouse=True)
def tracking_uri(request: pytest.FixtureRequest) -> str:
    uri: str = request.config.getoption("--tracking-uri")
    mlflow.set_tracking_uri(uri)
    return uri


@pytest.fixture
def client(tracking_uri: str) -> MlflowClient:
    return MlflowClient(tracking_uri)


@pytest.fixture
def name() -> str:
    """A name that nobody used."""
    return f"n-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def experiment(client: MlflowClient, name: str) -> str:
    made: str = client.create_experiment(name)
    return made
