"""Experiments in the native API."""

import uuid

import pytest

from tests.server.traces.traced import Traced
from tests.server.tracking.logged import Logged, error


def names(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [item["name"] for item in page["items"]]


def test_an_experiment_lives_from_making_to_restoring(logged: Logged):
    made = logged.change("POST", "experiments", {"name": "churn", "description": "Who?", "tags": {"team": "growth"}})
    assert (made["name"], made["state"], made["run_count"]) == ("churn", "active", 0)
    assert made["tags"] == {"team": "growth", "mlflow.note.content": "Who?"}
    path = f"experiments/{made['id']}"
    changed = logged.change("PATCH", path, {"name": "leavers", "description": "", "tags": {"team": None, "q": "3"}})
    assert (changed["name"], changed["description"], changed["tags"]) == ("leavers", "", {"q": "3"})
    assert logged.read(path) == changed
    logged.change("DELETE", path)
    assert logged.read(path)["state"] == "deleted"
    assert logged.read("experiments")["items"] == []
    assert names(logged.read("experiments", state="deleted")) == ["leavers"]
    error(logged.send("PATCH", path, {"name": "x"}), 409, "invalid_state")
    assert logged.change("POST", f"{path}/restore")["state"] == "active"
    assert logged.actions("experiment") == [
        "experiment.restored",
        "experiment.deleted",
        "experiment.updated",
        "experiment.renamed",
        "experiment.created",
    ]


def test_what_clients_write_is_what_the_page_shows_and_the_other_way_round(logged: Logged):
    made = logged.change("POST", "experiments", {"name": "e", "description": "from here"})
    logged.mlflow("experiments/set-experiment-tag", experiment_id=made["id"], key="mlflow.note.content", value="there")
    assert logged.read(f"experiments/{made['id']}")["description"] == "there"


def test_lists_are_searched_filtered_sorted_and_paged(logged: Logged):
    for index, name in enumerate(["Alpha", "beta_1", "beta%2", "gamma"]):
        experiment = logged.experiment(name)
        for _ in range(index):
            logged.run(experiment)
    assert names(logged.read("experiments", sort="name", order="asc")) == ["Alpha", "beta%2", "beta_1", "gamma"]
    assert names(logged.read("experiments", sort="runs")) == ["gamma", "beta%2", "beta_1", "Alpha"]
    assert [item["run_count"] for item in logged.read("experiments", sort="runs")["items"]] == [3, 2, 1, 0]
    assert names(logged.read("experiments", search="ALPH")) == ["Alpha"]
    assert names(logged.read("experiments", search="a_1")) == ["beta_1"]
    assert names(logged.read("experiments", search="a%")) == ["beta%2"]
    assert names(logged.read("experiments", filter="name LIKE 'g%'")) == ["gamma"]
    for sort in ("name", "runs", "created_at", "updated_at"):
        for order in ("asc", "desc"):
            whole = names(logged.read("experiments", sort=sort, order=order))
            paged: list[str] = []
            token: dict[str, str] = {}
            while True:
                page = logged.read("experiments", sort=sort, order=order, limit=1, **token)
                paged += names(page)
                if page["next_page_token"] is None:
                    break
                token = {"page_token": page["next_page_token"]}
            assert paged == whole


def test_deleted_runs_do_not_count(logged: Logged):
    experiment = logged.experiment("e")
    runs = [logged.run(experiment) for _ in range(3)]
    logged.change("DELETE", f"runs/{runs[0]}")
    assert logged.read(f"experiments/{experiment}")["run_count"] == 2
    assert logged.read("runs/count", experiment=experiment) == {"count": 2, "exact": True}
    assert logged.read("runs/count", experiment=experiment, state="deleted") == {"count": 1, "exact": True}
    assert logged.read("runs/count", experiment=experiment, state="all") == {"count": 3, "exact": True}


@pytest.mark.parametrize(
    ("body", "status", "code", "words"),
    [
        ({"name": "taken"}, 409, "already_exists", "taken"),
        ({"name": ""}, 400, "invalid_argument", "name"),
        ({"name": "a\0b"}, 400, "invalid_argument", "NUL"),
        ({"name": "x" * 501}, 400, "invalid_argument", "500"),
        ({"name": "e", "tags": {"a\0": "x"}}, 400, "invalid_argument", "tag"),
        ({"name": "e", "tags": {"../a": "x"}}, 400, "invalid_argument", "paths"),
        ({"name": "e", "tags": {"a": "x" * 20_001}}, 400, "invalid_argument", "20000"),
        ({"name": "e", "colour": "red"}, 400, "invalid_argument", "colour"),
    ],
)
def test_what_cannot_be_made_is_named(logged: Logged, body: dict[str, object], status: int, code: str, words: str):
    logged.experiment("taken")
    assert words in error(logged.send("POST", "experiments", body), status, code)["message"]


def test_ids_that_lead_nowhere_are_not_found(logged: Logged):
    elsewhere = logged.change("POST", "experiments", {"name": "mine"})["id"]
    other = f"p-{uuid.uuid4().hex[:8]}"
    logged.http.post("projects", json={"name": other}).raise_for_status()
    for project, experiment in ((logged.project, "999999"), (logged.project, "x"), (other, elsewhere)):
        for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/restore")):
            url = f"projects/{project}/experiments/{experiment}{path}"
            body = {"name": "x"} if method == "PATCH" else None
            error(logged.http.request(method, url, json=body), 404, "not_found")


def test_the_contents_of_an_experiment_are_counted(logged: Logged):
    experiment, other = logged.experiment("full"), logged.experiment("other")
    gone = [logged.run(experiment), logged.run(experiment), logged.run(other)][1]
    logged.mlflow("runs/delete", run_id=gone)
    Traced(logged).trace(experiment, "Why?")
    Traced(logged).dataset("questions", experiment, other)
    assert logged.read(f"experiments/{experiment}/contents") == {"runs": 1, "traces": 1, "evaluation_datasets": 1}
    assert logged.read(f"experiments/{other}/contents") == {"runs": 1, "traces": 0, "evaluation_datasets": 1}
    error(logged.get("experiments/999999/contents"), 404, "not_found")
