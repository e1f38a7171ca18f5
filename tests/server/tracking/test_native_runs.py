"""Runs in the native API."""

from typing import Any

import pytest

from tests.server.tracking.logged import Logged, error


def ids(page: dict[str, Any]) -> list[str]:
    return [item["id"] for item in page["items"]]


def test_a_run_shows_everything_that_was_logged_on_it(logged: Logged):
    experiment = logged.experiment("e")
    run = logged.run(
        experiment,
        params={"depth": "6"},
        tags={"mlflow.source.name": "train.py", "mlflow.source.type": "LOCAL", "mlflow.user": "ada", "team": "x"},
        metrics={"rmse": [3.0, 2.0, 1.5], "odd": [1.0, "NaN"]},
    )
    dataset = {"name": "wine", "digest": "d1", "source_type": "local", "source": "{}", "schema": '{"a": 1}'}
    given = [{"dataset": dataset, "tags": [{"key": "mlflow.data.context", "value": "training"}]}]
    logged.mlflow("runs/log-inputs", run_id=run, datasets=given)
    shown = logged.read(f"runs/{run}")
    assert (shown["experiment_id"], shown["experiment_name"]) == (experiment, "e")
    assert (shown["status"], shown["state"], shown["duration_seconds"]) == ("Finished", "active", 2.5)
    assert (shown["user"], shown["source_name"], shown["source_type"]) == ("ada", "train.py", "LOCAL")
    assert (shown["params"], shown["metrics"]) == ({"depth": "6"}, {"rmse": 1.5, "odd": "NaN"})
    assert shown["last_points"] == [
        {"key": "odd", "value": "NaN", "step": 1, "timestamp_ms": 2},
        {"key": "rmse", "value": 1.5, "step": 2, "timestamp_ms": 3},
    ]
    assert shown["inputs"] == ["wine"]
    (data,) = shown["dataset_inputs"]
    assert (data["name"], data["context"], data["dataset_schema"]) == ("wine", "training", '{"a": 1}')
    (row,) = logged.read("runs")["items"]
    assert row == {key: shown[key] for key in row}


def test_a_running_run_has_no_duration_yet(logged: Logged):
    run = logged.run(logged.experiment("e"), status=None)
    shown = logged.read(f"runs/{run}")
    assert (shown["status"], shown["ended_at"], shown["duration_seconds"]) == ("Running", None, None)


def test_runs_are_filtered_ordered_and_paged_over_experiments(logged: Logged):
    one, two = logged.experiment("one"), logged.experiment("two")
    runs = [
        logged.run(experiment, started_at=index, metrics={"rmse": float(10 - index)}, params={"odd": str(index % 2)})
        for index, experiment in enumerate([one, two] * 3)
    ]
    assert ids(logged.read("runs")) == runs[::-1]
    assert ids(logged.read("runs", experiment=one)) == [runs[4], runs[2], runs[0]]
    assert ids(logged.read("runs", experiment=[one, two], filter="metrics.rmse < 7 AND params.odd = '1'")) == [runs[5]]
    ordered = logged.read("runs", order_by="metrics.rmse ASC", limit=4)
    assert ids(ordered) == runs[:1:-1]
    rest = logged.read("runs", order_by="metrics.rmse ASC", limit=4, page_token=ordered["next_page_token"])
    assert (ids(rest), rest["next_page_token"]) == (runs[1::-1], None)
    error(
        logged.get("runs", order_by="metrics.rmse DESC", page_token=ordered["next_page_token"]),
        400,
        "invalid_page_token",
    )
    assert logged.read("runs/count", filter="params.odd = '1'") == {"count": 3, "exact": True}
    assert logged.read("runs/count", filter="metrics.rmse > 6 AND status = 'FINISHED'", experiment=two)["count"] == 2


