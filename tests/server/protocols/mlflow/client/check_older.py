"""What clients of MLflow 2 and 3 both do; run with the oldest and the newest that are supported."""

import time
from pathlib import Path
from typing import Any

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException
from sklearn.linear_model import LogisticRegression

ROWS = [[0.0], [1.0], [2.0], [3.0]]


def check_runs_are_logged_and_read(client: MlflowClient, name: str):
    mlflow.set_experiment(name)
    with mlflow.start_run(run_name="first", tags={"t": "1"}) as active:
        mlflow.log_params({"depth": 3, "rate": 0.1})
        mlflow.log_metrics({"a": 1, "b": -2.5}, step=4)
        with mlflow.start_run(nested=True) as inner:
            mlflow.log_metric("c", 1)
    run = client.get_run(active.info.run_id)
    assert (run.info.run_name, run.info.status) == ("first", "FINISHED")
    assert run.data.params == {"depth": "3", "rate": "0.1"}
    assert run.data.metrics == {"a": 1, "b": -2.5}
    assert client.get_run(inner.info.run_id).data.tags["mlflow.parentRunId"] == active.info.run_id


def check_batches_and_histories(client: MlflowClient, experiment: str):
    run = client.create_run(experiment).info.run_id
    points = [Metric("loss", 1 / (step + 1), 1000 + step, step) for step in range(100)]
    client.log_batch(run, points, [Param("p", "1")], [RunTag("t", "2")])
    assert [point.value for point in client.get_metric_history(run, "loss")] == [point.value for point in points]
    client.set_terminated(run, "FAILED")
    assert client.get_run(run).info.status == "FAILED"
    with pytest.raises(MlflowException) as raised:
        client.log_param(run, "p", "2")
    assert raised.value.error_code == "INVALID_PARAMETER_VALUE"


def check_runs_are_searched(client: MlflowClient, experiment: str):
    runs = [client.create_run(experiment, start_time=1000 + index).info.run_id for index in range(5)]
    for index, run in enumerate(runs):
        client.log_metric(run, "acc", index / 10)
        client.log_param(run, "kind", f"k{index % 2}")
    found = client.search_runs([experiment], "metrics.acc > 0.1 AND params.kind = 'k0'", order_by=["metrics.acc DESC"])
    assert [run.info.run_id for run in found] == [runs[4], runs[2]]
    first = client.search_runs([experiment], max_results=3)
    second = client.search_runs([experiment], max_results=3, page_token=first.token)
    assert [run.info.run_id for run in [*first, *second]] == runs[::-1]
    client.delete_run(runs[0])
    assert [run.info.run_id for run in client.search_runs([experiment], run_view_type=ViewType.DELETED_ONLY)] == [
        runs[0]
    ]
    assert len(mlflow.search_runs([experiment])) == 4
    with pytest.raises(MlflowException) as raised:
        client.search_runs([experiment], "metrics.acc >")
    assert raised.value.error_code == "INVALID_PARAMETER_VALUE"


def check_a_model_is_registered_and_loaded(client: MlflowClient, name: str):
    mlflow.set_experiment(name)
    model = LogisticRegression().fit(ROWS, [0, 0, 1, 1])
    with mlflow.start_run() as run:
        mlflow.sklearn.log_model(
            model, artifact_path="m", registered_model_name=name, pip_requirements=["scikit-learn"]
        )
    client.set_registered_model_alias(name, "prod", "1")
    for uri in (f"models:/{name}/1", f"models:/{name}@prod", f"models:/{name}/latest", f"runs:/{run.info.run_id}/m"):
        assert list(mlflow.sklearn.load_model(uri).predict(ROWS)) == [0, 0, 1, 1], uri
    client.set_model_version_tag(name, "1", "checked", "yes")
    found = client.search_model_versions(f"name = '{name}' AND tags.checked = 'yes'")
    assert [(str(version.version), version.run_id) for version in found] == [("1", run.info.run_id)]
    client.transition_model_version_stage(name, "1", "Production")
    assert client.get_latest_versions(name, ["Production"])[0].version in ("1", 1)
    client.update_registered_model(name, description="what it is")
    assert client.get_registered_model(name).description == "what it is"


