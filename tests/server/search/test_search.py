"""The search box."""

import io
from typing import Any

import httpx
import pytest

from tests.server.tracking.logged import Logged
from tests.support.server import ModelyardServer


def _hits(http: httpx.Client, project: str, text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        http.get(f"projects/{project}/search", params={"q": text}).raise_for_status().json()["hits"]
    )
    return found


def _names(http: httpx.Client, project: str, text: str) -> list[tuple[str, str]]:
    return [(hit["kind"], hit["name"]) for hit in _hits(http, project, text)]


@pytest.fixture
def logged(server: ModelyardServer, http: httpx.Client, project: str) -> Logged:
    return Logged(server, http, project)


@pytest.fixture
def furnished(http: httpx.Client, project: str) -> str:
    for name, description in (("churn", "who leaves"), ("churn-eu", ""), ("fraud", "not churn"), ("Iris_x", "50%")):
        http.post(f"projects/{project}/models", json={"name": name, "description": description}).raise_for_status()
    table = io.BytesIO(b"a,b\n1,2\n3,4\n")
    http.post(
        f"projects/{project}/datasets/churn-table/versions", params={"filename": "t.csv"}, content=table.read()
    ).raise_for_status()
    return project


def test_exact_names_come_first_then_starts_then_descriptions(http: httpx.Client, furnished: str):
    found = _names(http, furnished, "Churn")
    assert found[0] == ("model", "churn")
    assert set(found[1:3]) == {("model", "churn-eu"), ("dataset", "churn-table")}
    assert found[3] == ("model", "fraud")


@pytest.mark.parametrize(("text", "expected"), [("iris_", ["Iris_x"]), ("50%", ["Iris_x"]), ("ir%x", []), ("zzz", [])])
def test_special_characters_are_ordinary(http: httpx.Client, furnished: str, text: str, expected: list[str]):
    assert [name for _, name in _names(http, furnished, text)] == expected


def test_an_empty_text_finds_what_changed_last(http: httpx.Client, furnished: str):
    assert _names(http, furnished, "")[0] == ("dataset", "churn-table") or len(_names(http, furnished, "")) == 5


def test_a_version_is_found_by_its_alias(http: httpx.Client, logged: Logged):
    run = logged.run(logged.experiment("e"))
    logged.mlflow("registered-models/create", name="churn")
    logged.mlflow("model-versions/create", name="churn", source="s3://bucket/model", run_id=run)
    logged.mlflow("registered-models/alias", name="churn", alias="champion", version="1")
    for text in ("champ", "@champion"):
        (hit,) = _hits(http, logged.project, text)
        assert (hit["kind"], hit["name"], hit["number"], hit["found_as"]) == ("version", "churn", 1, "@champion")


def test_a_run_is_found_by_its_name_and_by_its_parameters(http: httpx.Client, logged: Logged):
    experiment = logged.experiment("trees")
    wanted = logged.run(experiment, params={"depth": "6", "kind": "gbm_x"}, tags={"mlflow.runName": "Deep_tree"})
    logged.run(experiment, params={"depth": "8", "kind": "gbm-x"}, tags={"mlflow.runName": "deepXtree"})
    gone = logged.run(experiment, params={"depth": "6"}, tags={"mlflow.runName": "deep_tree_gone"})
    logged.mlflow("runs/delete", run_id=gone)
    for text, found_as in [("deep_t", None), ("depth=6", "depth=6"), ("depth = 6", "depth=6")]:
        (hit,) = _hits(http, logged.project, text)
        assert (hit["kind"], hit["id"], hit["found_as"]) == ("run", wanted, found_as)
        assert (hit["name"], hit["description"]) == ("Deep_tree", "trees")
    (hit,) = _hits(http, logged.project, "gbm_x")
    assert (hit["id"], hit["found_as"]) == (wanted, "kind=gbm_x")
    http.get(f"projects/{logged.project}/runs", params={"experiment": experiment, "filter": "params.depth = '6'"})
    (again,) = _hits(http, logged.project, "gbm_x")
    assert again == hit
