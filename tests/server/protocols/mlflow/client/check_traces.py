"""Traces and assessments through the unmodified client."""

import os
import time
from collections.abc import Callable
from typing import Any

import mlflow
import pytest
import requests
from mlflow import MlflowClient
from mlflow.entities import AssessmentSource, SpanType, TraceData
from mlflow.entities.model_registry import PromptVersion
from mlflow.exceptions import MlflowException
from mlflow.tracing.client import TracingClient

# What is sent in the background, and flushed, other checks have. Each flush waits up to a second.
os.environ["MLFLOW_ENABLE_ASYNC_TRACE_LOGGING"] = "false"


@pytest.fixture
def traced(name: str) -> str:
    """An experiment that is the active one."""
    made: str = mlflow.set_experiment(name).experiment_id
    return made


@mlflow.trace(span_type=SpanType.CHAIN)  # type: ignore[untyped-decorator]
def answer(question: str) -> dict[str, Any]:
    with mlflow.start_span("look up", span_type=SpanType.RETRIEVER) as span:
        span.set_inputs({"question": question})
        span.set_attributes({"k": 3, "näme": "Zürich"})
        span.set_outputs(["a", "b"])
    if question == "why?":
        raise ValueError("nobody knows")
    return {"answer": question.upper()}


def ask(question: str, **tags: str) -> str:
    """The id of the trace of one question."""
    with mlflow.start_span("ask") as span:
        if tags:
            mlflow.update_current_trace(tags=tags)
        answer(question)
    mlflow.flush_trace_async_logging()
    trace_id: str = span.trace_id
    return trace_id


