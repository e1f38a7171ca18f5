"""What versions came from and what came of them, over HTTP."""

import json
from typing import Any

import pytest

from modelyard.wire.lineage import Lineage
from tests.server.tracking.logged import Logged, error
from tests.server.tracking.test_run_artifacts import upload
from tests.server.tracking.test_run_models import logged_model, mlmodel, register
from tests.server.training.playing import CONFIG, Yard
from tests.server.training.test_versions import make_canceled, make_ready


def graph(yard: Yard, number: int | str, **params: Any) -> Lineage:
    answer = yard.http.get(f"{yard.model_path}/versions/{number}/lineage", params=params)
    return Lineage.model_validate(answer.raise_for_status().json())


def edges(found: Lineage) -> set[tuple[str, str, str]]:
    """Without what is the same in all names."""
    return {(edge.source, edge.kind.value, edge.target) for edge in found.edges}


def of_model(yard: Yard, **params: Any) -> Lineage:
    answer = yard.http.get(f"{yard.model_path}/lineage", params=params)
    return Lineage.model_validate(answer.raise_for_status().json())


def train(yard: Yard, parent: int | None = None, **trainer: Any) -> int:
    config = {**CONFIG, "trainer": {**CONFIG["trainer"], **trainer}}
    return make_canceled(yard, config=config, **({} if parent is None else {"parent": parent}))


def v(yard: Yard, number: int) -> str:
    return f"version:{yard.model}/{number}"


def test_a_training_comes_from_its_run_and_its_data_and_leads_to_retrains(yard: Yard):
    first = make_ready(yard, metric=0.75)
    run = f"run:{yard.version(first)['run_id']}"
    again = yard.http.post(f"{yard.model_path}/versions/{first}/retrain").json()["number"]
    changed = train(yard, parent=first, num_boost_round=7)
    found = graph(yard, first)
    assert found.root == v(yard, first)
    assert edges(found) == {
        ("dataset_version:toy@1", "data", run),
        (run, "trained", v(yard, first)),
        (v(yard, first), "retrain", v(yard, again)),
        (v(yard, first), "parent", v(yard, changed)),
    }
    nodes = {node.id: node for node in found.nodes}
    assert {node.id: node.depth for node in found.nodes} == {
        "dataset_version:toy@1": -2,
        run: -1,
        v(yard, first): 0,
        v(yard, again): 1,
        v(yard, changed): 1,
    }
    root = nodes[v(yard, first)]
    assert (root.status, root.created_by, root.number, root.trainer) == ("Ready", "local", first, "gbm")
    assert root.metric is not None
    assert (root.metric.name, root.metric.value, root.metric.higher_is_better) == ("roc_auc", 0.75, True)
    assert nodes["dataset_version:toy@1"].detail == "60 rows, 3 columns"
    assert (nodes[run].status, nodes[run].name) == ("FINISHED", f"{yard.model}/{first}")
    assert not found.truncated
    assert edges(graph(yard, first, direction="uses")) == {edge for edge in edges(found) if edge[0] == v(yard, first)}
    assert edges(graph(yard, again, direction="origins", depth=1)) == {
        (v(yard, first), "retrain", v(yard, again)),
        (f"run:{yard.version(again)['run_id']}", "trained", v(yard, again)),
    }
    uses = yard.http.get("projects/default/datasets/toy/versions/1/lineage", params={"limit": 10_000}).json()
    assert edges(found) <= edges(Lineage.model_validate(uses))
    of_run = yard.http.get(f"projects/default/{run.replace(':', 's/')}/lineage").json()
    assert edges(Lineage.model_validate(of_run)) == edges(found)


def test_what_was_deleted_keeps_its_place(yard: Yard):
    first = train(yard)
    second = train(yard, parent=first, num_boost_round=5)
    third = train(yard, parent=second, num_boost_round=6)
    yard.http.delete(f"{yard.model_path}/versions/{second}").raise_for_status()
    found = graph(yard, third, direction="origins")
    assert {(v(yard, first), "parent", v(yard, second)), (v(yard, second), "parent", v(yard, third))} <= edges(found)
    (gone,) = (node for node in found.nodes if node.presence == "deleted")
    assert (gone.id, gone.deleted_by, gone.created_by, gone.status) == (v(yard, second), "local", "local", None)
    assert gone.created_at is not None
    assert gone.deleted_at is not None
    assert gone.created_at <= gone.deleted_at
    assert ("dataset_version:toy@1", "data", v(yard, second)) in edges(found)
    assert graph(yard, second).root == v(yard, second)
    whole = of_model(yard)
    assert [(node.number, node.presence) for node in whole.nodes] == [
        (third, "here"),
        (second, "deleted"),
        (first, "here"),
    ]
    assert edges(whole) == {
        (v(yard, first), "parent", v(yard, second)),
        (v(yard, second), "parent", v(yard, third)),
    }


