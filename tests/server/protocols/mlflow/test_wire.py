"""The protocol on the wire: what no client sends on purpose, and what the client relies on without a call for it."""

import json
import math
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from modelyard.server.access.permissions import Permission
from modelyard.server.protocols.mlflow.table import ENDPOINTS
from tests.support.server import ModelyardServer

API = "/api/2.0/mlflow"


@pytest.fixture
def mlflow(server: ModelyardServer, project: str) -> Iterator[httpx.Client]:
    """The protocol of a fresh project."""
    base = f"{server.url}/projects/{project}"
    with httpx.Client(base_url=base, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture
def run_id(mlflow: httpx.Client) -> str:
    return new_run(mlflow)


def new_run(mlflow: httpx.Client, **fields: Any) -> str:
    made = mlflow.post(f"{API}/runs/create", json={"experiment_id": "0", "start_time": 1, **fields})
    run_id: str = made.raise_for_status().json()["run"]["info"]["run_id"]
    return run_id


def error(answer: httpx.Response, status: int, code: str) -> str:
    assert (answer.status_code, answer.json().get("error_code")) == (status, code), answer.text
    message: str = answer.json()["message"]
    return message


@pytest.mark.parametrize("path", ["/api/2.0/mlflow/nothing", "/api/3.0/mlflow/nothing", "/ajax-api/2.0/mlflow/nothing"])
def test_an_unknown_path_is_not_answered_with_json(mlflow: httpx.Client, path: str):
    answer = mlflow.post(path, json={})
    assert answer.status_code == 404
    with pytest.raises(json.JSONDecodeError):
        answer.json()


@pytest.mark.parametrize(
    ("page", "project"), [("/p/fraud/models", "fraud"), ("/projects/fraud/runs", "fraud"), ("/somewhere", "<project>")]
)
@pytest.mark.parametrize("path", ["/api/2.0/mlflow/experiments/get-by-name", "/api/3.0/mlflow/traces/search"])
def test_who_takes_a_page_for_the_server_is_told_so(server: ModelyardServer, page: str, project: str, path: str):
    said = error(httpx.get(server.url + page + path, trust_env=False), 404, "RESOURCE_DOES_NOT_EXIST")
    assert repr(page) in said
    assert f"/projects/{project} " in said


def test_the_client_learns_the_version_before_anything_else(server: ModelyardServer, project: str):
    for base in (server.url, f"{server.url}/projects/{project}"):
        assert httpx.get(f"{base}/version", trust_env=False).text == "3.18.0"
        assert httpx.get(f"{base}/health", trust_env=False).status_code == 200
    info = httpx.get(f"{server.url}/api/3.0/mlflow/server-info", trust_env=False).json()
    assert info["workspaces_enabled"] is True


def test_the_workspace_header_names_the_project(server: ModelyardServer, project: str, mlflow: httpx.Client):
    made = httpx.post(
        f"{server.url}{API}/experiments/create",
        json={"name": "mine"},
        headers={"X-MLFLOW-WORKSPACE": project},
        trust_env=False,
    )
    found = mlflow.get(f"{API}/experiments/get-by-name", params={"experiment_name": "mine"}).json()["experiment"]
    assert found["experiment_id"] == made.json()["experiment_id"]
    assert found["workspace"] == project
    unknown = httpx.get(
        f"{server.url}{API}/experiments/get?experiment_id=0",
        headers={"X-MLFLOW-WORKSPACE": "nobodys"},
        trust_env=False,
    )
    error(unknown, 404, "RESOURCE_DOES_NOT_EXIST")


def test_one_project_does_not_see_another(server: ModelyardServer, run_id: str):
    answer = httpx.get(f"{server.url}{API}/runs/get", params={"run_id": run_id}, trust_env=False)
    assert error(answer, 404, "RESOURCE_DOES_NOT_EXIST") == f"Run with id={run_id} not found"
    logged = httpx.post(
        f"{server.url}{API}/runs/log-metric",
        json={"run_id": run_id, "key": "m", "value": 1, "timestamp": 1},
        trust_env=False,
    )
    error(logged, 404, "RESOURCE_DOES_NOT_EXIST")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "not valid JSON"),
        (b"[1]", "must be a JSON object"),
        (b"\xff\xfe", "not valid JSON"),
        (b'{"run_id": 5}', "Invalid value 5 for parameter 'run_id' supplied"),
        (b'{"run_id": "RUN", "metrics": [{"key": "m", "value": "x", "timestamp": 1}]}', "'metrics[0].value'"),
        (b'{"run_id": "RUN", "metrics": [{"key": "m", "timestamp": 1}]}', "required parameter 'metrics[0].value'"),
        (b'{"run_id": "RUN", "metrics": [{"key": "m", "value": 1, "timestamp": -1}]}', "'metrics[0].timestamp'"),
        (b'{"run_id": "RUN", "metrics": [{"key": "a/../b", "value": 1, "timestamp": 1}]}', "unique as paths"),
        (b'{"run_id": "RUN", "metrics": [{"key": "m;", "value": 1, "timestamp": 1}]}', "Names may only contain"),
        (b'{"run_id": "RUN", "params": [{"key": "a", "value": "1"}, {"key": "a", "value": "1"}]}', "Duplicate param"),
        (b'{"run_id": "RUN", "params": [{"value": "1"}]}', "required parameter 'params[0].key'"),
        (b'{"metrics": []}', "Missing value for required parameter 'run_id'"),
        (b'{"run_id": "a b"}', "Invalid value"),
        (b'{"run_id": "RUN", "tags": [{"key": "t", "value": "nul\\u0000"}]}', "NUL"),
    ],
)
def test_a_wrong_request_is_refused_and_says_where(mlflow: httpx.Client, run_id: str, body: bytes, message: str):
    answer = mlflow.post(
        f"{API}/runs/log-batch",
        content=body.replace(b"RUN", run_id.encode()),
        headers={"Content-Type": "application/json"},
    )
    assert message in error(answer, 400, "INVALID_PARAMETER_VALUE")


