"""Whatever is asked of the MLflow protocol, the answer is not a mistake of the server."""

import itertools
import json
import re
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import httpx
import msgspec
import pytest
from msgspec import inspect

from modelyard.server.protocols.mlflow.endpoints import Endpoint
from modelyard.server.protocols.mlflow.table import ENDPOINTS
from tests.support.hostile import FRAGMENTS, paths, with_fragment
from tests.support.server import ModelyardServer

TEXTS = [json.loads(FRAGMENTS[name]) for name in ("a text of 5,000 digits", "NUL", "an address that ends in it")]
QUERIED = [*TEXTS, "9" * 40, "1e999", "-1", "x" * 5000]


class Protocol(NamedTuple):
    http: httpx.Client
    known: dict[str, Any]


@pytest.fixture(scope="module")
def protocol(server: ModelyardServer) -> Iterator[Protocol]:
    """A project with something of most kinds, and what the fields of requests are called that name it."""
    project = f"p-{uuid.uuid4().hex[:10]}"
    with httpx.Client(base_url=f"{server.url}/projects/{project}", timeout=60, trust_env=False) as http:
        httpx.post(f"{server.url}/api/v1/projects", json={"name": project}, trust_env=False).raise_for_status()

        def post(path: str, **body: Any) -> Any:
            return http.post(f"/api/2.0/mlflow/{path}", json=body).raise_for_status().json()

        experiment = post("experiments/create", name="e")["experiment_id"]
        run = post("runs/create", experiment_id=experiment, start_time=1)["run"]["info"]["run_id"]
        post("runs/log-metric", run_id=run, key="m", value=1, timestamp=1)
        post("registered-models/create", name="r")
        post("model-versions/create", name="r", source=f"runs:/{run}/model", run_id=run)
        logged = post("logged-models", experiment_id=experiment, name="l")["model"]["info"]["model_id"]
        known = {"experiment_id": experiment, "experiment_ids": [experiment], "run_id": run, "run_uuid": run}
        known |= {"name": "r", "version": "1", "model_id": logged, "metric_key": "m", "key": "m", "max_results": 5}
        yield Protocol(http, {**known, "filter": "", "order_by": [], "page_token": ""})


def example(kind: inspect.Type, known: dict[str, Any], name: str = "") -> Any:
    """A value of a type, with what is known where a field has its name."""
    if isinstance(kind, inspect.UnionType):
        kind = next(inner for inner in kind.types if not isinstance(inner, inspect.NoneType))
    if name in known:
        return known[name]
    match kind:
        case inspect.StructType(fields=fields):
            return {field.encode_name: example(field.type, known, field.encode_name) for field in fields}
        case inspect.ListType(item_type=item):
            return [example(item, known)]
        case inspect.DictType(value_type=value):
            return {"a": example(value, known)}
        case inspect.IntType() | inspect.FloatType():
            return 1
        case inspect.BoolType():
            return True
    return "a"


every_endpoint = pytest.mark.parametrize(
    "endpoint", ENDPOINTS, ids=[f"{item.method} {item.path}" for item in ENDPOINTS]
)


@every_endpoint
def test_no_request_is_a_mistake_of_the_server(protocol: Protocol, endpoint: Endpoint):
    check(protocol, endpoint, 2)


@pytest.mark.long
@every_endpoint
def test_no_request_of_all_is_a_mistake_of_the_server(protocol: Protocol, endpoint: Endpoint):
    check(protocol, endpoint, len(FRAGMENTS))


def check(protocol: Protocol, endpoint: Endpoint, values: int) -> None:
    """Asks with so many values in each place in turn, other ones in the next place."""
    known = protocol.known
    path = f"/api/{endpoint.version}/mlflow/{endpoint.path}".rstrip("/")
    url = re.sub(r"{(\w+)}", lambda match: str(known.get(match[1], "a")), path)
    body = example(inspect.type_info(endpoint.request), known)
    asked: list[tuple[str, bytes | None]] = []
    if endpoint.method == "GET":
        turns = itertools.cycle(QUERIED)
        for field, value in ((field, value) for field in body for value in itertools.islice(turns, values)):
            asked.append((f"{url}?{urlencode({**body, field: value}, doseq=True)}", None))
    else:
        turns = itertools.cycle(FRAGMENTS.values())
        places = [("unknown",), *paths(body)]
        asked += [
            (url, with_fragment(body, place, text)) for place in places for text in itertools.islice(turns, values)
        ]
    for name, value in itertools.product(re.findall(r"{(\w+)}", path), TEXTS):
        changed = re.sub(rf"{{{name}}}", lambda _: quote(value, safe=""), path)  # noqa: B023
        asked.append((re.sub(r"{(\w+)}", "a", changed), None if endpoint.method == "GET" else b"{}"))
    for target, content in asked:
        headers = {} if content is None else {"Content-Type": "application/json"}
        answer = protocol.http.request(endpoint.method, target, content=content, headers=headers)
        assert answer.status_code < 500, (target[:300], (content or b"")[:300], answer.text)