def test_a_filter_leaps_over_versions_and_says_over_how_many(yard: Yard):
    first = make_ready(yard)
    second = train(yard, parent=first, num_boost_round=5)
    third = train(yard, parent=second, num_boost_round=6)
    fourth = make_ready(yard, parent=third)
    for found in (of_model(yard, status="Ready"), graph(yard, fourth, status="Ready")):
        versions = [node.number for node in found.nodes if node.kind == "version"]
        assert sorted(versions, key=str) == [first, fourth]
        (leap,) = (edge for edge in found.edges if edge.source.startswith("version:"))
        assert (leap.source, leap.target, leap.skipped) == (v(yard, first), v(yard, fourth), 2)
    ready = graph(yard, fourth, status="Ready")
    assert {node.kind for node in ready.nodes} == {"version", "run", "dataset_version"}
    assert len([node for node in ready.nodes if node.kind == "run"]) == 2
    made = {node.number: node.created_at for node in of_model(yard).nodes}
    since = of_model(yard, since=made[third].isoformat())  # type: ignore[union-attr]
    assert [node.number for node in since.nodes] == [fourth, third]
    until = of_model(yard, until=made[second].isoformat())  # type: ignore[union-attr]
    assert [node.number for node in until.nodes] == [second, first]
    assert (until.total, until.truncated) == (2, False)


def test_what_is_cut_off_is_counted(yard: Yard):
    first = train(yard)
    children = [train(yard, parent=first, num_boost_round=5 + index) for index in range(3)]
    found = graph(yard, first, direction="uses", limit=2)
    assert [(node.number, node.hidden) for node in found.nodes] == [(first, 2), (children[0], 0)]
    assert found.truncated
    deep = graph(yard, children[0], direction="origins", depth=1)
    assert deep.truncated
    assert sum(node.hidden for node in deep.nodes) == 2  # the data of its run, and the run of its parent
    newest = of_model(yard, limit=2)
    assert ([node.number for node in newest.nodes], newest.total) == ([children[2], children[1]], 4)
    assert (newest.truncated, newest.edges) == (True, [])
    data = of_model(yard, data=True)
    assert ("dataset_version:toy@1", "data", v(yard, first)) in edges(data)


@pytest.mark.parametrize("path", ["models/none/lineage", "models/none/versions/1/lineage", "runs/none/lineage"])
def test_what_is_not_there_is_named(yard: Yard, path: str):
    found = error(yard.http.get(f"projects/default/{path}"), 404, "not_found")
    assert "none" in found["message"]


def test_a_version_that_never_was_has_no_lineage(yard: Yard):
    train(yard)
    found = error(yard.http.get(f"{yard.model_path}/versions/7/lineage"), 404, "not_found")
    assert f"{yard.model}/7" in found["message"]
    found = error(yard.http.get(f"{yard.model_path}/versions/@nobody/lineage"), 404, "not_found")
    assert "nobody" in found["message"]
    error(yard.http.get(f"{yard.model_path}/versions/abc/lineage"), 400, "invalid_argument")
    error(yard.http.get("projects/default/datasets/toy/versions/99/lineage"), 404, "not_found")


def logged_data(logged: Logged, run: str, name: str, context: str) -> None:
    tags = [{"key": "mlflow.data.context", "value": context}]
    dataset = {"name": name, "digest": "d1", "source_type": "local", "source": "{}"}
    logged.mlflow("runs/log-inputs", run_id=run, datasets=[{"dataset": dataset, "tags": tags}])


def lineage(logged: Logged, model: str, number: int | str, **params: Any) -> Lineage:
    return Lineage.model_validate(logged.read(f"models/{model}/versions/{number}/lineage", **params))


def test_a_registered_version_comes_from_its_run_and_the_data_that_the_run_was_given(logged: Logged):
    run = logged.run(logged.experiment("e"))
    logged_data(logged, run, "flowers", "training")
    upload(logged, run, "model/MLmodel", mlmodel({"a": "double"}))
    register(logged, run, path="model", aliases=["prod"])
    found = lineage(logged, "m", "@prod")
    (data,) = (node for node in found.nodes if node.kind == "logged_dataset")
    assert (data.name, data.detail) == ("flowers", "digest d1, local")
    assert edges(found) == {(data.id, "data", f"run:{run}"), (f"run:{run}", "registered", "version:m/1")}
    assert [edge.label for edge in found.edges if edge.kind == "data"] == ["training"]
    assert next(node.aliases for node in found.nodes if node.id == found.root) == ["prod"]
    logged.mlflow("runs/delete", run_id=run)
    again = lineage(logged, "m", 1)
    assert edges(again) == edges(found)
    assert {node.id for node in again.nodes if node.presence == "deleted"} == {f"run:{run}"}


