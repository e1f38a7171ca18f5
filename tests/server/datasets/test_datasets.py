"""Datasets: lists, changes, deletion."""

import hashlib
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.server.datasets.conftest import Tables
from tests.support.server import ModelyardServer


def pages(http: httpx.Client, path: str, **params: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    token = None
    while True:
        page = http.get(path, params={**params, **({"page_token": token} if token else {})}).json()
        items += page["items"]
        token = page["next_page_token"]
        if token is None:
            return items


def upload_three(upload: Callable[..., object]) -> None:
    upload("a\n1\n2\n3\n", name="beta")
    upload("a\n1\n", name="Alpha_1")
    upload("a\n1\n2\n", name="gamma")
    upload("a\n1\n2\n9\n", name="beta")


@pytest.fixture
def three(upload) -> None:
    upload_three(upload)


@pytest.fixture(scope="module")
def kept(tables: Tables) -> str:
    """The path of the same datasets, for tests that only look at them."""
    upload_three(tables.upload)
    return tables.path


def test_a_list_is_sorted_and_paged(http: httpx.Client, kept: str):
    def names(**params: Any) -> list[str]:
        return [item["name"] for item in pages(http, kept, limit=1, **params)]

    assert names() == ["Alpha_1", "beta", "gamma"]
    assert names(sort="rows", order="desc") == ["beta", "gamma", "Alpha_1"]
    assert names(sort="created_at") == ["beta", "Alpha_1", "gamma"]
    assert names(sort="updated_at", order="desc") == ["beta", "gamma", "Alpha_1"]


def test_a_list_is_searched_in_names_and_descriptions(http: httpx.Client, datasets: str, three):
    http.patch(f"{datasets}/gamma", json={"description": "100% of the ALPHABET"})
    assert [item["name"] for item in http.get(datasets, params={"search": "alpha"}).json()["items"]] == [
        "Alpha_1",
        "gamma",
    ]
    assert http.get(datasets, params={"search": "_"}).json()["total"] == 1
    assert http.get(datasets, params={"search": "%"}).json()["total"] == 1


def test_a_page_token_of_another_query_is_refused(http: httpx.Client, kept: str):
    token = http.get(kept, params={"limit": 1}).json()["next_page_token"]
    answer = http.get(kept, params={"limit": 1, "sort": "rows", "page_token": token})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_page_token")


def test_versions_are_listed_newest_first(http: httpx.Client, kept: str):
    versions = pages(http, f"{kept}/beta/versions", limit=1)
    assert [version["number"] for version in versions] == [2, 1]
    assert versions[0]["column_count"] == 1
    assert http.get(f"{kept}/beta/versions/1").json()["digest"] == versions[1]["digest"]


def test_a_description_is_changed(http: httpx.Client, datasets: str, project: str, three):
    changed = http.patch(f"{datasets}/beta", json={"description": "Sensors"})
    assert changed.json()["description"] == "Sensors"
    assert http.get(f"{datasets}/beta").json() == changed.json()
    assert http.get(f"projects/{project}/activity").json()["items"][0]["action"] == "dataset.updated"


def test_a_deleted_dataset_is_gone_with_its_files(
    http: httpx.Client, datasets: str, project: str, server: ModelyardServer, upload
):
    before = set((server.data_dir / "files").rglob("*.parquet"))
    upload("a\n1\n", name="brief")
    upload("a\n2\n", name="brief")
    made = set((server.data_dir / "files").rglob("*.parquet")) - before
    assert len(made) == 2
    assert http.delete(f"{datasets}/brief").status_code == 204
    assert http.get(f"{datasets}/brief").status_code == 404
    assert http.delete(f"{datasets}/brief").status_code == 404
    assert http.get(f"projects/{project}/activity").json()["items"][0]["action"] == "dataset.deleted"
    deadline = time.monotonic() + 15
    while any(path.exists() for path in made) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(path.exists() for path in made)
    assert upload("a\n1\n", name="brief").json()["version"]["number"] == 1


@pytest.mark.parametrize("path", ["nothing", "beta/versions/3", "nothing/versions/latest", "nothing/versions"])
def test_what_is_not_there_is_not_found(http: httpx.Client, kept: str, path: str):
    answer = http.get(f"{kept}/{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("number", ["0", "-1", "first", "99999999999999999999"])
def test_a_number_that_no_version_can_have(http: httpx.Client, kept: str, number: str):
    assert http.get(f"{kept}/beta/versions/{number}").status_code == 400


def test_a_project_with_a_dataset_is_not_deleted(http: httpx.Client, datasets: str, project: str, three):
    assert http.delete(f"projects/{project}").status_code == 409
    for name in ("beta", "Alpha_1", "gamma"):
        http.delete(f"{datasets}/{name}").raise_for_status()
    assert http.delete(f"projects/{project}").status_code == 204


def test_a_dataset_that_a_version_was_trained_on_is_kept(http: httpx.Client, datasets: str, project: str, upload):
    upload("a,b\n" + "".join(f"{row},{row % 2}\n" for row in range(40)), name="used")
    config = {
        "model_type": "linear",
        "input_features": [{"name": "a", "type": "number"}],
        "output_features": [{"name": "b", "type": "binary"}],
    }
    trained = http.post(f"projects/{project}/models/m/versions", json={"config": config, "dataset": "used"})
    assert trained.status_code == 201, trained.text
    answer = http.delete(f"{datasets}/used")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    assert http.get(f"{datasets}/used/versions/1/rows").json()["total"] == 40
    assert http.get(f"{datasets}/used").json()["model_count"] == 1


def test_a_store_that_is_not_on_this_machine(new_server: Callable[..., ModelyardServer]):
    server = new_server(storage_url="memory://").start()
    path = "projects/default/datasets/far/versions"
    with server.client() as client:
        client.post(path, params={"filename": "t.csv"}, content=b"a\n1\n2\n").raise_for_status()
        version = client.get(f"{path}/1").json()
        for _ in range(2):
            assert client.get(f"{path}/1/rows", params={"sort": "a", "order": "desc"}).json()["rows"] == [[2], [1]]
        assert hashlib.sha256(client.get(f"{path}/1/data").content).hexdigest() == version["digest"]
        assert client.get(f"{path}/1/data", headers={"Range": "bytes=0-3"}).content == b"PAR1"
        assert client.get(f"{path}/1/profile").json()["row_count"] == 2
