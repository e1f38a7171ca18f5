"""Spans from any OpenTelemetry exporter, and what traces do that no MLflow client brings about."""

import gzip
import json
import re
import uuid
import zlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.support.server import ModelyardServer

Json = dict[str, Any]
TRACE, ROOT, CHILD = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "00f067aa0ba902b7"


@pytest.fixture
def yard(server: ModelyardServer, project: str) -> "Yard":
    return Yard(server.url, project)


class Yard:
    def __init__(self, url: str, project: str) -> None:
        self.root = f"{url}/projects/{project}"
        made = self.call("POST", "2.0", "experiments/create", {"name": f"e-{uuid.uuid4().hex[:8]}"})
        self.experiment: str = made["experiment_id"]
        self.trace = uuid.uuid4().hex

    def call(self, method: str, version: str, path: str, body: Json | None = None, status: int = 200) -> Any:
        answer = httpx.request(method, f"{self.root}/api/{version}/mlflow/{path}", json=body, timeout=30)
        assert answer.status_code == status, answer.text
        return answer.json()

    def export(self, content: bytes, kind: str = "application/json", **headers: str) -> httpx.Response:
        named = {"content-type": kind, "x-mlflow-experiment-id": self.experiment, **headers}
        return httpx.post(f"{self.root}/v1/traces", content=content, headers=named, timeout=30)

    def spans(self, *spans: Json) -> bytes:
        given = [{"traceId": self.trace, **span} for span in spans]
        return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": given}]}]}).encode()

    def get(self) -> Json:
        found: Json = self.call("GET", "3.0", f"traces/get?trace_id=tr-{self.trace}")["trace"]
        return found


def attribute(key: str, value: str) -> Json:
    return {"key": key, "value": {"stringValue": value}}


def root(**fields: Any) -> Json:
    times = {"startTimeUnixNano": "1700000000000000000", "endTimeUnixNano": "1700000002500000000"}
    return {"spanId": ROOT, "name": "root", **times, **fields}


def child(**fields: Any) -> Json:
    times = {"startTimeUnixNano": "1700000001000000000", "endTimeUnixNano": "1700000001500000000"}
    return {"spanId": CHILD, "parentSpanId": ROOT, "name": "child", **times, **fields}


