"""The reference of the MLflow protocol names every endpoint that is answered, with its permission and audit line."""

from pathlib import Path

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "mlflow.md"


def test_every_endpoint_is_documented():
    from modelyard.server.protocols.mlflow.table import ENDPOINTS  # noqa: PLC0415 - heavy: not while tests are collected

    lines = [
        f"| `{endpoint.method} {endpoint.path}` | `{endpoint.permission}` | "
        f"{f'`{endpoint.audit}`' if endpoint.audit else ''} |"
        for endpoint in ENDPOINTS
    ]
    assert len(lines) > 100
    text = REFERENCE.read_text()
    missing = [line for line in lines if line not in text]
    assert not missing, "\n".join(missing)
