"""What is taken can be shown: every door refuses what no list or page could hold, and one odd row hides no other."""

from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, create_engine, text

from tests.server.tracking.logged import Logged
from tests.support.server import ModelyardServer

NANOSECONDS = 1_795_897_499_085_202_634
BEYOND = [NANOSECONDS, NANOSECONDS // 1000, 253_402_300_800_000, 2**62, -1]
KEY = "SELECT id FROM evaluation_datasets WHERE dataset_id = :id"
LISTS = ["experiments", "runs", "runs/columns", "traces", "models", "evaluation-datasets", "activity"]


def sent(logged: Logged, path: str, version: str = "2.0", **body: Any) -> httpx.Response:
    url = f"{logged.url}/projects/{logged.project}/api/{version}/mlflow/{path}"
    return httpx.post(url, json=body, timeout=60, trust_env=False)


def refused(answer: httpx.Response, *words: str) -> None:
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE"), answer.text
    assert all(word in answer.json()["message"] for word in words), answer.text


def assert_readable(logged: Logged) -> None:
    for path in LISTS:
        logged.read(path)
    for run in logged.read("runs")["items"]:
        logged.read(f"runs/{run['id']}")
    for trace in logged.read("traces")["items"]:
        logged.read(f"traces/{trace['id']}")


@pytest.mark.parametrize("at", BEYOND)
def test_a_time_that_no_date_can_show_is_refused_at_every_door(logged: Logged, at: int):
    experiment = logged.experiment("e")
    run = logged.run(experiment, status=None)
    refused(sent(logged, "runs/create", experiment_id=experiment, start_time=at), "start_time", "milliseconds")
    refused(sent(logged, "runs/update", run_id=run, status="FINISHED", end_time=at), "end_time")
    refused(sent(logged, "runs/log-metric", run_id=run, key="m", value=1.0, timestamp=at), "timestamp")
    batch = [{"key": "m", "value": 1.0, "timestamp": at, "step": 0}]
    refused(sent(logged, "runs/log-batch", run_id=run, metrics=batch), "timestamp")
    odd = [{"key": "m/odd", "value": 1.0, "timestamp": at, "step": 0}]
    refused(sent(logged, "runs/log-batch", run_id=run, metrics=odd), "timestamp")
    refused(sent(logged, "traces", experiment_id=experiment, timestamp_ms=at), "timestamp_ms")
    assert (len(logged.read("runs")["items"]), logged.read(f"runs/{run}")["metrics"]) == (1, {})
    assert_readable(logged)


def test_a_refused_time_in_another_unit_says_which_one_and_what_it_would_be(logged: Logged):
    answer = sent(logged, "runs/create", experiment_id=logged.experiment("e"), start_time=1_700_000_000_123_456_789)
    refused(answer, "nanoseconds", "1700000000123")
    answer = sent(logged, "runs/create", experiment_id=logged.experiment("f"), start_time=1_700_000_000_123_456)
    refused(answer, "microseconds", "1700000000123")


@pytest.mark.parametrize("at", [0, 1, 253_402_300_799_999])
def test_the_first_and_the_last_moment_are_taken_and_shown(logged: Logged, at: int):
    run = logged.run(logged.experiment("e"), status=None, started_at=at)
    logged.mlflow("runs/update", run_id=run, status="FINISHED", end_time=at)
    logged.mlflow("runs/log-metric", run_id=run, key="m", value=1.0, timestamp=at, step=2**63 - 1)
    (point,) = logged.read(f"runs/{run}")["last_points"]
    assert (point["timestamp_ms"], point["step"]) == (at, 2**63 - 1)
    assert_readable(logged)


@pytest.mark.parametrize(
    "told",
    [
        {"request_time": "0001-01-01T00:00:00+14:00"},
        {"request_time": "9999-12-31T23:59:59-12:00"},
        {"request_time": "1969-12-31T23:59:59Z"},
        {"execution_duration": "999999999999s"},
        {"execution_duration": "\u0663s"},
        {"trace_id": "tr/1"},
        {"trace_id": ".."},
        {"trace_id": "t" * 101},
    ],
)
def test_a_trace_that_no_client_could_read_again_is_refused(logged: Logged, told: dict[str, str]):
    where = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": logged.experiment("e")}}
    info = {"trace_id": "tr-1", "trace_location": where, "request_time": "2026-01-31T12:00:00Z", "state": "OK"}
    refused(sent(logged, "traces", "3.0", trace={"trace_info": {**info, **told}}), next(iter(told)))
    assert logged.read("traces")["items"] == []


def test_an_assessment_stays_readable_whatever_is_changed_of_it(logged: Logged):
    where = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": logged.experiment("e")}}
    trace_id = f"tr-{logged.project}"
    info = {"trace_id": trace_id, "trace_location": where, "request_time": "2026-01-31T12:00:00Z", "state": "OK"}
    assert sent(logged, "traces", "3.0", trace={"trace_info": info}).status_code == 200
    path = f"traces/{trace_id}/assessments"
    given = {"assessment_name": "good", "source": {"source_type": "HUMAN"}, "feedback": {"value": True}}
    refused(sent(logged, path, "3.0", assessment={**given, "assessment_id": "a/1"}), "assessment_id")
    refused(sent(logged, path, "3.0", assessment={**given, "create_time": "9999-12-31T23:59:59-12:00"}), "create_time")
    made = sent(logged, path, "3.0", assessment={**given, "create_time": "2026-01-31 12:00:00"}).json()["assessment"]
    assert made["create_time"] == "2026-01-31T12:00:00.000Z"
    url = f"{logged.url}/projects/{logged.project}/api/3.0/mlflow/{path}/{made['assessment_id']}"
    for mask in ("valid", "assessmentName", "feedback"):
        refused(httpx.patch(url, json={"assessment": {}, "update_mask": mask}, trust_env=False))
    (shown,) = logged.read(f"traces/{trace_id}")["assessments"]
    assert (shown["name"], shown["value"], shown["valid"]) == ("good", True, True)


@pytest.fixture
def database(server: ModelyardServer) -> Engine:
    return create_engine(server.database_url or f"sqlite:///{server.data_dir / 'modelyard.db'}")


@pytest.mark.parametrize("at", [NANOSECONDS, -(2**62)])
def test_a_time_out_of_range_in_the_database_takes_no_list_and_no_page_down(logged: Logged, database: Engine, at: int):
    experiment = logged.experiment("e")
    plain, odd = logged.run(experiment), logged.run(experiment, metrics={"m": 1.0})
    logged.mlflow("registered-models/create", name="m")
    logged.mlflow("model-versions/create", name="m", source="s3://somewhere/m")
    logged.mlflow("traces", experiment_id=experiment, timestamp_ms=1000)
    statements = [
        "UPDATE runs SET started_at = :at, ended_at = :at WHERE run_id = :run",
        "UPDATE run_metrics SET timestamp_ms = :at WHERE run = (SELECT id FROM runs WHERE run_id = :run)",
        "UPDATE experiments SET created_at = :at, updated_at = :at WHERE id = :experiment",
        "UPDATE traces SET request_time = :at, duration_ms = :at WHERE experiment_id = :experiment",
        "UPDATE models SET created_at = :at, updated_at = :at WHERE project_id = :project",
        "UPDATE versions SET created_at = :at, updated_at = :at WHERE project_id = :project",
        "UPDATE activity SET at = :at WHERE project_id = :project",
    ]
    with database.begin() as connection:
        project = connection.scalar(text("SELECT id FROM projects WHERE name = :name"), {"name": logged.project})
        known = {"at": at, "run": odd, "experiment": int(experiment), "project": project}
        for statement in statements:
            assert connection.execute(text(statement), known).rowcount > 0
    database.dispose()
    assert {run["id"] for run in logged.read("runs")["items"]} == {plain, odd}
    assert_readable(logged)
    for path in ("models/m", "models/m/versions", "models/m/versions/1", f"experiments/{experiment}"):
        logged.read(path)
    assert len(logged.mlflow("runs/search", experiment_ids=[experiment])["runs"]) == 2
    where = [{"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment}}]
    found = sent(logged, "traces/search", "3.0", locations=where)
    assert (found.status_code, len(found.json()["traces"])) == (200, 1)


def test_an_assessment_or_record_that_cannot_be_read_hides_no_other(logged: Logged, database: Engine):
    experiment = logged.experiment("e")
    trace = logged.mlflow("traces", experiment_id=experiment, timestamp_ms=1000)["trace_info"]["request_id"]
    given = {"source": {"source_type": "HUMAN"}, "feedback": {"value": 1}}
    for name in ("good", "odd"):
        sent(logged, f"traces/{trace}/assessments", "3.0", assessment={**given, "assessment_name": name})
    dataset = sent(logged, "datasets/create", "3.0", name="d").json()["dataset"]["dataset_id"]
    sent(logged, f"datasets/{dataset}/records", "3.0", records='[{"inputs": {"a": 1}}, {"inputs": {"a": 2}}]')
    with database.begin() as connection:
        assert connection.execute(text("UPDATE assessments SET body = '[]' WHERE name = 'odd'")).rowcount == 1
        changed = connection.execute(
            text("UPDATE evaluation_records SET body = '' WHERE body LIKE :first AND dataset = (" + KEY + ")"),
            {"first": '%{"a": 1}%', "id": dataset},
        )
        assert changed.rowcount == 1
    database.dispose()
    assert [item["name"] for item in logged.read(f"traces/{trace}")["assessments"]] == ["good"]
    assert [item["inputs"] for item in logged.read(f"evaluation-datasets/{dataset}/records")["items"]] == [{"a": 2}]
    assert_readable(logged)


def test_an_order_of_too_many_fields_is_not_to_be_tried_again(logged: Logged):
    order = [f"metrics.m{number}" for number in range(63)]
    body = {"experiment_ids": [logged.experiment("e")], "order_by": order}
    answer = httpx.post(
        f"{logged.url}/projects/{logged.project}/api/2.0/mlflow/runs/search", json=body, trust_env=False
    )
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    native = logged.http.get(f"projects/{logged.project}/runs", params={"order_by": order})
    assert native.status_code == 400
    body["order_by"] = order[:20]
    answer = httpx.post(
        f"{logged.url}/projects/{logged.project}/api/2.0/mlflow/runs/search", json=body, trust_env=False
    )
    assert answer.status_code == 200
    native = logged.http.get(f"projects/{logged.project}/runs", params={"order_by": order[:20]})
    assert native.status_code == 200


def test_very_many_experiments_are_looked_up_at_once_or_refused(logged: Logged):
    experiments = [logged.experiment(name) for name in ("a", "b")]
    run = logged.run(experiments[1])
    unknown = [str(number) for number in range(10**9, 10**9 + 9000)]
    found = logged.mlflow("runs/search", experiment_ids=[*unknown, *experiments])["runs"]
    assert [item["info"]["run_id"] for item in found] == [run]
    body = {"experiment_ids": unknown * 2}
    answer = httpx.post(
        f"{logged.url}/projects/{logged.project}/api/2.0/mlflow/runs/search", json=body, trust_env=False
    )
    assert answer.status_code == 400