def eventually(found: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 30
    while not (value := found()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return value


def check_a_trace_comes_back_as_it_was(traced: str):
    trace_id = ask("where?", team="search")
    trace = eventually(lambda: (got := mlflow.get_trace(trace_id)) and len(got.data.spans) == 3 and got)
    assert (str(trace.info.state), trace.info.experiment_id) == ("OK", traced)
    assert trace.info.tags["team"] == "search"
    assert trace.info.tags["mlflow.traceName"] == "ask"
    assert trace.info.tags["mlflow.trace.spansLocation"] == "TRACKING_STORE"
    spans = {span.name: span for span in trace.data.spans}
    assert set(spans) == {"ask", "answer", "look up"}
    assert spans["look up"].parent_id == spans["answer"].span_id
    assert spans["look up"].attributes["k"] == 3
    assert spans["look up"].attributes["näme"] == "Zürich"
    assert spans["look up"].outputs == ["a", "b"]
    assert spans["answer"].outputs == {"answer": "WHERE?"}
    assert (spans["answer"].span_type, spans["look up"].span_type) == ("CHAIN", "RETRIEVER")
    assert trace.info.execution_duration is not None
    assert "where?" in spans["answer"].inputs["question"]


def check_an_error_is_told(traced: str):
    with pytest.raises(ValueError, match="nobody knows"):
        answer("why?")
    mlflow.flush_trace_async_logging()
    trace_id = mlflow.get_last_active_trace_id()
    trace = eventually(lambda: (got := mlflow.get_trace(trace_id)) and len(got.data.spans) == 2 and got)
    assert str(trace.info.state) == "ERROR"
    root = next(span for span in trace.data.spans if span.parent_id is None)
    assert root.status.status_code.value == "ERROR"
    assert root.events[0].name == "exception"


def check_traces_are_found(traced: str, client: MlflowClient):
    ids = [ask(f"question {index}", team="odd" if index % 2 else "even") for index in range(5)]

    def found(filter_string: str | None = None, **options: Any) -> list[str]:
        page = client.search_traces([traced], filter_string=filter_string, include_spans=False, **options)
        return [trace.info.trace_id for trace in page]

    eventually(lambda: len(found()) == 5)
    assert found() == ids[::-1]
    assert found(order_by=["timestamp_ms ASC"]) == ids
    assert found("tags.team = 'odd'", order_by=["timestamp_ms ASC"]) == [ids[1], ids[3]]
    assert found(f"request_id = '{ids[2]}'") == [ids[2]]
    assert found("status = 'OK' AND name = 'ask' AND execution_time_ms >= 0") == ids[::-1]
    assert found("status = 'ERROR'") == []
    assert found("span.type = 'RETRIEVER' AND span.name LIKE 'look%'") == ids[::-1]
    assert found("trace.text LIKE '%question 3%'") == [ids[3]]
    assert found("trace.text LIKE '%Zürich%'") == ids[::-1]
    first = client.search_traces([traced], max_results=2)
    assert [len(trace.data.spans) for trace in first] == [3, 3]
    rest = client.search_traces([traced], max_results=10, page_token=first.token, include_spans=False)
    assert [trace.info.trace_id for trace in [*first, *rest]] == ids[::-1]
    with pytest.raises(MlflowException) as caught:
        found("nonsense = 1")
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
    assert found(max_results=500) == ids[::-1]


def check_a_trace_of_an_older_client_is_read(traced: str, client: MlflowClient, tracking_uri: str):
    api, made = f"{tracking_uri}/api/2.0/mlflow", [{"key": "mlflow.traceName", "value": "old"}]
    body: Any = {"experiment_id": traced, "timestamp_ms": 1_700_000_000_000, "tags": made}
    trace_id = requests.post(f"{api}/traces", json=body, timeout=30).json()["trace_info"]["request_id"]
    assert str(client.search_traces([traced], include_spans=False)[0].info.state) == "IN_PROGRESS"
    said = [{"key": "mlflow.traceInputs", "value": "what it took"}]
    end: Any = {"timestamp_ms": 1_700_000_002_500, "status": "OK", "request_metadata": said}
    requests.patch(f"{api}/traces/{trace_id}", json=end, timeout=30).raise_for_status()
    (found,) = client.search_traces([traced], filter_string="name = 'old'", include_spans=False)
    assert (found.info.trace_id, str(found.info.state), found.info.execution_duration) == (trace_id, "OK", 2500)
    assert (found.info.request_time, found.info.request_preview) == (1_700_000_000_000, "what it took")
    assert found.info.tags["mlflow.artifactLocation"].endswith(f"/traces/{trace_id}/artifacts")


def check_tags_of_traces(traced: str, client: MlflowClient):
    trace_id = ask("tagged")
    eventually(lambda: mlflow.get_trace(trace_id))
    client.set_trace_tag(trace_id, "k", "v")
    assert mlflow.get_trace(trace_id).info.tags["k"] == "v"
    client.delete_trace_tag(trace_id, "k")
    assert "k" not in mlflow.get_trace(trace_id).info.tags
    for change in (
        lambda: client.delete_trace_tag(trace_id, "k"),
        lambda: client.set_trace_tag("tr-none", "k", "v"),
    ):
        with pytest.raises(MlflowException) as caught:
            change()
        assert caught.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def check_traces_of_a_run(traced: str, client: MlflowClient):
    with mlflow.start_run() as run:
        inside = ask("inside")
    outside = ask("outside")
    eventually(lambda: len(client.search_traces([traced], include_spans=False)) == 2)
    of_run = f"run_id = '{run.info.run_id}'"
    assert [t.info.trace_id for t in client.search_traces([traced], filter_string=of_run)] == [inside]
    client.link_traces_to_run([outside], run.info.run_id)
    linked = {t.info.trace_id for t in client.search_traces([traced], filter_string=of_run)}
    assert linked == {inside, outside}


def check_a_trace_is_read_as_a_file(traced: str, tracking_uri: str):
    with mlflow.start_span("kept") as span:
        answer("where?")
        span.set_attributes({"text": "a", "list": [1, "b"], "flag": True, "none": None})
        span.set_status("ERROR")
    mlflow.flush_trace_async_logging()
    for version in ("2.0", "3.0"):
        url = f"{tracking_uri}/ajax-api/{version}/mlflow/get-trace-artifact"
        got = eventually(lambda: (found := requests.get(url, {"request_id": span.trace_id})).ok and found)  # noqa: B023
        assert got.headers["Content-Disposition"] == "attachment; filename=traces.json"
        read = TraceData.from_dict(got.json())
        assert [one.name for one in read.spans] == ["kept", "answer", "look up"]
        assert read.spans[0].to_dict() == span.to_dict()
        assert read.spans[1].parent_id == span.span_id
        assert read.spans[2].attributes["näme"] == "Zürich"
    assert requests.get(url, {"request_id": "tr-nothing"}).status_code == 404
    assert requests.get(url).status_code == 400
    assert requests.get(url, {"request_id": span.trace_id, "path": "../x"}).status_code == 400
    assert requests.get(url, {"request_id": span.trace_id, "path": "x"}).status_code == 404


def check_prompts_are_linked_to_a_trace(traced: str, client: MlflowClient, name: str):
    trace_id = ask("which?")
    eventually(lambda: client.search_traces([traced], include_spans=False))
    store = client._tracking_client.store
    for versions in ((1,), (1, 2)):
        store.link_prompts_to_trace(trace_id, [PromptVersion(name, version, "") for version in versions])
    for version, found in ((1, [trace_id]), (2, [trace_id]), (3, [])):
        asked = client.search_traces([traced], filter_string=f"prompt = '{name}/{version}'", include_spans=False)
        assert [item.info.trace_id for item in asked] == found
    with pytest.raises(MlflowException) as raised:
        store.link_prompts_to_trace("tr-nothing", [PromptVersion(name, 1, "")])
    assert raised.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def check_what_the_client_told_of_is_marked(traced: str, client: MlflowClient):
    trace_id = ask("when?")
    (found,) = eventually(lambda: client.search_traces([traced], include_spans=False))
    assert (found.info.trace_id, found.info.trace_metadata["mlflow.trace.infoFinalized"]) == (trace_id, "true")


def check_traces_are_deleted(traced: str, client: MlflowClient):
    ids = [ask(f"q{index}") for index in range(3)]
    eventually(lambda: len(client.search_traces([traced], include_spans=False)) == 3)
    assert client.delete_traces(traced, trace_ids=[ids[0]]) == 1
    assert mlflow.get_trace(ids[0], silent=True) is None
    future = int(time.time() * 1000) + 60_000
    assert client.delete_traces(traced, max_timestamp_millis=future, max_traces=1) == 1
    assert client.delete_traces(traced, max_timestamp_millis=future) == 1
    assert list(client.search_traces([traced])) == []


def check_feedback_and_expectations(traced: str, client: MlflowClient):
    trace_id = ask("judged")
    eventually(lambda: mlflow.get_trace(trace_id))
    human = AssessmentSource(source_type="HUMAN", source_id="ada@example.com")
    given = mlflow.log_feedback(
        trace_id=trace_id, name="correct", value=True, source=human, rationale="It is.", metadata={"round": "1"}
    )
    mlflow.log_expectation(trace_id=trace_id, name="facts", value={"capital": ["Bern"]}, source=human)
    mlflow.log_feedback(trace_id=trace_id, name="score", value=0.5, source=human)
    judged = {each.name: each for each in mlflow.get_trace(trace_id).info.assessments}
    assert (judged["correct"].value, judged["correct"].rationale) == (True, "It is.")
    assert judged["correct"].source.source_id == "ada@example.com"
    assert judged["facts"].value == {"capital": ["Bern"]}
    assert judged["score"].value == 0.5
    assert mlflow.get_assessment(trace_id, given.assessment_id).metadata == {"round": "1"}

    overriding = mlflow.override_feedback(
        trace_id=trace_id, assessment_id=given.assessment_id, value=False, source=human, rationale="It is not."
    )
    assert overriding.overrides == given.assessment_id
    assert mlflow.get_assessment(trace_id, given.assessment_id).valid is False
    mlflow.delete_assessment(trace_id, overriding.assessment_id)
    assert mlflow.get_assessment(trace_id, given.assessment_id).valid is True
    found = client.search_traces([traced], filter_string="feedback.correct = 'true'", include_spans=False)
    assert [trace.info.trace_id for trace in found] == [trace_id]
    assert list(client.search_traces([traced], filter_string="feedback.correct = 'false'")) == []

    store = TracingClient().store
    changed = store.update_assessment(trace_id, given.assessment_id, rationale="Still.", metadata={"by": "me"})
    assert (changed.rationale, changed.metadata) == ("Still.", {"round": "1", "by": "me"})
    with pytest.raises(MlflowException) as caught:
        store.update_assessment(trace_id, given.assessment_id, expectation=judged["facts"].expectation)
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
    with pytest.raises(MlflowException) as caught:
        mlflow.get_assessment(trace_id, "a-none")
    assert caught.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def check_a_trace_that_is_not_there(client: MlflowClient):
    with pytest.raises(MlflowException) as caught:
        client.get_trace("tr-0123456789abcdef0123456789abcdef")
    assert caught.value.error_code in ("RESOURCE_DOES_NOT_EXIST", "NOT_FOUND")
    assert mlflow.get_trace("tr-none", silent=True) is None