@pytest.mark.parametrize("pack", [None, "gzip", "deflate"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-protobuf"])
def test_an_export_in_each_form(yard: Yard, kind: str, pack: str | None):
    body = yard.spans(root(status={"code": 1}), child())
    if kind == "application/x-protobuf":
        export = ExportTraceServiceRequest()
        for id_, name, parent in ((ROOT, "root", ""), (CHILD, "child", ROOT)):
            span = export.resource_spans.add().scope_spans.add().spans.add()
            span.trace_id, span.span_id = bytes.fromhex(yard.trace), bytes.fromhex(id_)
            span.parent_span_id, span.name = bytes.fromhex(parent), name
            span.start_time_unix_nano, span.end_time_unix_nano = 1_700_000_000 * 10**9, 1_700_000_002_500 * 10**6
        body = export.SerializeToString()
    packed = {None: body, "gzip": gzip.compress(body), "deflate": zlib.compress(body)}[pack]
    answer = yard.export(packed, kind, **({"content-encoding": pack} if pack else {}))
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    trace = yard.get()
    info = trace["trace_info"]
    assert (info["state"], info["request_time"], info["execution_duration"]) == (
        "OK",
        "2023-11-14T22:13:20.000Z",
        "2.500s",
    )
    assert info["tags"]["mlflow.traceName"] == "root"
    assert [span["name"] for span in trace["spans"]] == ["root", "child"] or kind != "application/json"


def test_spans_that_come_one_by_one_make_one_trace(yard: Yard):
    assert yard.export(yard.spans(child())).status_code == 200
    assert yard.get()["trace_info"]["state"] == "IN_PROGRESS"
    said = [attribute("mlflow.spanInputs", "in"), attribute("mlflow.traceTag.team", "blue")]
    assert yard.export(yard.spans(root(status={"code": 2, "message": "no"}, attributes=said))).status_code == 200
    assert yard.export(yard.spans(child(name="again"))).status_code == 200
    trace = yard.get()
    info = trace["trace_info"]
    assert (info["state"], info["execution_duration"], info["request_preview"]) == ("ERROR", "2.500s", "in")
    assert info["tags"]["team"] == "blue"
    assert [span["name"] for span in trace["spans"]] == ["root", "again"]


def told(yard: Yard, **fields: Any) -> Json:
    location = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": yard.experiment}}
    info = {
        "trace_id": f"tr-{yard.trace}",
        "trace_location": location,
        "request_time": "2026-01-31T12:00:00.250Z",
        "execution_duration": "1.5s",
        "state": "OK",
        **fields,
    }
    return {"trace": {"trace_info": info}}


def test_what_the_client_said_stands_whatever_spans_say_later(yard: Yard):
    yard.call("POST", "3.0", "traces", told(yard, tags={"mlflow.traceName": "mine"}, request_preview="p"))
    yard.export(yard.spans(root(status={"code": 2})))
    info = yard.get()["trace_info"]
    assert (info["state"], info["request_time"], info["request_preview"]) == ("OK", "2026-01-31T12:00:00.250Z", "p")
    assert info["tags"]["mlflow.traceName"] == "mine"


def test_telling_twice_is_telling_once(yard: Yard):
    judged = {
        "assessment_id": "a-1",
        "assessment_name": "n",
        "source": {"source_type": "HUMAN", "source_id": "x"},
        "feedback": {"value": 1},
    }
    for state in ("IN_PROGRESS", "OK"):
        yard.call("POST", "3.0", "traces", told(yard, state=state, assessments=[judged], trace_metadata={"a": "b"}))
    info = yard.get()["trace_info"]
    assert (info["state"], info["trace_metadata"]) == ("OK", {"a": "b", "mlflow.trace.infoFinalized": "true"})
    assert [each["assessment_id"] for each in info["assessments"]] == ["a-1"]


def test_a_trace_of_another_project_is_neither_seen_nor_taken_over(yard: Yard, server: ModelyardServer):
    yard.call("POST", "3.0", "traces", told(yard))
    name = f"p-{uuid.uuid4().hex[:8]}"
    httpx.post(f"{server.url}/api/v1/projects", json={"name": name}).raise_for_status()
    other = Yard(server.url, name)
    other.trace = yard.trace
    assert other.call("GET", "3.0", f"traces/tr-{yard.trace}", status=404)["error_code"] == "RESOURCE_DOES_NOT_EXIST"
    taken = other.call("POST", "3.0", "traces", told(other), status=400)
    assert taken["error_code"] == "RESOURCE_ALREADY_EXISTS"
    assert other.export(other.spans(root())).status_code == 400


@pytest.mark.parametrize(
    "make",
    [
        lambda yard: yard.export(b"", "application/json"),
        lambda yard: yard.export(b"{", "application/json"),
        lambda yard: yard.export(b"[]", "application/json"),
        lambda yard: yard.export(b'{"resourceSpans": 7}', "application/json"),
        lambda yard: yard.export(b"{}", "application/json"),
        lambda yard: yard.export(b"\xff\xff\xff", "application/x-protobuf"),
        lambda yard: yard.export(b"{}", "text/plain"),
        lambda yard: yard.export(b"nonsense", **{"content-encoding": "gzip"}),
        lambda yard: yard.export(b"nonsense", **{"content-encoding": "br"}),
        lambda yard: yard.export(yard.spans(root(spanId="xyz"))),
        lambda yard: yard.export(yard.spans(root(spanId="ab"))),
        lambda yard: yard.export(yard.spans(root()), **{"x-mlflow-experiment-id": ""}),
        lambda yard: yard.export(gzip.compress(b" " * (65 * 1024 * 1024)), **{"content-encoding": "gzip"}),
    ],
)
def test_what_is_no_export_is_refused(yard: Yard, make: Callable[[Yard], httpx.Response]):
    answer = make(yard)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_an_export_for_an_experiment_that_is_not_there(yard: Yard):
    answer = yard.export(yard.spans(root()), **{"x-mlflow-experiment-id": "999999999"})
    assert (answer.status_code, answer.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    yard.call("POST", "2.0", "experiments/delete", {"experiment_id": yard.experiment})
    assert yard.export(yard.spans(root())).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "traces", {}),
        ("POST", "traces", {"trace": {"trace_info": {"trace_id": "tr-1"}}}),
        ("POST", "traces/search", {}),
        ("POST", "traces/search", {"locations": [{"mlflow_experiment": {"experiment_id": "0"}}], "max_results": 501}),
        (
            "POST",
            "traces/search",
            {"locations": [{"mlflow_experiment": {"experiment_id": "0"}}], "order_by": ["feedback.a"]},
        ),
        ("POST", "traces/delete-traces", {"experiment_id": "0"}),
        ("POST", "traces/delete-traces", {"experiment_id": "0", "max_timestamp_millis": 2**70}),
        ("POST", "traces/delete-traces", {"experiment_id": "0", "max_timestamp_millis": 1, "max_traces": 2**70}),
        ("POST", "traces/delete-traces", {"experiment_id": "0", "request_ids": ["a"] * 40_000}),
        ("POST", "traces/delete-traces", {"experiment_id": "0", "request_ids": ["a"], "max_traces": 1}),
        ("POST", "traces/link-to-run", {"trace_ids": []}),
        ("POST", "traces/batchGetInfos", {}),
    ],
)
def test_what_no_client_should_send(yard: Yard, method: str, path: str, body: Json):
    assert yard.call(method, "3.0", path, body, status=400)["error_code"] == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize(
    "change",
    [{"state": "FINE"}, {"request_time": "yesterday"}, {"execution_duration": "long"}, {"trace_id": "x" * 101}],
)
def test_a_trace_that_cannot_be(yard: Yard, change: Json):
    assert yard.call("POST", "3.0", "traces", told(yard, **change), status=400)