def test_a_logged_model_stands_between_its_run_and_its_version_and_leads_to_evaluations(logged: Logged):
    experiment = logged.experiment("e")
    run = logged.run(experiment)
    model_id = logged_model(logged, run, mlmodel({"a": "double"}))
    register(logged, run)
    judged = logged.run(experiment)
    logged.mlflow("runs/log-inputs", run_id=judged, models=[{"model_id": model_id}])
    logged_data(logged, judged, "holdout", "evaluation")
    found = lineage(logged, "m", 1)
    assert edges(found) == {
        (f"run:{run}", "output", f"logged_model:{model_id}"),
        (f"logged_model:{model_id}", "registered", "version:m/1"),
    }
    of_run = Lineage.model_validate(logged.read(f"runs/{run}/lineage"))
    assert (f"logged_model:{model_id}", "input", f"run:{judged}") in edges(of_run)
    of_judged = Lineage.model_validate(logged.read(f"runs/{judged}/lineage", direction="origins"))
    assert {node.name for node in of_judged.nodes if node.kind == "logged_dataset"} == {"holdout"}


def test_a_run_that_says_that_it_was_given_the_model_it_made_is_no_cycle(logged: Logged):
    run = logged.run(logged.experiment("e"))
    model_id = logged_model(logged, run, mlmodel({"a": "double"}))
    logged.mlflow("runs/log-inputs", run_id=run, models=[{"model_id": model_id}])
    register(logged, run)
    for found in (lineage(logged, "m", 1), Lineage.model_validate(logged.read(f"runs/{run}/lineage"))):
        assert edges(found) == {
            (f"run:{run}", "output", f"logged_model:{model_id}"),
            (f"logged_model:{model_id}", "registered", "version:m/1"),
        }


def test_a_copy_leads_back_to_where_it_was_copied_from_even_when_that_is_gone(logged: Logged):
    run = logged.run(logged.experiment("e"))
    upload(logged, run, "model/MLmodel", mlmodel({"a": "double"}))
    register(logged, run, path="model")
    logged.mlflow("registered-models/create", name="golden")
    logged.mlflow("model-versions/create", name="golden", source="models:/m/1")
    found = lineage(logged, "golden", 1)
    assert edges(found) == {
        (f"run:{run}", "registered", "version:m/1"),
        ("version:m/1", "copy", "version:golden/1"),
    }
    assert ("version:m/1", "copy", "version:golden/1") in edges(lineage(logged, "m", 1, direction="uses"))
    whole = Lineage.model_validate(logged.read("models/m/lineage"))
    assert [node.id for node in whole.nodes] == ["version:m/1", "version:golden/1"]
    logged.change("DELETE", "models/m")
    left = lineage(logged, "golden", 1)
    assert {node.id: node.presence for node in left.nodes}["version:m/1"] == "deleted"
    assert edges(left) == {
        ("version:m/1", "copy", "version:golden/1"),
        (f"run:{run}", "registered", "version:golden/1"),
    }


def test_evaluation_datasets_are_themselves(logged: Logged):
    experiment = logged.experiment("e")
    url = f"{logged.url}/projects/{logged.project}/api/3.0/mlflow/datasets/create"
    made = logged.http.post(url, json={"name": "questions", "experiment_ids": [experiment]}).json()["dataset"]
    run = logged.run(experiment)
    tags = [{"key": "mlflow.data.context", "value": "evaluation"}]
    source = json.dumps({"dataset_id": made["dataset_id"]})
    dataset = {"name": "questions", "digest": "older", "source_type": "mlflow_evaluation_dataset", "source": source}
    logged.mlflow("runs/log-inputs", run_id=run, datasets=[{"dataset": dataset, "tags": tags}])
    found = Lineage.model_validate(logged.read(f"runs/{run}/lineage"))
    node = next(node for node in found.nodes if node.kind == "evaluation_dataset")
    assert (node.id, node.name) == (f"evaluation_dataset:{made['dataset_id']}", "questions")
    assert edges(found) == {(node.id, "data", f"run:{run}")}


def test_another_project_sees_nothing_of_it(logged: Logged, yard: Yard):
    train(yard)
    error(logged.get(f"models/{yard.model}/lineage"), 404, "not_found")
    error(logged.get(f"models/{yard.model}/versions/1/lineage"), 404, "not_found")
