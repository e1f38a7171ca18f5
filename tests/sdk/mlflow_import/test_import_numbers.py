"""No way of importing gives the number of a deleted version again."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from modelyard.sdk import Client
from modelyard.sdk.mlflow_import import import_mlflow
from tests.support import mlflow
from tests.support.server import ModelyardServer

API = "api/2.0/mlflow"


def post(http: httpx.Client, path: str, **body: object) -> dict[str, object]:
    return dict(http.post(f"{API}/{path}", json=body).raise_for_status().json())


def fill(uri: str) -> None:
    """A model with versions 1 to 3, of which the last is deleted; a logged model says that it is the third."""
    with httpx.Client(base_url=uri, timeout=60, trust_env=False) as http:
        experiment = post(http, "experiments/create", name="e")["experiment_id"]
        registered = json.dumps([{"name": "m", "version": 3}])
        tags = [{"key": "mlflow.modelVersions", "value": registered}]
        post(http, "logged-models", experiment_id=experiment, name="logged", tags=tags)
        post(http, "registered-models/create", name="m")
        for _ in range(3):
            post(http, "model-versions/create", name="m", source="s3://bucket/model")
        http.request("DELETE", f"{API}/model-versions/delete", json={"name": "m", "version": "3"}).raise_for_status()


@pytest.fixture
def mlflow_server(mlflow_python: str, tmp_path: Path) -> Iterator[str]:
    with mlflow.serving(mlflow_python, tmp_path) as address:
        yield address


@pytest.fixture
def other_yard(new_server: Callable[..., ModelyardServer]) -> str:
    return new_server().start().url


@pytest.mark.parametrize(("kind", "notes"), [("other_yard", 0), ("mlflow_server", 1)])
def test_the_number_that_a_server_deleted_last_is_not_given_again(
    request: pytest.FixtureRequest, kind: str, notes: int, yard: ModelyardServer, client: Client
):
    uri: str = request.getfixturevalue(kind)
    fill(uri)
    report = import_mlflow(client, uri)
    assert [version.number for version in client.models("m").versions()] == [2, 1]
    told = [note for note in report.notes if "does not tell the numbers of deleted versions" in note]
    assert len(told) == notes
    with httpx.Client(base_url=yard.url, timeout=60, trust_env=False) as http:
        made = post(http, "model-versions/create", name="m", source="s3://bucket/model")["model_version"]
    assert isinstance(made, dict)
    assert made["version"] == "4"
