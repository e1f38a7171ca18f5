"""The reference of the MLflow protocol names every endpoint that is answered, with its permission and audit line."""

from pathlib import Path

import pytest

from modelyard.server.protocols.mlflow.endpoints import Endpoint
from modelyard.server.protocols.mlflow.table import ENDPOINTS

TEXT = (Path(__file__).parents[2] / "docs" / "reference" / "mlflow.md").read_text()


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
def test_every_endpoint_is_documented(endpoint: Endpoint):
    audit = f"`{endpoint.audit}`" if endpoint.audit else ""
    assert f"| `{endpoint.method} {endpoint.path}` | `{endpoint.permission}` | {audit} |" in TEXT
