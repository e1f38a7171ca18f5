"""Models over HTTP."""

import uuid

import httpx
import pytest


def make(http: httpx.Client, project: str, name: str, description: str = "") -> httpx.Response:
    return http.post(f"projects/{project}/models", json={"name": name, "description": description})


def test_a_model_is_made_changed_and_deleted(http: httpx.Client, project: str):
    made = make(http, project, "churn", "Who leaves")
    assert made.status_code == 201
    model = made.json()
    assert (model["version_count"], model["latest_version"], model["datasets"], model["contributors"]) == (
        0,
        None,
        [],
        [],
    )
    path = f"projects/{project}/models/churn"
    assert http.patch(path, json={"description": "Who stays"}).json()["description"] == "Who stays"
    assert http.get(path).json()["description"] == "Who stays"
    assert http.delete(path).status_code == 204
    assert http.get(path).json()["error"]["code"] == "not_found"
    assert make(http, project, "churn").status_code == 201
    actions = [line["action"] for line in http.get(f"projects/{project}/activity").json()["items"]]
    assert actions[:4] == ["model.created", "model.deleted", "model.updated", "model.created"]


def test_a_name_is_given_once_in_a_project(http: httpx.Client, project: str):
    assert make(http, project, "a").status_code == 201
    again = make(http, project, "a")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_exists")
    other = f"p-{uuid.uuid4().hex[:10]}"
    http.post("projects", json={"name": other})
    assert make(http, other, "a").status_code == 201


@pytest.mark.parametrize("name", ["", "a/b", "a b", "emoji-😀", "x" * 300, "..", "../etc", ".hidden", "a\u0000b", "é"])
def test_bad_names_are_refused_with_the_character_at_fault(http: httpx.Client, project: str, name: str):
    answer = make(http, project, name)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_name")
    assert http.get(f"projects/{project}/models").json()["items"] == []
    body = {"config": {}, "dataset": "none"}
    trained = http.post(f"projects/{project}/models/{'x' * 300}/versions", json=body)
    assert trained.json()["error"]["code"] == "invalid_name"


@pytest.mark.parametrize("description", ["x" * 20_001, "a\u0000b"])
def test_descriptions_that_cannot_be_kept_are_refused(http: httpx.Client, project: str, description: str):
    assert make(http, project, "m", description).json()["error"]["code"] == "invalid_argument"
    assert http.get(f"projects/{project}/models").json()["total"] == 0


def test_models_are_sorted_searched_and_paged(http: httpx.Client, project: str):
    for name, description in (("beta", "Zürich"), ("alpha", "100% sure"), ("gamma", "under_score")):
        make(http, project, name, description)
    path = f"projects/{project}/models"

    def names(**params: object) -> list[str]:
        page = http.get(path, params=params).json()  # type: ignore[arg-type]
        return [model["name"] for model in page["items"]]

    assert names() == ["gamma", "alpha", "beta"]
    assert names(sort="name", order="asc") == ["alpha", "beta", "gamma"]
    assert names(search="ALPH") == ["alpha"]
    assert names(search="ZÜRICH") == ["beta"]
    assert names(search="%") == ["alpha"]
    assert names(search="_") == ["gamma"]
    seen = []
    token = None
    for _ in range(3):
        params: dict[str, str | int] = {"sort": "name", "order": "asc", "limit": 1}
        params |= {"page_token": token} if token else {}
        page = http.get(path, params=params).json()
        seen += [model["name"] for model in page["items"]]
        token = page["next_page_token"]
    assert (seen, token, page["total"]) == (["alpha", "beta", "gamma"], None, 3)


def test_a_page_token_is_for_its_own_query(http: httpx.Client, project: str):
    for name in ("a", "b"):
        make(http, project, name)
    path = f"projects/{project}/models"
    token = http.get(path, params={"limit": 1}).json()["next_page_token"]
    wrong = http.get(path, params={"limit": 1, "sort": "name", "page_token": token})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "invalid_page_token")
    assert http.get(path, params={"page_token": "???"}).json()["error"]["code"] == "invalid_page_token"


def test_a_default_metric_is_chosen_and_taken_back(http: httpx.Client, project: str):
    make(http, project, "m")
    path = f"projects/{project}/models/m"
    assert http.patch(path, json={"default_metric": "f1"}).json()["default_metric"] == "f1"
    assert http.patch(path, json={"default_metric": ""}).json()["default_metric"] is None
    unknown = http.patch(path, json={"default_metric": "rmse"})
    assert (unknown.status_code, unknown.json()["error"]["problems"][0]["path"]) == (400, "default_metric")


def test_unknown_things_are_named(http: httpx.Client, project: str):
    for path in ("models/none", "models/none/versions", "models/none/versions/1", "models/none/versions/latest/log"):
        answer = http.get(f"projects/{project}/{path}")
        assert answer.status_code == 404
        assert "'none'" in answer.json()["error"]["message"]
    make(http, project, "m")
    assert "no version yet" in http.get(f"projects/{project}/models/m/versions/latest").json()["error"]["message"]
    assert "no version 7" in http.get(f"projects/{project}/models/m/versions/7").json()["error"]["message"]
    assert http.get(f"projects/{project}/models/m/versions/0").status_code == 400
    assert http.get(f"projects/{project}/models/m/versions/99999999999999999999").status_code == 400
