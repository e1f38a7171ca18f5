"""A version becomes the first of a new model."""

import httpx
import pytest

from tests.server.model_uploads.conftest import FILES, Uploads, code_of


@pytest.fixture
def uploads(http: httpx.Client, project: str) -> Uploads:
    return Uploads(http, project)


def fork(uploads: Uploads, model: str, new: str) -> httpx.Response:
    return uploads.http.post(f"{uploads.project}/models/{model}/versions/1/fork", json={"model": new})


def origins(uploads: Uploads, model: str) -> set[tuple[str, str, str]]:
    graph = uploads.http.get(f"{uploads.project}/models/{model}/versions/1/lineage").json()
    return {(edge["source"], edge["kind"], edge["target"]) for edge in graph["edges"]}


def test_a_fork_has_all_of_its_origin_and_outlives_it(uploads: Uploads):
    assert uploads.finish(uploads.put_all(FILES)).status_code == 201
    forked = fork(uploads, "iris", "second")
    assert forked.status_code == 201, forked.text
    version = forked.json()
    assert (version["model"], version["number"], version["status"]) == ("second", 1, "Ready")
    assert version["packaging"]["flavors"] == ["python_function", "sklearn"]
    assert version["signature"]["inputs"][0]["name"] == "length"
    assert version["file_count"] == 3
    assert fork(uploads, "second", "third").status_code == 201
    chain = {("version:iris/1", "fork", "version:second/1"), ("version:second/1", "fork", "version:third/1")}
    assert origins(uploads, "third") == chain
    assert origins(uploads, "iris") == chain
    assert uploads.http.delete(f"{uploads.project}/models/second").status_code == 204
    assert uploads.http.delete(f"{uploads.project}/models/iris/versions/1").status_code == 204
    path = f"{uploads.project}/models/third/versions/1"
    for name, content in FILES.items():
        assert uploads.http.get(f"{path}/files/model/{name}").content == content
    graph = uploads.http.get(f"{path}/lineage").json()
    presence = {node["id"]: node["presence"] for node in graph["nodes"]}
    assert presence == {"version:third/1": "here", "version:second/1": "deleted"}
    assert fork(uploads, "third", "fourth").status_code == 201


def test_what_cannot_be_forked_is_refused(uploads: Uploads):
    assert uploads.finish(uploads.put_all(FILES)).status_code == 201
    assert code_of(fork(uploads, "iris", "iris")) == "already_exists"
    assert code_of(fork(uploads, "iris", "a/b")) == "invalid_name"
    assert code_of(fork(uploads, "none", "other")) == "not_found"
    names = [model["name"] for model in uploads.http.get(f"{uploads.project}/models").json()["items"]]
    assert names == ["iris"]