def test_limits(mlflow: httpx.Client, run_id: str):
    def refused(**fields: object) -> str:
        return error(
            mlflow.post(f"{API}/runs/log-batch", json={"run_id": run_id, **fields}), 400, "INVALID_PARAMETER_VALUE"
        )

    metric = {"value": 1, "timestamp": 1}
    assert "at most 1000 metrics" in refused(metrics=[{"key": f"m{index}", **metric} for index in range(1001)])
    assert "at most 100 params" in refused(params=[{"key": f"p{index}", "value": ""} for index in range(101)])
    assert "at most 100 tags" in refused(tags=[{"key": f"p{index}", "value": ""} for index in range(101)])
    assert "exceeds the maximum length of 6000" in refused(params=[{"key": "p", "value": "x" * 6001}])
    assert "exceeds the maximum length of 8000" in refused(tags=[{"key": "p", "value": "x" * 10_000_000}])
    assert "exceeds the maximum length of 250" in refused(tags=[{"key": "k" * 251, "value": "x"}])
    assert mlflow.get(f"{API}/runs/get", params={"run_id": run_id}).json()["run"]["data"].keys() == {"tags"}


def test_another_content_type_is_refused(mlflow: httpx.Client):
    answer = mlflow.post(f"{API}/runs/search", content=b"a=b", headers={"Content-Type": "text/plain"})
    error(answer, 400, "INVALID_PARAMETER_VALUE")


def test_old_habits_of_old_clients(mlflow: httpx.Client, run_id: str):
    doubled = json.dumps(json.dumps({"run_uuid": run_id, "key": "p", "value": "1"}))
    answer = mlflow.post(
        f"{API}/runs/log-parameter", content=doubled, headers={"Content-Type": "application/json; charset=utf-8"}
    )
    assert answer.json() == {}
    logged = {"run_id": run_id, "key": "m", "value": "-Infinity", "timestamp": "12", "step": "3", "unknown": [1]}
    assert mlflow.post(f"{API}/runs/log-metric", json=logged).json() == {}
    data = mlflow.get(f"{API}/runs/get", params={"run_uuid": run_id}).json()["run"]["data"]
    assert data["metrics"] == [{"key": "m", "value": "-Infinity", "timestamp": 12, "step": 3}]
    assert data["params"] == [{"key": "p", "value": "1"}]


