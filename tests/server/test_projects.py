"""Projects over HTTP."""

import httpx
import pytest


def test_the_default_project_is_there_from_the_start(http: httpx.Client):
    assert "default" in [project["name"] for project in http.get("projects").json()]


def test_a_project_is_made_changed_and_deleted(http: httpx.Client, project: str):
    changed = http.patch(f"projects/{project}", json={"description": "Fraud team"})
    assert changed.json()["description"] == "Fraud team"
    assert http.get(f"projects/{project}").json()["description"] == "Fraud team"
    assert http.delete(f"projects/{project}").status_code == 204
    assert http.get(f"projects/{project}").status_code == 404


def test_every_change_leaves_a_line_in_the_audit_record(http: httpx.Client, project: str):
    http.patch(f"projects/{project}", json={"description": "x"})
    lines = http.get(f"projects/{project}/activity").json()["items"]
    assert [line["action"] for line in lines] == ["project.updated", "project.created"]
    assert {line["actor"] for line in lines} == {"local"}


def test_the_audit_record_is_paged(http: httpx.Client, project: str):
    for number in range(5):
        http.patch(f"projects/{project}", json={"description": str(number)})
    seen = []
    token = None
    while True:
        page = http.get(f"projects/{project}/activity", params={"limit": 2, **({"page_token": token} if token else {})})
        seen += [line["id"] for line in page.json()["items"]]
        token = page.json()["next_page_token"]
        if token is None:
            break
    assert len(seen) == 6
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "it is empty"),
        ("a/b", "it contains '/'"),
        ("a b", "it contains ' '"),
        ("..", "it starts with '.'"),
        ("naïve", "it contains 'ï'"),
        ("🚀", "it starts with '🚀'"),
        ("x" * 300, "it has 300 characters"),
    ],
)
def test_a_bad_name_is_refused_and_says_which_character(http: httpx.Client, name: str, fault: str):
    answer = http.post("projects", json={"name": name})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_name"
    assert fault in answer.json()["error"]["message"]


def test_a_second_project_of_the_same_name_is_refused(http: httpx.Client, project: str):
    answer = http.post("projects", json={"name": project})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "already_exists")


def test_an_unknown_field_is_refused_and_named(http: httpx.Client):
    answer = http.post("projects", json={"name": "fine", "descriptoin": "typo"})
    assert answer.status_code == 400
    assert answer.json()["error"]["problems"][0]["path"] == "descriptoin"


def test_a_page_token_of_another_query_is_refused(http: httpx.Client, project: str):
    for number in range(3):
        http.patch(f"projects/{project}", json={"description": str(number)})
    token = http.get(f"projects/{project}/activity", params={"limit": 1}).json()["next_page_token"]
    other = http.get(f"projects/{project}/activity", params={"limit": 1, "object_kind": "model", "page_token": token})
    assert other.json()["error"]["code"] == "invalid_page_token"
    damaged = http.get(f"projects/{project}/activity", params={"page_token": "%%%"})
    assert damaged.json()["error"]["code"] == "invalid_page_token"