def check_files_go_both_ways(client: MlflowClient, experiment: str, tmp_path: Path):
    run = client.create_run(experiment).info.run_id
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "big.bin").write_bytes(b"x" * 3_000_000)
    client.log_artifacts(run, str(tmp_path), "files")
    client.log_text(run, "hello", "note.txt")
    assert {item.path for item in client.list_artifacts(run)} == {"files", "note.txt"}
    back = Path(client.download_artifacts(run, "files/a/big.bin", str(tmp_path)))
    assert back.stat().st_size == 3_000_000
    assert mlflow.artifacts.load_text(f"runs:/{run}/note.txt") == "hello"


@mlflow.trace(name="answer", span_type="CHAIN")  # type: ignore[untyped-decorator]
def answer(question: str) -> str:
    with mlflow.start_span("look up", span_type="RETRIEVER") as span:
        span.set_inputs({"question": question})
        span.set_outputs(["Zürich"])
    if question == "why?":
        raise ValueError("nobody knows")
    return question.upper()


def check_traces_are_told_and_found(client: MlflowClient, name: str):
    experiment = mlflow.set_experiment(name).experiment_id
    for question in ("where?", "who?"):
        answer(question)
        time.sleep(0.002)  # traces are found in the order of the milliseconds in which they began
    with pytest.raises(ValueError, match="nobody knows"):
        answer("why?")

    def found(filter_string: str | None = None, **options: Any) -> list[Any]:
        return list(client.search_traces([experiment], filter_string=filter_string, **options))

    deadline = time.monotonic() + 30
    while len(found()) < 3 or any(len(trace.data.spans) < 2 for trace in found()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    last, second, first = found()
    assert [trace.info.tags["mlflow.traceName"] for trace in (first, second, last)] == ["answer"] * 3
    assert [str(trace.info.status).rpartition(".")[2] for trace in (first, second, last)] == ["OK", "OK", "ERROR"]
    assert {span.name for span in first.data.spans} == {"answer", "look up"}
    assert next(span for span in first.data.spans if span.name == "look up").outputs == ["Zürich"]
    assert first.info.execution_time_ms >= 0

    def ids(traces: list[Any]) -> list[str]:
        return [trace.info.request_id for trace in traces]

    assert ids(found("status = 'ERROR'")) == ids([last])
    assert ids(found("name = 'answer' AND status = 'OK'", order_by=["timestamp_ms ASC"])) == ids([first, second])
    page = client.search_traces([experiment], max_results=1)
    rest = client.search_traces([experiment], page_token=page.token)
    assert ids([*page, *rest]) == ids([last, second, first])
    assert len(mlflow.search_traces([experiment])) == 3

    client.set_trace_tag(first.info.request_id, "team", "search")
    again = client.get_trace(first.info.request_id)
    assert again.info.tags["team"] == "search"
    assert [span.name for span in again.data.spans] == [span.name for span in first.data.spans]
    assert ids(found("tags.team = 'search'")) == ids([first])
    client.delete_trace_tag(first.info.request_id, "team")
    assert found("tags.team = 'search'") == []
    assert client.delete_traces(experiment, None, None, ids([first])) == 1
    assert ids(found()) == ids([last, second])


def check_traces_of_a_run(client: MlflowClient, name: str):
    experiment = mlflow.set_experiment(name).experiment_id
    with mlflow.start_run() as run:
        answer("where?")
    answer("who?")
    of_run = f"metadata.mlflow.sourceRun = '{run.info.run_id}'"
    deadline = time.monotonic() + 30
    # Newer clients send spans first, and of which run the trace is after them.
    while not (found := client.search_traces([experiment], filter_string=of_run, include_spans=False)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    (inside,) = found
    assert inside.info.request_metadata["mlflow.sourceRun"] == run.info.run_id


def check_what_is_not_there(client: MlflowClient, name: str):
    for ask in (lambda: client.get_run("0" * 32), lambda: client.get_registered_model(name)):
        with pytest.raises(MlflowException) as raised:
            ask()
        assert raised.value.error_code == "RESOURCE_DOES_NOT_EXIST"
