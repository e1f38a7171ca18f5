"""Finding traces as clients of the MLflow protocol do."""

import uuid
from typing import Any

import pytest

from tests.server.traces.traced import Step, Traced


def found(traced: Traced, *experiments: str, **search: Any) -> list[str]:
    """The ids of all pages, two traces a page."""
    ids: list[str] = []
    token = ""
    places = [{"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": item}} for item in experiments]
    while True:
        wanted = {"locations": places, "max_results": 2, "page_token": token, **search}
        page = traced.mlflow("POST", "/search", wanted)
        ids += [trace["trace_id"] for trace in page.get("traces", [])]
        token = page.get("next_page_token", "")
        if not token:
            return ids


def test_a_link_may_come_before_its_trace(traced: Traced):
    experiment, other = traced.logged.experiment("e"), traced.logged.experiment("f")
    run = traced.logged.run(experiment)
    coming, late = (f"tr-{uuid.uuid4().hex}" for _ in range(2))
    traced.link(run, coming, late)
    traced.link(run, coming)
    of_run = f"run_id = '{run}'"
    assert found(traced, experiment, filter=of_run) == []
    assert traced.trace(experiment, trace_id=coming) == coming
    assert found(traced, experiment, filter=of_run) == [coming]
    spans = [{"traceId": late[3:], "spanId": "0" * 15 + "1", "name": "a", "startTimeUnixNano": "1"}]
    traced.export(other, spans)
    assert found(traced, experiment, other, filter=of_run) == [coming, late]
    assert [item["id"] for item in traced.logged.read(f"runs/{run}/traces")["items"]] == [coming, late]
    assert traced.mlflow("POST", "/delete-traces", {"experiment_id": experiment, "request_ids": [coming]})
    traced.trace(experiment, trace_id=coming)
    assert found(traced, experiment, filter=of_run) == [], "a link goes with its trace"


def test_traces_are_sorted_by_what_they_have(traced: Traced):
    experiment, other = traced.logged.experiment("e"), traced.logged.experiment("f")
    made = {"mlflow.sourceRun": "1" * 32}
    apple = traced.trace(experiment, tags={"fruit": "apple"}, at_ms=3000, metadata={"mlflow.sourceRun": "2" * 32})
    pear = traced.trace(experiment, tags={"fruit": "pear"}, at_ms=2000, metadata=made)
    bare = traced.trace(other, at_ms=1000, name="zebra", duration="9s")
    everywhere = (experiment, other)
    for order, wanted in {
        "tag.fruit": [apple, pear, bare],
        "tags.fruit DESC": [pear, apple, bare],
        "run_id": [pear, apple, bare],
        "metadata.`mlflow.sourceRun` DESC": [apple, pear, bare],
        "experiment_id": [apple, pear, bare],
        "experiment_id DESC": [bare, apple, pear],
        "name DESC": [bare, apple, pear],
        "end_time_ms DESC": [bare, apple, pear],
        "timestamp": [bare, pear, apple],
    }.items():
        assert found(traced, *everywhere, order_by=[order]) == wanted, order


def test_equal_traces_are_sorted_by_their_ids(traced: Traced):
    experiment = traced.logged.experiment("e")
    ids = [f"tr-{digit * 32}" for digit in "a7c1"]
    unique = uuid.uuid4().hex[:8]
    same = [traced.trace(experiment, trace_id=item[:-8] + unique, at_ms=5000) for item in ids]
    newer = traced.trace(experiment, at_ms=6000)
    assert found(traced, experiment) == [newer, *sorted(same)]
    assert found(traced, experiment, order_by=["name"]) == [newer, *sorted(same)]


def test_traces_without_a_value_come_last(traced: Traced):
    experiment = traced.logged.experiment("e")
    lasting = traced.trace(experiment, duration="2s", at_ms=1000)
    running = traced.trace(experiment, at_ms=2000, execution_duration=None, state="IN_PROGRESS")
    for order in ("execution_time", "execution_time DESC"):
        assert found(traced, experiment, order_by=[order]) == [lasting, running]
    unnamed = traced.trace(experiment, name="", at_ms=3000)
    for order in ("name", "name DESC"):
        assert found(traced, experiment, order_by=[order]) == [running, lasting, unnamed]
    assert found(traced, experiment, filter="name != 'other'") == [running, lasting]
    assert found(traced, experiment, filter="name IS NULL") == [unnamed]
    traced.mlflow("POST", "/delete-traces", {"experiment_id": experiment, "request_ids": [unnamed]})
    assert found(traced, experiment, filter="end_time_ms = 2000") == [running], "until it ends, it ends as it begins"


@pytest.mark.parametrize("field", ["trace.text", "span.content"])
def test_text_is_what_spans_say_and_not_how_they_are_kept(traced: Traced, field: str):
    experiment = traced.logged.experiment("e")
    said = traced.trace(
        experiment,
        steps=(
            Step(
                "look up", 0, 9, inputs={"q": "where is it?"}, outputs='"a value"', attributes={"temperature": "wärm"}
            ),
            Step("speak", 0, 9, "look up", error="no voice"),
        ),
    )
    traced.trace(experiment, steps=(Step("other", 0, 9, inputs={"q": "nothing"}),))
    for words in ("where is it", "a value", "temperature", "wärm", "look up", "no voice", "ValueError", "look_up"):
        assert found(traced, experiment, filter=f"{field} LIKE '%{words}%'") == [said], words
    assert found(traced, experiment, filter=f"{field} ILIKE '%A VALUE%'") == [said]
    for kept in ("string_value", "attributes", "STATUS_CODE", "span_id", "key", "WÄRM", "1790000"):
        assert found(traced, experiment, filter=f"{field} LIKE '%{kept}%'") == [], kept