@pytest.mark.parametrize("key", ["mlflow.artifactLocation", "mlflow.trace.spansLocation"])
def test_tags_that_the_server_keeps(yard: Yard, key: str):
    yard.call("POST", "3.0", "traces", told(yard, tags={key: "elsewhere"}))
    path = f"traces/tr-{yard.trace}/tags"
    assert yard.get()["trace_info"]["tags"].get(key) != "elsewhere"
    yard.call("PATCH", "2.0", path, {"key": key, "value": "elsewhere"}, status=400)
    yard.call("DELETE", "2.0", path, {"key": key}, status=400)


GOOD: Json = {"assessment_name": "n", "source": {"source_type": "HUMAN"}, "feedback": {"value": 1}}


@pytest.mark.parametrize(
    "assessment",
    [
        {},
        {"assessment_name": "n"},
        {"assessment_name": "n", "source": {"source_type": "HUMAN"}},
        {**GOOD, "source": {"source_type": "MOON"}},
        {**GOOD, "expectation": {"value": 1}},
        {**GOOD, "metadata": ["a"]},
        {**GOOD, "create_time": "now"},
        {**GOOD, "assessment_id": "x" * 101},
        {**GOOD, "feedback": [1]},
        {**GOOD, "assessment_name": {}},
        {**GOOD, "source": "me"},
        "good",
    ],
)
def test_an_assessment_that_cannot_be(yard: Yard, assessment: Any):
    yard.call("POST", "3.0", "traces", told(yard))
    path = f"traces/tr-{yard.trace}/assessments"
    refused = yard.call("POST", "3.0", path, {"assessment": assessment}, status=400)
    assert refused["error_code"] == "INVALID_PARAMETER_VALUE"
    assert "assessments" not in yard.get()["trace_info"]


def test_what_an_assessment_cannot_become(yard: Yard):
    yard.call("POST", "3.0", "traces", told(yard))
    given = {**GOOD, "feedback": {"value": {"a": [1, None]}}}
    path = f"traces/tr-{yard.trace}/assessments"
    yard.call("POST", "3.0", path, {"assessment": {**given, "overrides": "a-none"}}, status=404)
    made = yard.call("POST", "3.0", path, {"assessment": given})["assessment"]
    assert made["feedback"] == {"value": {"a": [1, None]}}
    one = f"{path}/{made['assessment_id']}"
    for mask in ("source", "expectation", "nonsense"):
        yard.call("PATCH", "3.0", one, {"assessment": given, "update_mask": mask}, status=400)
    nameless = {"assessment": {"rationale": "r"}, "update_mask": "rationale,assessmentName"}
    assert "assessment_name" in yard.call("PATCH", "3.0", one, nameless, status=400)["message"]
    assert yard.call("GET", "3.0", one)["assessment"] == made