def test_runs_are_ordered_and_found_by_how_long_they_took(logged: Logged):
    experiment = logged.experiment("e")
    running = logged.run(experiment, status=None)
    took = {seconds: logged.run(experiment, status=None) for seconds in (3, 1, 2)}
    for seconds, run in took.items():
        logged.mlflow("runs/update", run_id=run, status="FINISHED", end_time=1000 + seconds * 1000)
    assert ids(logged.read("runs", order_by="duration_seconds ASC")) == [took[1], took[2], took[3], running]
    first = logged.read("runs", order_by="duration_seconds DESC", limit=2)
    assert ids(first) == [took[3], took[2]]
    rest = logged.read("runs", order_by="duration_seconds DESC", page_token=first["next_page_token"])
    assert ids(rest) == [took[1], running]
    assert ids(logged.read("runs", filter="duration_seconds > 1.5 AND duration_seconds < 3")) == [took[2]]
    assert ids(logged.read("runs", filter="duration_seconds IS NULL")) == [running]
    assert ids(logged.read("runs", filter="NOT duration_seconds >= 2", order_by="start_time")) == [took[1], running]


def test_a_count_agrees_with_the_list_whatever_is_asked(logged: Logged):
    one, two = logged.experiment("one"), logged.experiment("two")
    for index in range(12):
        status = None if index % 4 == 0 else "FINISHED"
        run = logged.run([one, two][index % 2], status=status, metrics={"m": float(index)}, params={"p": str(index)})
        if index % 5 == 0:
            logged.change("DELETE", f"runs/{run}")
    logged.change("DELETE", f"experiments/{two}")
    filters = [
        "",
        "status = 'RUNNING'",
        "status = 'Finished'",
        "status IN ('running')",
        "metrics.m > 3",
        "params.p = '7' OR metrics.m < 2",
        "NOT params.p LIKE '1%'",
    ]
    for text in filters:
        for state in ("active", "deleted", "all"):
            for experiment in ([], [one], [two], [one, two]):
                asked = {"filter": text, "state": state, "experiment": experiment}
                assert logged.read("runs/count", **asked) == {
                    "count": len(ids(logged.read("runs", **asked))),
                    "exact": True,
                }


@pytest.mark.parametrize(
    ("query", "at"),
    [
        ({"filter": "metrics.rmse <"}, None),
        ({"filter": "params.a = 'x' AND colour = 'red'"}, "character 20"),
        ({"filter": "metrics.rmse > 'low'"}, "character 16"),
        ({"order_by": "colour DESC"}, "character 1"),
    ],
)
def test_a_filter_that_cannot_be_read_is_answered_with_the_character(
    logged: Logged, query: dict[str, str], at: str | None
):
    found = error(logged.get("runs", **query), 400, "invalid_argument")
    (problem,) = found["problems"]
    assert problem["path"] == (at or f"character {len(query['filter']) + 1}")
    assert problem["message"]


def test_an_experiment_that_is_not_there_is_named(logged: Logged):
    assert "999999" in error(logged.get("runs", experiment="999999"), 404, "not_found")["message"]


def test_editing_a_run_keeps_its_name_in_one_place(logged: Logged):
    run = logged.run(logged.experiment("e"), tags={"a": "1", "b": "2"})
    changed = logged.change(
        "PATCH", f"runs/{run}", {"name": "deep", "description": "why", "tags": {"a": None, "c": "3"}}
    )
    assert (changed["name"], changed["description"]) == ("deep", "why")
    assert changed["tags"] == {"b": "2", "c": "3", "mlflow.runName": "deep", "mlflow.note.content": "why"}
    assert logged.change("PATCH", f"runs/{run}", {"tags": {"mlflow.runName": "deeper"}})["name"] == "deeper"
    error(logged.send("PATCH", f"runs/{run}", {"tags": {"mlflow.runName": None}}), 400, "invalid_argument")
    error(logged.send("PATCH", f"runs/{run}", {"tags": {"c": "x" * 8001}}), 400, "invalid_argument")
    error(logged.send("PATCH", f"runs/{run}", {"name": ""}), 400, "invalid_argument")
    assert logged.read(f"runs/{run}")["name"] == "deeper"
    assert logged.actions("run") == ["run.updated", "run.updated", "run.created"]