def test_empty_answers_leave_everything_out(mlflow: httpx.Client):
    assert mlflow.post(f"{API}/runs/search", json={"experiment_ids": ["0"]}).json() == {}
    assert mlflow.get(f"{API}/registered-models/search").json() == {}
    error(mlflow.post(f"{API}/experiments/search", json={}), 400, "INVALID_PARAMETER_VALUE")


def test_histories_are_paged_in_order(mlflow: httpx.Client, run_id: str):
    points = [{"key": "m", "value": index, "timestamp": (index * 7) % 50, "step": index} for index in range(100)]
    mlflow.post(f"{API}/runs/log-batch", json={"run_id": run_id, "metrics": points}).raise_for_status()
    wanted = sorted((point["timestamp"], point["step"]) for point in points)
    found: list[tuple[int, int]] = []
    token = None
    while True:
        asked: dict[str, str | int] = {"run_id": run_id, "metric_key": "m", "max_results": 30}
        asked |= {"page_token": token} if token else {}
        page = mlflow.get(f"{API}/metrics/get-history", params=asked).json()
        found += [(point["timestamp"], point["step"]) for point in page["metrics"]]
        token = page.get("next_page_token")
        if token is None:
            break
    assert found == wanted
    bad = mlflow.get(f"{API}/metrics/get-history", params={"run_id": run_id, "metric_key": "m", "max_results": 0})
    error(bad, 400, "INVALID_PARAMETER_VALUE")


def test_a_history_that_was_read_before_has_what_was_logged_since(mlflow: httpx.Client, run_id: str):
    read = lambda: mlflow.get(f"{API}/metrics/get-history", params={"run_id": run_id, "metric_key": "m"}).json()  # noqa: E731
    assert read() == {}
    for count in (1, 2, 3):
        point = {"run_id": run_id, "key": "m", "value": count, "timestamp": count, "step": count}
        mlflow.post(f"{API}/runs/log-metric", json=point).raise_for_status()
        assert [item["value"] for item in read()["metrics"]] == list(range(1, count + 1))
        assert read() == read()


def test_points_that_are_repeated_out_of_order_are_stored_once(mlflow: httpx.Client, run_id: str):
    points = [
        {"key": "m", "value": value, "timestamp": 5, "step": step} for step in (3, 1, 2) for value in (1.5, "NaN")
    ]
    for _ in range(3):
        for point in points:
            mlflow.post(f"{API}/runs/log-metric", json={"run_id": run_id, **point}).raise_for_status()
    history = mlflow.get(f"{API}/metrics/get-history", params={"run_id": run_id, "metric_key": "m"}).json()["metrics"]
    assert len(history) == 6


def test_artifacts_are_whole_or_not_there(mlflow: httpx.Client, run_id: str):
    url = f"/api/2.0/mlflow-artifacts/artifacts/0/{run_id}/artifacts/a.bin"
    content = uuid.uuid4().bytes * 100_000

    def torn() -> Iterator[bytes]:
        yield content[:1000]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        mlflow.put(url, content=torn())
    assert mlflow.get(url).status_code == 404
    mlflow.put(url, content=content).raise_for_status()
    whole = mlflow.get(url)
    assert whole.content == content
    assert whole.headers["content-disposition"].startswith("attachment; filename=")
    assert whole.headers["x-content-type-options"] == "nosniff"
    part = mlflow.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, content[10:20])
    assert mlflow.delete(url).status_code == 200
    error(mlflow.get(url), 404, "RESOURCE_DOES_NOT_EXIST")


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("a-b.txt", "attachment; filename=a-b.txt"),
        ('a "b".txt', 'attachment; filename="a \\"b\\".txt"'),
        ("Zürich.txt", "attachment; filename=Zurich.txt; filename*=UTF-8''Z%C3%BCrich.txt"),
        ("日本", "attachment; filename=download; filename*=UTF-8''%E6%97%A5%E6%9C%AC"),
    ],
)
def test_downloads_name_their_file_for_every_reader(mlflow: httpx.Client, run_id: str, name: str, disposition: str):
    root = f"/api/2.0/mlflow-artifacts/artifacts/{artifact_root(mlflow, run_id)}"
    mlflow.put(f"{root}/{name}", content=b"x").raise_for_status()
    assert mlflow.get(f"{root}/{name}").headers["content-disposition"] == disposition