def test_the_deletion_of_traces_is_on_record(yard: Yard):
    yard.call("POST", "3.0", "traces", told(yard))
    yard.call("POST", "2.0", "traces/delete-traces", {"experiment_id": yard.experiment, "max_timestamp_millis": 2**60})
    url, _, project = yard.root.partition("/projects/")
    record = httpx.get(f"{url}/api/v1/projects/{project}/activity").json()["items"]
    assert (record[0]["action"], record[0]["detail"]) == ("trace.deleted", {"count": 1})


@pytest.mark.parametrize(
    ("value", "filter_string"),
    [
        ({"stringValue": "plain"}, "= 'plain'"),
        ({"stringValue": '"as JSON: \\u00fc \\"quoted\\""'}, "= 'as JSON: ü \"quoted\"'"),
        ({"stringValue": '"not JSON'}, "RLIKE '^\"not'"),
        ({"stringValue": "a\0b"}, "RLIKE '^a'"),
        ({"stringValue": '"a\\u0000b"'}, "LIKE '%a%'"),
        ({"stringValue": '"half \\ud83d"'}, "LIKE '%half%'"),
        ({"stringValue": ""}, "= ''"),
        ({"intValue": "-7"}, "= '-7'"),
        ({"boolValue": False}, "= 'false'"),
        ({"doubleValue": 0.5}, "= '0.5'"),
        ({"doubleValue": "NaN"}, "= 'NaN'"),
        ({"arrayValue": {"values": [{"intValue": "1"}]}}, "LIKE '%int_value%'"),
        ({}, "IS NOT NULL"),
    ],
)
def test_an_attribute_of_any_kind_is_searched(yard: Yard, value: Json, filter_string: str):
    given = [{"key": "other \0", "value": {"stringValue": "plain \\u0000 \0"}}, {"key": "k", "value": value}]
    assert yard.export(yard.spans(root(attributes=given), child())).status_code == 200
    where = {"locations": [{"mlflow_experiment": {"experiment_id": yard.experiment}}]}

    def count(condition: str) -> int:
        return len(yard.call("POST", "3.0", "traces/search", {**where, "filter": condition}).get("traces", []))

    assert count(f"span.attributes.k {filter_string}") == 1
    assert count(f"span.attributes.k {filter_string} AND span.name = 'child'") == 0
    assert count("span.attributes.none IS NULL") == 1


def test_feedback_that_another_overrides_is_not_found(yard: Yard):
    yard.call("POST", "3.0", "traces", told(yard))
    path = f"traces/tr-{yard.trace}/assessments"
    first = yard.call("POST", "3.0", path, {"assessment": {**GOOD, "rationale": "a \0 b"}})["assessment"]
    later = {**GOOD, "feedback": {"value": 2}, "overrides": first["assessment_id"]}
    yard.call("POST", "3.0", path, {"assessment": later})
    where = {"locations": [{"mlflow_experiment": {"experiment_id": yard.experiment}}]}
    for condition, count in (("feedback.n = 1", 0), ("feedback.n = 2", 1), ("feedback.n > 1.5", 1)):
        found = yard.call("POST", "3.0", "traces/search", {**where, "filter": condition})
        assert len(found.get("traces", [])) == count


def test_a_regular_expression_that_a_database_is_slow_to_read_is_given_up(yard: Yard):
    """SQLite asks RE2, which is not slow; PostgreSQL has an engine of its own."""
    yard.call("POST", "3.0", "traces", told(yard))
    slow = "trace.name RLIKE 'ab(?:(?:(?:(?:(?:\\b){0,5}){90})+)+)*q$'"
    where = {"locations": [{"mlflow_experiment": {"experiment_id": yard.experiment}}], "filter": slow}
    answer = httpx.post(f"{yard.root}/api/3.0/mlflow/traces/search", json=where, timeout=100)
    if answer.status_code != 200:
        assert answer.status_code == 400
        assert re.search("stopped after 10 seconds|regular expression is too complex", answer.json()["message"])
    yard.call("POST", "3.0", "traces/search", {**where, "filter": "name RLIKE 'a'"})
    refused = httpx.post(
        f"{yard.root}/api/3.0/mlflow/traces/search", json={**where, "filter": "name RLIKE '(?P<n>a)'"}, timeout=60
    )
    assert refused.status_code == 200 or "PostgreSQL cannot use the invalid regular" in refused.json()["message"]
