"""Experiments, runs and what is logged on them, through the unmodified client."""

import math
import time

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException


def code(raised: pytest.ExceptionInfo[MlflowException]) -> str:
    return str(raised.value.error_code)


def check_experiments(client: MlflowClient, name: str):
    made = client.create_experiment(name, tags={"team": "fraud"})
    found = client.get_experiment(made)
    assert (found.name, found.tags, found.lifecycle_stage) == (name, {"team": "fraud"}, "active")
    assert client.get_experiment_by_name(name).experiment_id == made
    assert client.get_experiment_by_name("nobody") is None
    with pytest.raises(MlflowException) as raised:
        client.create_experiment(name)
    assert code(raised) == "RESOURCE_ALREADY_EXISTS"
    client.rename_experiment(made, f"{name}-2")
    client.set_experiment_tag(made, "a", "1")
    client.delete_experiment_tag(made, "team")
    assert client.get_experiment(made).tags == {"a": "1"}
    client.delete_experiment(made)
    assert client.get_experiment_by_name(f"{name}-2").lifecycle_stage == "deleted"
    client.delete_experiment(made)
    client.restore_experiment(made)
    client.restore_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "active"


def check_datasets_keep_what_was_first_said_of_them(client: MlflowClient, experiment: str):
    run = client.create_run(experiment).info.run_id
    dataset = Dataset("d", "1", "local", "{}")
    for context in ("train", "test"):
        tags = [InputTag("mlflow.data.context", context), InputTag(context, "x")]
        client.log_inputs(run, [DatasetInput(dataset, tags), DatasetInput(dataset, [InputTag("late", "x")])])
    (found,) = client.get_run(run).inputs.dataset_inputs
    assert [(tag.key, tag.value) for tag in found.tags] == [("mlflow.data.context", "train"), ("train", "x")]
    odd = DatasetInput(Dataset("odd", "1", "code", ""), [InputTag("a; b", "x")])
    client.log_inputs(run, [odd])
    assert [tag.key for item in client.get_run(run).inputs.dataset_inputs for tag in item.tags][-1] == "a; b"
    contexts = ("train", "test")
    by_context = {said: len(client.search_runs([experiment], f"dataset.context = '{said}'")) for said in contexts}
    assert by_context == {"train": 1, "test": 0}


def check_experiments_are_searched(client: MlflowClient, name: str):
    ids = [client.create_experiment(f"{name}-{index}", tags={"i": str(index)}) for index in range(5)]
    found = client.search_experiments(filter_string=f"name LIKE '{name}-%'", order_by=["name DESC"])
    assert [item.experiment_id for item in found] == ids[::-1]
    either = client.search_experiments(filter_string=f"name = '{name}-1' OR (tags.i = '3' AND name LIKE '{name}%')")
    assert {item.experiment_id for item in either} == {ids[1], ids[3]}
    first = client.search_experiments(filter_string=f"name LIKE '{name}-%'", max_results=3, order_by=["name"])
    second = client.search_experiments(
        filter_string=f"name LIKE '{name}-%'", max_results=3, order_by=["name"], page_token=first.token
    )
    assert [item.experiment_id for item in [*first, *second]] == ids
    client.delete_experiment(ids[0])
    gone = client.search_experiments(view_type=ViewType.DELETED_ONLY, filter_string=f"name LIKE '{name}-%'")
    assert [item.experiment_id for item in gone] == [ids[0]]


def check_the_default_experiment_is_there(client: MlflowClient):
    run = client.create_run("0")
    assert client.get_run(run.info.run_id).info.status == "RUNNING"
    assert client.get_experiment("0").name == "Default"


def check_a_run_from_start_to_end(client: MlflowClient, name: str):
    mlflow.set_experiment(name)
    with mlflow.start_run(run_name="first", tags={"t": "1"}, description="what it is") as active:
        mlflow.log_param("depth", 3)
        mlflow.log_params({"rate": 0.1, "empty": ""})
        for step in range(10):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.log_metrics({"a": 1, "b": -2.5})
        mlflow.set_tag("later", "x")
    run = client.get_run(active.info.run_id)
    assert (run.info.run_name, run.info.status) == ("first", "FINISHED")
    assert run.info.end_time >= run.info.start_time
    assert run.data.params == {"depth": "3", "rate": "0.1", "empty": ""}
    assert run.data.metrics == {"loss": 0.1, "a": 1, "b": -2.5}
    assert run.data.tags["later"] == "x"
    assert run.data.tags["mlflow.runName"] == "first"
    history = client.get_metric_history(active.info.run_id, "loss")
    assert [(point.step, point.value) for point in history] == [(step, 1 / (step + 1)) for step in range(10)]
    assert client.get_metric_history(active.info.run_id, "nothing") == []