def test_an_upload_of_a_page_has_bytes_and_a_plain_path(mlflow: httpx.Client, server: ModelyardServer, run_id: str):
    uploads = "/ajax-api/2.0/mlflow/upload-artifact"
    named = {"run_id": run_id, "path": "a.txt"}
    error(mlflow.post(uploads, params=named), 400, "INVALID_PARAMETER_VALUE")
    error(mlflow.post(uploads, params={**named, "path": "../a"}, content=b"x"), 400, "INVALID_PARAMETER_VALUE")
    mlflow.post(uploads, params=named, content=b"x" * 100_000).raise_for_status()
    for path in (
        "/get-artifact",
        "/model-versions/get-artifact",
        "/ajax-api/2.0/mlflow/logged-models/m/artifacts/files",
    ):
        asked = {"run_id": "0" * 32, "name": "m", "version": "1", "path": "../a", "artifact_file_path": "../a"}
        error(mlflow.get(path, params=asked), 400, "INVALID_PARAMETER_VALUE")
    assert mlflow.get("/get-artifact", params=named).content == b"x" * 100_000
    root = f"/api/2.0/mlflow-artifacts/artifacts/{artifact_root(mlflow, run_id)}"
    mlflow.put(f"{root}/empty", content=b"").raise_for_status()


@pytest.mark.parametrize("given", ["abc", "1.5", " ", "0x1", "\uff11"])
def test_the_id_of_an_experiment_is_a_number(mlflow: httpx.Client, given: str):
    one, many = {"experiment_id": given}, {"experiment_ids": [given], "max_results": 1}
    place = {"trace_location": {"mlflow_experiment": one}, "trace_id": "tr-1", "request_time": "2026-01-01T00:00:00Z"}
    for version, path, body in (
        ("2.0", "experiments/update", {**one, "new_name": "a"}),
        ("2.0", "experiments/search", {"filter": f"experiment_id = '{given}'", "max_results": 1}),
        ("2.0", "experiments/search", {"filter": f"experiment_id IN ('0', '{given}')", "max_results": 1}),
        ("2.0", "experiments/delete", one),
        ("2.0", "experiments/restore", one),
        ("2.0", "experiments/set-experiment-tag", {**one, "key": "a", "value": "b"}),
        ("2.0", "experiments/delete-experiment-tag", {**one, "key": "a"}),
        ("2.0", "experiments/search-datasets", many),
        ("2.0", "runs/create", one),
        ("2.0", "runs/search", many),
        ("2.0", "logged-models", one),
        ("2.0", "logged-models/search", many),
        ("2.0", "traces/delete-traces", {**one, "max_timestamp_millis": 1}),
        ("3.0", "traces/search", {"locations": [{"mlflow_experiment": one}]}),
        ("3.0", "traces", {"trace": {"trace_info": place}}),
        ("3.0", "datasets/search", many),
        ("3.0", "datasets/create", {"name": "a", "experiment_ids": [given]}),
    ):
        answer = mlflow.post(f"/api/{version}/mlflow/{path}", json=body)
        assert answer.status_code == 400, (path, answer.text)
        assert answer.json()["error_code"] == "INVALID_PARAMETER_VALUE"
    error(mlflow.get(f"{API}/experiments/get", params=one), 400, "INVALID_PARAMETER_VALUE")
    span = {"traceId": "1" * 32, "spanId": "1" * 16, "name": "a", "startTimeUnixNano": "1"}
    export = {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}
    told = {b"x-mlflow-experiment-id": given.strip().encode()}
    error(mlflow.post("/v1/traces", json=export, headers=told), 400, "INVALID_PARAMETER_VALUE")


