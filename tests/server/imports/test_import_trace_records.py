"""Bulk import of traces: whole, once, with their ids, times, spans and assessments."""

import json
import uuid
from typing import Any

import httpx
import pytest

from tests.server.imports.test_import_records import Importing, experiment, new_id, run

STARTED = 1_700_000_000_000


@pytest.fixture
def importing(http: httpx.Client, project: str) -> Importing:
    made = Importing(http, project)
    made.send(experiment())
    return made


def span(span_id: str = "00000000000000aa", **more: Any) -> dict[str, Any]:
    return {
        "traceId": "0" * 31 + "1",
        "spanId": span_id,
        "name": "ask",
        "startTimeUnixNano": STARTED * 1_000_000,
        "endTimeUnixNano": (STARTED + 250) * 1_000_000,
        "attributes": [{"key": "mlflow.spanInputs", "value": {"stringValue": '{"q": "why?"}'}}],
        "status": {"code": "STATUS_CODE_OK"},
        **more,
    }


def feedback(assessment_id: str, **more: Any) -> dict[str, Any]:
    given = {"assessment_id": assessment_id, "name": "good", "type": "feedback", "source_type": "HUMAN", "value": True}
    return {**given, "created_at": STARTED + 5, "updated_at": STARTED + 6, **more}


def trace(trace_id: str, **more: Any) -> dict[str, Any]:
    base = {"kind": "trace", "trace_id": trace_id, "experiment": "7", "started_at": STARTED, "duration_ms": 250}
    return {**base, "fingerprint": "f", **more}


def trace_id() -> str:
    return f"tr-{uuid.uuid4().hex}"


def shown(importing: Importing, which: str) -> dict[str, Any]:
    return dict(importing.http.get(f"projects/{importing.project}/traces/{which}").raise_for_status().json())


def of_traces(importing: Importing) -> dict[str, int]:
    kinds = ("traces", "trace_tags", "trace_metadata", "trace_runs", "spans", "assessments")
    return {kind: count for kind, count in importing.counts().items() if kind in kinds}


def test_a_trace_keeps_its_id_times_spans_and_assessments(importing: Importing):
    which = trace_id()
    result = importing.send(
        trace(
            which,
            state="ERROR",
            client_request_id="c-1",
            request_preview="why?",
            tags={"team": "a", "mlflow.traceName": "ask", "mlflow.artifactLocation": "/elsewhere"},
            metadata={"mlflow.trace.session": "s"},
            spans=[span(), span("00000000000000ab", parentSpanId="00000000000000aa", name="look up")],
            assessments=[
                feedback("a-1", valid=False),
                feedback("a-2", value=[0.5, {"x": 1}], overrides="a-1", rationale="better", metadata={"k": "v"}),
                feedback("a-3", type="expectation", name="facts", value={"deep": [1]}),
            ],
        )
    )
    assert (result["created"], result["failures"]) == ({"trace": 1}, [])
    found = shown(importing, which)
    assert (found["state"], found["duration_ms"], found["client_request_id"]) == ("Error", 250, "c-1")
    assert found["started_at"].startswith("2023-11-14T22:13:20")
    assert found["metadata"] == {"mlflow.trace.session": "s"}
    assert [(each["name"], each["parent_id"], each["duration_ns"]) for each in found["spans"]] == [
        ("ask", None, 250_000_000),
        ("look up", "00000000000000aa", 250_000_000),
    ]
    assert found["spans"][0]["inputs"] == {"q": "why?"}
    assert [(each["id"], each["value"], each["valid"]) for each in found["assessments"]] == [
        ("a-1", True, False),
        ("a-2", [0.5, {"x": 1}], True),
        ("a-3", {"deep": [1]}, True),
    ]
    assert found["assessments"][1]["created_at"] == "2023-11-14T22:13:20.005Z"
    assert of_traces(importing) == {
        "traces": 1,
        "trace_tags": 2,
        "trace_metadata": 1,
        "trace_runs": 0,
        "spans": 2,
        "assessments": 3,
    }


def test_sent_again_it_is_here_once(importing: Importing):
    which, run_id = trace_id(), new_id()
    lines = [
        run(run_id),
        trace(which, spans=[span()], assessments=[feedback("a-1")]),
        {"kind": "trace_run", "trace_id": which, "run_id": run_id},
    ]
    first, before = importing.send(*lines), of_traces(importing)
    again = importing.send(*lines)
    assert first["created"] == {"run": 1, "trace": 1, "trace_run": 1}
    assert (again["created"], again["merged"]["trace"], again["merged"]["trace_run"]) == ({}, 1, 1)
    assert of_traces(importing) == before
    assert before["trace_runs"] == 1
    assert importing.items("trace")[which]["fingerprint"] == "f"


def test_a_long_trace_comes_in_several_lines(importing: Importing):
    which = trace_id()
    importing.send(trace(which, spans=[span()], fingerprint=""))
    assert importing.items("trace")[which]["fingerprint"] == ""
    importing.send(trace(which, spans=[span("00000000000000ab")]))
    assert of_traces(importing)["spans"] == 2


def test_what_cannot_be_used_is_named_and_the_rest_kept(importing: Importing):
    good, bad = trace_id(), trace_id()
    result = importing.send(
        trace(bad, spans=[span("xyz")]),
        trace(bad, spans=[{"spanId": "00000000000000aa", "name": 3}]),
        trace(bad, experiment="absent"),
        trace(bad, started_at=2**62),
        {"kind": "trace_run", "trace_id": bad, "run_id": new_id()},
        trace(good, spans=[span()]),
    )
    assert sorted(failure["line"] for failure in result["failures"]) == [1, 2, 3, 4, 5]
    assert [failure["key"].partition("/")[0] for failure in result["failures"]] == [bad] * 5
    assert "'xyz'" in result["failures"][0]["message"]
    assert of_traces(importing)["traces"] == 1


def test_any_character_may_be_in_a_trace(importing: Importing):
    which, text = trace_id(), 'a\0b "\\u0000" \N{PILE OF POO}'
    inputs = {"key": "mlflow.spanInputs", "value": {"stringValue": json.dumps(text)}}
    given = trace(
        which,
        request_preview=text,
        tags={"k": text},
        spans=[span(attributes=[inputs])],
        assessments=[feedback("a-1", value=text)],
    )
    assert importing.send(given)["failures"] == []
    found = shown(importing, which)
    assert (found["spans"][0]["inputs"], found["assessments"][0]["value"]) == (text, text)
    assert found["tags"]["k"] == text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def test_a_trace_of_another_project_is_left_alone(importing: Importing):
    which = trace_id()
    importing.send(trace(which))
    importing.http.post("projects", json={"name": (other := f"p-{uuid.uuid4().hex[:8]}")}).raise_for_status()
    second = Importing(importing.http, other)
    result = second.send(experiment(), trace(which, state="ERROR"))
    assert "another project" in result["failures"][0]["message"]
    assert shown(importing, which)["state"] == "OK"
