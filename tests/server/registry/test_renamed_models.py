"""The old name of a model leads on to it."""

import httpx
import pytest

from tests.server.model_uploads.conftest import FILES, Uploads, code_of


@pytest.fixture
def renamed(http: httpx.Client, project: str) -> Uploads:
    """The model `old`, with a version, a fork of it and an alias, is called `new` now."""
    uploads = Uploads(http, project)
    assert uploads.finish(uploads.put_all(FILES), "old", aliases=["prod"]).status_code == 201
    fork = http.post(f"{uploads.project}/models/old/versions/1/fork", json={"model": "forked"})
    assert fork.status_code == 201
    answer = http.patch(f"{uploads.project}/models/old", json={"name": "new", "description": "Renamed"})
    assert (answer.json()["name"], answer.json()["description"]) == ("new", "Renamed"), answer.text
    return uploads


def test_the_old_name_leads_on_everywhere(renamed: Uploads):
    http, models = renamed.http, f"{renamed.project}/models"
    for path in ("old", "old/versions", "old/versions/1/files", "old/versions/1/files/model/MLmodel"):
        assert http.get(f"{models}/{path}").content == http.get(f"{models}/{path.replace('old', 'new')}").content
    assert http.get(f"{models}/old").json()["name"] == "new"
    for number in ("1", "latest", "@prod"):
        assert http.get(f"{models}/old/versions/{number}").json()["model"] == "new"
    version = renamed.finish(renamed.put_all(FILES), "old").json()
    assert (version["model"], version["number"]) == ("new", 2)
    assert [model["name"] for model in http.get(models).json()["items"]] == ["new", "forked"]
    graph = http.get(f"{models}/forked/versions/1/lineage").json()
    assert ("version:new/1", "fork") in {(edge["source"], edge["kind"]) for edge in graph["edges"]}


def test_clients_of_the_protocol_are_led_on_too(renamed: Uploads):
    root = str(renamed.http.base_url).split("/api/")[0] + f"/{renamed.project}/api/2.0/mlflow"
    with httpx.Client(base_url=root, trust_env=False) as client:
        assert client.get("/registered-models/get", params={"name": "old"}).json()["registered_model"]["name"] == "new"
        version = client.get("/model-versions/get", params={"name": "old", "version": "1"}).json()["model_version"]
        assert version["name"] == "new"
        alias = client.get("/registered-models/alias", params={"name": "old", "alias": "prod"}).json()
        assert (alias["model_version"]["name"], alias["model_version"]["version"]) == ("new", "1")
        made = client.post("/registered-models/create", json={"name": "old"})
        assert made.json()["error_code"] == "RESOURCE_ALREADY_EXISTS"
        body = {"name": "old", "source": "models:/old/1"}
        created = client.post("/model-versions/create", json=body).json()["model_version"]
        assert (created["name"], created["version"]) == ("new", "2")


def test_an_old_name_is_taken_until_its_model_is_gone_or_has_it_back(renamed: Uploads):
    http, models = renamed.http, f"{renamed.project}/models"
    made = http.post(models, json={"name": "old"})
    assert code_of(made) == "already_exists"
    assert "'new'" in made.json()["error"]["message"]
    assert code_of(http.patch(f"{models}/forked", json={"name": "old"})) == "already_exists"
    assert code_of(http.patch(f"{models}/new", json={"name": "a/b"})) == "invalid_name"
    assert code_of(http.delete(f"{models}/old")) == "conflict"
    assert http.patch(f"{models}/old", json={"name": "old"}).json()["name"] == "old"
    assert http.get(f"{models}/new").json()["name"] == "old"
    assert http.delete(f"{models}/old").status_code == 204
    for name in ("old", "new"):
        assert http.post(models, json={"name": name}).status_code == 201