def test_points_of_many_runs(mlflow: httpx.Client, run_id: str):
    points = [{"key": "m", "value": index, "timestamp": index, "step": index} for index in range(12)]
    mlflow.post(f"{API}/runs/log-batch", json={"run_id": run_id, "metrics": points}).raise_for_status()

    def steps(path: str, **query: Any) -> list[int]:
        answer = mlflow.get(f"/ajax-api/2.0/mlflow/metrics/{path}", params={"metric_key": "m", **query})
        return [point["step"] for point in answer.raise_for_status().json()["metrics"]]

    bulk, interval = "get-history-bulk", "get-history-bulk-interval"
    assert steps(bulk, run_id=run_id) == steps(interval, run_ids=run_id) == list(range(12))
    assert steps(bulk, run_id=run_id, max_results=3) == [0, 1, 2]
    assert steps(bulk, run_id=run_id, max_results=0) == []
    assert steps(bulk, run_id=run_id, metric_key="nothing") == []
    for most, wanted in ((1, [11]), (2, [0, 11]), (3, [0, 4, 11]), (5, [0, 3, 6, 8, 11]), (11, [0, *range(2, 12)])):
        assert steps(interval, run_ids=run_id, max_results=most) == wanted
    assert steps(interval, run_ids=run_id, start_step=2, end_step=9, max_results=4) == [2, 4, 6, 9]


def test_an_order_by_what_cannot_be_sorted_is_refused(mlflow: httpx.Client):
    for path, field in (
        ("experiments/search", "tags.a"),
        ("experiments/search", "tags.name"),
        ("runs/search", "datasets.name"),
        ("logged-models/search", ""),
    ):
        named = [{"field_name": "tags.a"}] if path == "logged-models/search" else [field]
        body = {"max_results": 5, "experiment_ids": ["0"], "order_by": named}
        error(mlflow.post(f"{API}/{path}", json=body), 400, "INVALID_PARAMETER_VALUE")
    for path in ("registered-models/search", "model-versions/search"):
        for field in ("tags.a", "tags.name"):
            error(mlflow.get(f"{API}/{path}", params={"order_by": field}), 400, "INVALID_PARAMETER_VALUE")
    datasets = mlflow.post("/api/3.0/mlflow/datasets/search", json={"order_by": ["tags.name"]})
    error(datasets, 400, "INVALID_PARAMETER_VALUE")


@pytest.mark.parametrize(
    "path", ["../x", "a/../../x", "%2e%2e/x", "%252e%252e/x", "/etc/passwd", "a\\b", "C:/x", "a%23b"]
)
def test_paths_that_lead_elsewhere_are_refused(mlflow: httpx.Client, path: str):
    listed = mlflow.get("/api/2.0/mlflow-artifacts/artifacts", params={"path": path})
    assert "Invalid path" in error(listed, 400, "INVALID_PARAMETER_VALUE")


def test_a_page_of_files_reads_single_ones(mlflow: httpx.Client, server: ModelyardServer, run_id: str, project: str):
    url = f"/api/2.0/mlflow-artifacts/artifacts/{artifact_root(mlflow, run_id)}/deep/MLmodel"
    mlflow.put(url, content=b"flavors: {}").raise_for_status()
    assert mlflow.get(url).headers["content-type"] == "text/plain"
    listed = mlflow.get(f"{API}/artifacts/list", params={"run_id": run_id, "path": "deep"}).json()
    assert listed["files"] == [{"path": "deep/MLmodel", "is_dir": False, "file_size": 11}]
    single = httpx.get(
        f"{server.url}/projects/{project}/get-artifact",
        params={"run_id": run_id, "path": "deep/MLmodel"},
        trust_env=False,
    )
    assert single.content == b"flavors: {}"


def artifact_root(mlflow: httpx.Client, run_id: str) -> str:
    uri: str = mlflow.get(f"{API}/runs/get", params={"run_id": run_id}).json()["run"]["info"]["artifact_uri"]
    return uri.removeprefix("mlflow-artifacts:/")


