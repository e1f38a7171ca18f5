"""Who asks for versions by which names is counted, for people and for proposals of breaking versions."""

import httpx

from tests.server.tracking.logged import Logged


def test_requests_are_counted_by_name_and_client(logged: Logged):
    logged.mlflow("registered-models/create", name="m")
    tags = [{"key": "modelyard.semver", "value": "1.2.0"}]
    logged.mlflow("model-versions/create", name="m", source="s3://bucket/model", tags=tags)
    logged.mlflow("registered-models/alias", name="m", alias="prod", version="1")
    assert logged.read("models/m/pins") == []
    url = f"{logged.url}/projects/{logged.project}/api/2.0/mlflow/registered-models/alias"
    for name in ("prod", "^1.0", "prod", "1.2.0"):
        answer = httpx.get(
            url, params={"name": "m", "alias": name}, headers={"User-Agent": "scorer/3"}, trust_env=False
        )
        assert answer.json()["model_version"]["version"] == "1"
    assert httpx.get(url, params={"name": "m", "alias": "nobody"}, trust_env=False).status_code == 400
    logged.read("models/m/versions/latest")
    pins = {
        pin["reference"]: (pin["kind"], pin["caller"], pin["request_count"]) for pin in logged.read("models/m/pins")
    }
    assert pins == {
        "prod": ("alias", "local", 2),
        "^1.0": ("range", "local", 1),
        "1.2.0": ("exact", "local", 1),
        "latest": ("latest", "local", 1),
    }
    httpx.get(url, params={"name": "m", "alias": "prod"}, headers={"User-Agent": "scorer/3"}, trust_env=False)
    by_client = [pin["request_count"] for pin in logged.read("models/m/pins") if pin["client"] == "scorer/3"]
    assert sorted(by_client) == [1, 1, 3]