def test_runs_are_deleted_and_restored_one_by_one_and_together(logged: Logged):
    experiment = logged.experiment("e")
    runs = [logged.run(experiment, started_at=index) for index in range(4)]
    logged.change("DELETE", f"runs/{runs[0]}")
    assert ids(logged.read("runs", state="deleted")) == [runs[0]]
    error(logged.send("PATCH", f"runs/{runs[0]}", {"name": "x"}), 409, "invalid_state")
    assert logged.change("POST", f"runs/{runs[0]}/restore")["state"] == "active"
    error(logged.send("POST", "runs/delete", {"ids": [runs[1], "0" * 32]}), 404, "not_found")
    assert ids(logged.read("runs")) == runs[::-1]
    logged.change("POST", "runs/delete", {"ids": [*runs[:3], runs[0]]})
    assert ids(logged.read("runs")) == [runs[3]]
    logged.change("POST", "runs/restore", {"ids": runs[:2]})
    assert ids(logged.read("runs")) == [runs[3], runs[1], runs[0]]
    error(logged.send("POST", "runs/delete", {"ids": []}), 400, "invalid_argument")
    error(logged.send("POST", "runs/delete", {"ids": runs[:1] * 1001}), 400, "invalid_argument")


def test_columns_are_the_names_in_use_settled_or_not(logged: Logged):
    one, two = logged.experiment("one"), logged.experiment("two")
    logged.run(one, params={"b": "1", "a": "1"}, metrics={"m": 1.0}, tags={"team": "x"})
    logged.run(one, params={"a": "2", "c": "1"}, status=None)
    logged.run(two, params={"z": "1"})
    found = logged.read("runs/columns", experiment=one)
    assert (found["params"], found["metrics"], found["truncated"]) == (["a", "b", "c"], ["m"], False)
    assert found["tags"] == ["mlflow.runName", "team"]
    assert logged.read("runs/columns")["params"] == ["a", "b", "c", "z"]


def test_more_names_than_can_be_listed_are_cut(logged: Logged):
    experiment = logged.experiment("e")
    for start in range(0, 1100, 100):
        logged.run(experiment, params={f"p{index:04}": "1" for index in range(start, start + 100)})
    found = logged.read("runs/columns", experiment=experiment)
    assert (len(found["params"]), found["params"][-1], found["truncated"]) == (1000, "p0999", True)


def test_curves_of_several_runs_are_thinned_without_losing_a_peak(logged: Logged):
    experiment = logged.experiment("e")
    values = [float(step % 7) for step in range(900)]
    values[611] = 99.0
    first = logged.run(experiment, metrics={"loss": values, "other": [1.0]})
    second = logged.run(experiment, metrics={"loss": [2.0, 1.0]})
    curves = logged.read("runs/curves", run=[second, first], key="loss", max_points=50)["curves"]
    assert [(curve["run_id"], curve["key"], curve["point_count"]) for curve in curves] == [
        (second, "loss", 2),
        (first, "loss", 900),
    ]
    assert [point["value"] for point in curves[0]["points"]] == [2.0, 1.0]
    assert len(curves[1]["points"]) <= 50
    assert 99.0 in [point["value"] for point in curves[1]["points"]]
    every = logged.read("runs/curves", run=[first])["curves"]
    assert [curve["key"] for curve in every] == ["loss", "other"]
    error(logged.get("runs/curves", run=[first, "0" * 32]), 404, "not_found")
    error(logged.get("runs/curves"), 400, "invalid_argument")
    error(logged.get("runs/curves", run=[first], max_points=3), 400, "invalid_argument")