def test_what_clients_register_is_a_model_like_any_other(mlflow: httpx.Client, http: httpx.Client, project: str):
    run_id = new_run(mlflow)
    mlflow.post(f"{API}/registered-models/create", json={"name": "churn"}).raise_for_status()
    source = f"mlflow-artifacts:/{artifact_root(mlflow, run_id)}/m"
    made = mlflow.post(
        f"{API}/model-versions/create", json={"name": "churn", "source": source, "run_id": run_id, "description": "d"}
    )
    assert made.json()["model_version"]["status"] == "READY"
    version = http.get(f"projects/{project}/models/churn/versions/1").raise_for_status().json()
    assert (version["status"], version["run_id"], version["description"]) == ("Ready", run_id, "d")
    assert version["dataset"] is None
    assert http.get(f"projects/{project}/models/churn/versions/1/curves").json()["curves"] == []
    assert [item["number"] for item in http.get(f"projects/{project}/models/churn/versions").json()["items"]] == [1]
    actions = [line["action"] for line in http.get(f"projects/{project}/activity").json()["items"]]
    assert {"model.created", "version.created", "run.created"} <= set(actions)
    assert http.delete(f"projects/{project}/models/churn/versions/1").status_code == 204
    assert mlflow.get(f"{API}/runs/get", params={"run_id": run_id}).status_code == 200, "the run is its logger's"


def test_every_row_of_the_table_is_whole():
    seen = set()
    for endpoint in ENDPOINTS:
        place = (endpoint.method, endpoint.version, endpoint.path)
        assert place not in seen
        seen.add(place)
        assert isinstance(endpoint.permission, Permission)
        assert endpoint.writes == (not str(endpoint.permission).endswith(":read")), place
        makes = endpoint.path.rpartition("/")[2] in ("create", "delete", "restore", "rename")
        assert not makes or endpoint.audit, f"{place} changes an object without a line in the audit record"


def test_a_metric_is_bit_for_bit_what_was_sent(mlflow: httpx.Client, run_id: str):
    values = [0.1 + 0.2, math.pi * 1e-300, 1 / 3, 5e-324, 1.7976931348623157e308]
    points = [{"key": f"m{index}", "value": value, "timestamp": 1} for index, value in enumerate(values)]
    mlflow.post(f"{API}/runs/log-batch", json={"run_id": run_id, "metrics": points}).raise_for_status()
    data = mlflow.get(f"{API}/runs/get", params={"run_id": run_id}).json()["run"]["data"]
    assert [metric["value"] for metric in data["metrics"]] == values


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("POST", "runs/create", '{"experiment_id": "0", "run_name": "\\ud800"}'),
        ("POST", "runs/create", '{"experiment_id": "99999999999999999999999"}'),
        ("POST", "runs/create", '{"experiment_id": "-1"}'),
        ("POST", "runs/create", '{"experiment_id": "0", "start_time": 99999999999999999999}'),
        ("POST", "runs/search", '{"experiment_ids": ["0", "x", ""], "filter": "tags.`a\\u0000` = 1"}'),
        ("POST", "runs/search", '{"experiment_ids": ["0"], "max_results": -5}'),
        ("POST", "runs/search", '{"experiment_ids": ["0"], "run_view_type": 9}'),
        ("POST", "runs/search", '{"experiment_ids": ["0"], "order_by": ["metrics.`\\u0000`"]}'),
        ("GET", "runs/get?run_id=%00", None),
        ("GET", "runs/get?run_id=%ff%fe", None),
        ("GET", "logged-models/m-%00", None),
        ("GET", "metrics/get-history-bulk?run_id=a&run_id=%00&metric_key=m", None),
        ("GET", "registered-models/get?name=%00", None),
        ("GET", "model-versions/get?name=a&version=%D9%A1", None),
        ("GET", "registered-models/search?max_results=99999999999999999999", None),
        ("DELETE", "registered-models/alias", '{"name": "nobody", "alias": "a"}'),
        ("PATCH", "registered-models/update", "[]"),
    ],
)
def test_odd_requests_are_the_clients_mistake(mlflow: httpx.Client, method: str, path: str, content: str | None):
    answer = mlflow.request(
        method, f"{API}/{path}", content=content, headers={"Content-Type": "application/json"} if content else {}
    )
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["error_code"] in {"INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST"}