@pytest.mark.parametrize("value", [math.inf, -math.inf, 1e-320, 0.1 + 0.2, 1.7976931348623157e308, -0.0, 3])
def check_a_metric_comes_back_as_it_was(client: MlflowClient, experiment: str, value: float):
    run = client.create_run(experiment).info.run_id
    client.log_metric(run, "m", value)
    assert client.get_run(run).data.metrics["m"] == value
    assert client.get_metric_history(run, "m")[0].value == value


def check_nan_is_kept(client: MlflowClient, experiment: str):
    run = client.create_run(experiment).info.run_id
    client.log_metric(run, "m", math.nan)
    assert math.isnan(client.get_run(run).data.metrics["m"])
    assert math.isnan(client.get_metric_history(run, "m")[0].value)


def check_a_batch(client: MlflowClient, experiment: str):
    run = client.create_run(experiment).info.run_id
    metrics = [Metric(f"m{index % 7}", index, 1000 + index, index) for index in range(1000)]
    client.log_batch(run, metrics=metrics)
    client.log_batch(run, params=[Param(f"p{index}", str(index)) for index in range(100)])
    client.log_batch(run, tags=[RunTag(f"t{index}", "v" * 5000) for index in range(100)])
    client.log_batch(run, metrics=metrics)
    found = client.get_run(run).data
    assert found.metrics == {f"m{index}": max(range(index, 1000, 7)) for index in range(7)}
    assert len(found.params) == 100
    assert len(found.tags) == 101
    assert sum(len(client.get_metric_history(run, f"m{index}")) for index in range(7)) == 1000, "a repeat was stored"


def check_the_latest_metric_has_the_greatest_step_then_time_then_value(client: MlflowClient, experiment: str):
    run = client.create_run(experiment).info.run_id
    for value, timestamp, step in [(1, 50, 5), (2, 60, 5), (9, 99, 1), (3, 60, 5), (2.5, 60, 5), (7, 1, 4)]:
        client.log_metric(run, "m", value, timestamp=timestamp, step=step)
    assert client.get_run(run).data.metrics["m"] == 3
    assert len(client.get_metric_history(run, "m")) == 6


def check_params_never_change(client: MlflowClient, experiment: str):
    run = client.create_run(experiment).info.run_id
    client.log_param(run, "p", "1")
    client.log_param(run, "p", "1")
    with pytest.raises(MlflowException, match="Changing param values is not allowed") as raised:
        client.log_param(run, "p", "2")
    assert code(raised) == "INVALID_PARAMETER_VALUE"
    assert client.get_run(run).data.params == {"p": "1"}


def check_deleted_runs(client: MlflowClient, experiment: str):
    run = client.create_run(experiment).info.run_id
    client.delete_run(run)
    assert client.get_run(run).info.lifecycle_stage == "deleted"
    assert client.search_runs([experiment]) == []
    assert len(client.search_runs([experiment], run_view_type=ViewType.ALL)) == 1
    with pytest.raises(MlflowException, match="must be in the 'active' state"):
        client.log_metric(run, "m", 1)
    client.restore_run(run)
    client.log_metric(run, "m", 1)
    client.delete_experiment(experiment)
    assert client.get_run(run).info.lifecycle_stage == "deleted"
    with pytest.raises(MlflowException):
        client.set_tag(run, "a", "b")
    client.restore_experiment(experiment)
    assert client.get_run(run).info.lifecycle_stage == "active"


def check_names_and_tags_of_runs_agree(client: MlflowClient, experiment: str):
    run = client.create_run(experiment, run_name="one").info.run_id
    client.update_run(run, name="two")
    assert client.get_run(run).data.tags["mlflow.runName"] == "two"
    client.set_tag(run, "mlflow.runName", "three")
    assert client.get_run(run).info.run_name == "three"
    client.set_tag(run, "gone", "x")
    client.delete_tag(run, "gone")
    with pytest.raises(MlflowException, match="No tag with name: gone"):
        client.delete_tag(run, "gone")
    client.set_terminated(run, "KILLED", end_time=123)
    assert (client.get_run(run).info.status, client.get_run(run).info.end_time) == ("KILLED", 123)