VALUES = [{"stringValue": "x"}, {"intValue": "5"}, {"doubleValue": 1.5}, {"bytesValue": "AAAA"}]
NESTED = {"kvlistValue": {"values": [{"key": "a", "value": {"arrayValue": {"values": [{"boolValue": True}]}}}]}}
ATTRIBUTES = [{"key": "k", "value": value} for value in (*VALUES, NESTED)]
SPAN = {
    "traceId": "a" * 32,
    "spanId": "b" * 16,
    "parentSpanId": "c" * 16,
    "name": "s",
    "startTimeUnixNano": "1000000",
    "endTimeUnixNano": "2000000",
    "attributes": ATTRIBUTES,
    "status": {"code": 1},
    "events": [{"name": "e", "timeUnixNano": "5", "attributes": ATTRIBUTES[:1]}],
    "links": [{"traceId": "a" * 32, "spanId": "b" * 16}],
}
ELSEWHERE = {
    "/v1/traces": {"resourceSpans": [{"scopeSpans": [{"spans": [SPAN]}]}]},
    "/api/2.0/mlflow-artifacts/mpu/create/0/x": {"path": "a", "num_parts": 2},
    "/api/2.0/mlflow-artifacts/mpu/complete/0/x": {"path": "a", "upload_id": "x", "parts": [{"part_number": 1}]},
    "/api/2.0/mlflow-artifacts/mpu/abort/0/x": {"path": "a", "upload_id": "x"},
    "/api/2.0/mlflow/artifacts/presigned-upload-url": {"run_id": "x", "path": "a", "expiration": 5},
    "/api/2.0/mlflow/artifacts/presigned-download-url": {"run_id": "x", "path": "a", "expiration": 5},
}


@pytest.mark.parametrize("path", ELSEWHERE)
def test_no_request_beside_the_table_is_a_mistake_of_the_server(protocol: Protocol, path: str):
    headers = {"Content-Type": "application/json", "x-mlflow-experiment-id": protocol.known["experiment_id"]}
    body = ELSEWHERE[path]
    turns = itertools.cycle([*FRAGMENTS.values(), "null", "true", "-1", "{}", "[]"])
    for place in [("unknown",), *paths(body)]:
        # Halves of characters stand where others do not, in texts and in keys.
        for text in (FRAGMENTS["half of a character"], *itertools.islice(turns, 3)):
            content = with_fragment(body, place, text)
            answer = protocol.http.post(path, content=content, headers=headers)
            assert answer.status_code < 500, (content[:300], answer.text)


@pytest.mark.parametrize("wrong", ["nested without end", "a number beyond all", "a number of 5,000 digits"])
def test_json_that_cannot_be_read_is_named_as_such(protocol: Protocol, wrong: str):
    answer = protocol.http.post(
        "/api/2.0/mlflow/experiments/create",
        content=with_fragment({"name": "x"}, ("artifact_location",), FRAGMENTS[wrong]),
        headers={"Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert re.search("nested too deep|not valid JSON", answer.json()["message"])


def test_a_location_that_is_no_address_is_refused(protocol: Protocol):
    body = {"name": "somewhere", "artifact_location": "http://["}
    answer = protocol.http.post("/api/2.0/mlflow/experiments/create", json=body)
    assert answer.status_code == 400
    assert "artifact_location" in answer.json()["message"]


def test_every_request_type_can_be_made_up():
    """Else what is sent above would be refused before anything looks at it."""
    for endpoint in ENDPOINTS:
        msgspec.convert(example(inspect.type_info(endpoint.request), {}), endpoint.request, strict=False)