def check_nested_runs_and_inputs(client: MlflowClient, name: str):
    mlflow.set_experiment(name)
    frame = pd.DataFrame({"a": [1, 2]})
    with mlflow.start_run() as parent, mlflow.start_run(nested=True) as child:
        mlflow.log_input(mlflow.data.from_pandas(frame, name="train"), context="training", tags={"k": "v"})
    filtered = f"tags.mlflow.parentRunId = '{parent.info.run_id}'"
    found = client.search_runs([child.info.experiment_id], filtered)
    assert [run.info.run_id for run in found] == [child.info.run_id]
    (given,) = found[0].inputs.dataset_inputs
    assert given.dataset.name == "train"
    assert {tag.key: tag.value for tag in given.tags} == {"mlflow.data.context": "training", "k": "v"}
    by_dataset = client.search_runs(
        [child.info.experiment_id], "dataset.name LIKE 'tr%' AND datasets.context = 'training'"
    )
    assert [run.info.run_id for run in by_dataset] == [child.info.run_id]


def check_logging_in_the_background(client: MlflowClient, name: str):
    mlflow.set_experiment(name)
    with mlflow.start_run() as active:
        for step in range(100):
            mlflow.log_metric("m", step, step=step, synchronous=False)
        mlflow.log_params({"a": 1}, synchronous=False)
        mlflow.flush_async_logging()
    assert len(client.get_metric_history(active.info.run_id, "m")) == 100


def check_autologging_of_scikit_learn(client: MlflowClient, name: str):
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    mlflow.set_experiment(name)
    mlflow.sklearn.autolog(log_models=False)
    try:
        with mlflow.start_run() as active:
            LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
    finally:
        mlflow.sklearn.autolog(disable=True)
    data = client.get_run(active.info.run_id).data
    assert data.metrics["training_accuracy_score"] == 1
    assert data.params["C"] == "1.0"


def check_autologging_of_lightgbm(client: MlflowClient, name: str):
    import lightgbm  # noqa: PLC0415

    mlflow.set_experiment(name)
    mlflow.lightgbm.autolog(registered_model_name=name)
    try:
        with mlflow.start_run() as active:
            rows = pd.DataFrame({"x": range(60), "y": [index % 7 for index in range(60)]})
            given = lightgbm.Dataset(rows, label=rows["x"] * 2.0)
            lightgbm.train(
                {"objective": "regression", "verbose": -1}, given, 12, valid_sets=[given], valid_names=["seen"]
            )
    finally:
        mlflow.lightgbm.autolog(disable=True)
    logged = client.get_run(active.info.run_id)
    assert logged.data.params["num_boost_round"] == "12"
    assert len(client.get_metric_history(active.info.run_id, "seen-l2")) == 12
    assert logged.inputs.dataset_inputs
    assert {"feature_importance_gain.json", "feature_importance_split.json"} <= {
        entry.path for entry in client.list_artifacts(active.info.run_id)
    }
    assert client.get_model_version(name, "1").run_id == active.info.run_id
    assert len(mlflow.pyfunc.load_model(f"models:/{name}/1").predict(rows)) == len(rows)


def check_system_metrics(client: MlflowClient, name: str):
    mlflow.set_experiment(name)
    mlflow.set_system_metrics_sampling_interval(0.1)
    with mlflow.start_run(log_system_metrics=True) as active:
        deadline = time.monotonic() + 30
        while not any(key.startswith("system/") for key in client.get_run(active.info.run_id).data.metrics):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def check_bulk_histories(client: MlflowClient, experiment: str):
    runs = [client.create_run(experiment).info.run_id for _ in range(2)]
    for run in runs:
        client.log_batch(run, metrics=[Metric("m", step, step, step) for step in range(1000)])
    points = client._tracking_client.store.get_metric_history_bulk_interval(runs, "m", 10, 0, 999)
    by_run = {run: [point.step for point in points if point.run_id == run] for run in runs}
    for steps in by_run.values():
        assert (steps[0], steps[-1]) == (0, 999)
        assert len(steps) <= 12
