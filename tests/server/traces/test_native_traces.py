"""Traces in the native API."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.server.traces.traced import Step, Traced
from tests.server.tracking.logged import error
from tests.server.tracking.test_live_events import listening

STEPS = (
    Step("answer", 0, 1500, inputs={"question": "Where?"}, outputs='"There."'),
    Step("look up", 100, 400, "answer", "RETRIEVER", attributes={"k": 3}),
    Step("speak", 400, 1400, "answer", "CHAT_MODEL", error="no voice"),
)


def ids(page: dict[str, list[dict[str, Any]]]) -> list[str]:
    return [item["id"] for item in page["items"]]


def test_a_trace_is_shown_with_its_steps(traced: Traced):
    experiment = traced.logged.experiment("e")
    trace = traced.trace(
        experiment,
        {"question": "Where?"},
        metadata={"mlflow.trace.user": "ada"},
        steps=STEPS,
        response_preview="There.",
    )
    shown = traced.logged.read(f"traces/{trace}")
    assert (shown["name"], shown["state"], shown["duration_ms"]) == ("answer", "OK", 1500)
    assert (shown["experiment_id"], shown["experiment_name"]) == (experiment, "e")
    assert (shown["request_preview"], shown["response_preview"]) == ('{"question": "Where?"}', "There.")
    assert shown["started_at"].startswith("2026-09-21T")
    assert shown["metadata"] == {"mlflow.trace.user": "ada"}
    top, looked, spoke = shown["spans"]
    assert (top["parent_id"], top["offset_ns"], top["duration_ns"]) == (None, 0, 1_500_000_000)
    assert (top["inputs"], top["outputs"], top["type"]) == ({"question": "Where?"}, "There.", "UNKNOWN")
    assert (looked["parent_id"], looked["offset_ns"], looked["type"]) == (top["id"], 100_000_000, "RETRIEVER")
    assert (looked["attributes"], looked["status"]) == ({"k": "3"}, "OK")
    assert (spoke["status"], spoke["status_message"]) == ("Error", "no voice")
    (happened,) = spoke["events"]
    assert (happened["name"], happened["offset_ns"]) == ("exception", 1_400_000_000)
    assert happened["attributes"] == {"exception.type": "ValueError", "exception.message": "no voice"}


def test_what_was_said_of_a_trace_is_shown_oldest_first(traced: Traced):
    trace = traced.trace(traced.logged.experiment("e"))
    first = traced.assess(trace, "correct", feedback={"value": False}, rationale="Off by one.")
    traced.assess(trace, "correct", feedback={"value": True}, overrides=first)
    packed = {"serialization_format": "JSON_FORMAT", "value": '["a", "b"]'}
    traced.assess(trace, "facts", expectation={"serialized_value": packed}, source="CODE", metadata={"by": "hand"})
    traced.assess(trace, "tone", feedback={"error": {"error_code": "E", "error_message": "no judge"}})
    overridden, correct, facts, tone = traced.logged.read("traces")["items"][0]["assessments"]
    assert (overridden["value"], overridden["valid"], overridden["rationale"]) == (False, False, "Off by one.")
    assert (correct["kind"], correct["value"], correct["valid"]) == ("feedback", True, True)
    assert (correct["source_type"], correct["source_id"]) == ("HUMAN", "ada")
    assert (facts["kind"], facts["value"], facts["metadata"]) == ("expectation", ["a", "b"], {"by": "hand"})
    assert (tone["value"], tone["error"]) == (None, "no judge")


def test_lists_are_filtered_sorted_and_paged(traced: Traced):
    experiment, other = traced.logged.experiment("e"), traced.logged.experiment("other")
    made = [
        traced.trace(experiment, name=f"n{index % 2}", at_ms=1000 + index, duration=f"0.{9 - index}s")
        for index in range(5)
    ]
    elsewhere = traced.trace(other, state="ERROR", at_ms=500)
    read = traced.logged.read
    assert ids(read("traces", experiment=experiment)) == made[::-1]
    assert ids(read("traces")) == [*made[::-1], elsewhere]
    assert ids(read("traces", filter="status = 'ERROR'")) == [elsewhere]
    assert ids(read("traces", experiment=experiment, filter="name = 'n1'", order_by="timestamp_ms ASC")) == made[1::2]
    for order in ("execution_time_ms DESC", "execution_time_ms ASC", "name ASC"):
        whole = ids(read("traces", order_by=order))
        paged: list[str] = []
        token: dict[str, str] = {}
        while True:
            page = read("traces", order_by=order, limit=2, **token)
            paged += ids(page)
            if page["next_page_token"] is None:
                break
            token = {"page_token": page["next_page_token"]}
        assert paged == whole
    assert read("experiments/" + other)["run_count"] == 0


def test_traces_are_counted(traced: Traced):
    experiment, other = traced.logged.experiment("e"), traced.logged.experiment("other")
    run = traced.logged.run(experiment)
    read = traced.logged.read
    assert read("traces/count") == {"count": 0, "exact": True}
    for index in range(3):
        traced.trace(experiment, name=f"n{index % 2}", metadata={"mlflow.sourceRun": run} if index else {})
    traced.link(run, traced.trace(other, name="n0"))
    traced.trace(other, name="n0")
    assert read("traces/count") == {"count": 5, "exact": True}
    assert read("traces/count", experiment=other) == {"count": 2, "exact": True}
    assert read("traces/count", experiment=experiment, filter="name = 'n0'") == {"count": 2, "exact": True}
    assert read("traces/count", filter="name RLIKE '^n[01]$'") == {"count": 5, "exact": True}
    assert read(f"runs/{run}/traces/count") == {"count": 3, "exact": True}
    assert read(f"runs/{run}/traces/count", filter="name = 'n0'") == {"count": 2, "exact": True}
    error(traced.logged.get("traces/count", filter="status >< 'OK'"), 400, "invalid_argument")
    error(traced.logged.get("traces/count", experiment="999999"), 404, "not_found")
    error(traced.logged.get(f"runs/{'0' * 32}/traces/count"), 404, "not_found")


def test_a_filter_that_cannot_be_read_is_pointed_at(traced: Traced):
    traced.trace(traced.logged.experiment("e"))
    told = error(traced.logged.get("traces", filter="status >< 'OK'"), 400, "invalid_argument")
    assert told["message"].endswith("status >< 'OK'\n        ^")
    error(traced.logged.get("traces", order_by="feedback.a ASC"), 400, "invalid_argument")
    error(traced.logged.get("traces", page_token="x"), 400, "invalid_page_token")
    assert traced.logged.get("traces", limit=501).status_code == 400
    error(traced.logged.get("traces", experiment="999999"), 404, "not_found")


def test_a_run_has_the_traces_made_in_it_and_linked_to_it(traced: Traced):
    experiment, other = traced.logged.experiment("e"), traced.logged.experiment("other")
    run = traced.logged.run(experiment, tags={"mlflow.runName": "eval"})
    made = traced.trace(experiment, metadata={"mlflow.sourceRun": run}, at_ms=3000)
    linked = traced.trace(other, at_ms=2000, state="ERROR")
    traced.trace(experiment, at_ms=1000)
    traced.link(run, linked)
    assert ids(traced.logged.read(f"runs/{run}/traces")) == [made, linked]
    assert ids(traced.logged.read(f"runs/{run}/traces", filter="status = 'OK'")) == [made]
    either = "status = 'ERROR' OR name = 'none'"
    assert ids(traced.logged.read(f"runs/{run}/traces", filter=either)) == [linked]
    assert traced.logged.read(f"traces/{linked}")["runs"] == [{"id": run, "name": "eval"}]
    error(traced.logged.get("runs/none/traces"), 404, "not_found")


def test_tags_are_set_and_deleted(traced: Traced):
    trace = traced.trace(traced.logged.experiment("e"), tags={"old": "1"})
    path = f"traces/{trace}"
    changed = traced.logged.change("PATCH", path, {"tags": {"team": "a", "old": None, "never": None}})
    assert {key: value for key, value in changed["tags"].items() if "." not in key} == {"team": "a"}
    renamed = traced.logged.change("PATCH", path, {"tags": {"mlflow.traceName": "better"}})
    assert renamed["name"] == "better"
    assert ids(traced.logged.read("traces", filter="name = 'better'")) == [trace]
    error(traced.logged.send("PATCH", path, {"tags": {"mlflow.artifactLocation": "x"}}), 400, "invalid_argument")
    error(traced.logged.send("PATCH", path, {"tags": {"a": "x" * 8001}}), 400, "invalid_argument")
    error(traced.logged.send("PATCH", "traces/tr-none", {"tags": {"a": "b"}}), 404, "not_found")
    assert traced.logged.actions("trace") == ["trace.updated", "trace.updated"]


def test_traces_are_deleted_for_good_wherever_they_are(traced: Traced):
    one, two = traced.logged.experiment("one"), traced.logged.experiment("two")
    gone = [traced.trace(one, steps=STEPS), traced.trace(two), traced.trace(two)]
    kept = traced.trace(two)
    traced.logged.change("POST", "traces/delete", {"ids": [*gone, "tr-none"]})
    assert ids(traced.logged.read("traces")) == [kept]
    error(traced.logged.get(f"traces/{gone[0]}"), 404, "not_found")
    record = traced.logged.read("activity", object_kind="trace")["items"]
    assert [(line["object_name"], line["detail"]) for line in record] == [("two", {"count": 2}), ("one", {"count": 1})]


def test_another_project_neither_sees_nor_deletes_them(traced: Traced):
    trace = traced.trace(traced.logged.experiment("e"))
    http = traced.logged.http
    other = f"{traced.logged.project}-b"
    http.post("projects", json={"name": other}).raise_for_status()
    error(http.get(f"projects/{other}/traces/{trace}"), 404, "not_found")
    http.post(f"projects/{other}/traces/delete", json={"ids": [trace]}).raise_for_status()
    assert ids(traced.logged.read("traces")) == [trace]


def changes(traced: Traced, trace: str, run: str) -> list[Callable[[], object]]:
    return [
        lambda: traced.logged.change("PATCH", f"traces/{trace}", {"tags": {"a": "b"}}),
        lambda: traced.mlflow("PATCH", f"/{trace}/tags", {"key": "c", "value": "d"}),
        lambda: traced.mlflow("DELETE", f"/{trace}/tags", {"key": "c"}),
        lambda: traced.assess(trace, "correct", feedback={"value": True}, assessment_id="a-1"),
        lambda: traced.mlflow(
            "PATCH",
            f"/{trace}/assessments/a-1",
            {"assessment": {"rationale": "r"}, "update_mask": "rationale"},
        ),
        lambda: traced.mlflow("DELETE", f"/{trace}/assessments/a-1", {}),
        lambda: traced.link(run, trace),
        lambda: traced.logged.change("POST", "traces/delete", {"ids": [trace]}),
    ]


def test_every_change_is_told_to_views_of_the_trace_its_experiment_and_its_run(traced: Traced):
    experiment = traced.logged.experiment("e")
    run = traced.logged.run(experiment)
    trace = traced.trace(experiment, metadata={"mlflow.sourceRun": run})
    for change in changes(traced, trace, run):
        with listening(traced.logged, f"trace:{trace}") as stream:
            change()
            assert stream.until("traces.changed", "trace_ids", {trace})[0]["truncated"] is False
    for topic in (f"experiment:{experiment}", f"run:{run}"):
        with listening(traced.logged, topic) as stream:
            made = traced.trace(experiment, metadata={"mlflow.sourceRun": run})
            stream.until("traces.changed", "trace_ids", {made})


DEEP = "[" * 900 + "]" * 900


@pytest.mark.parametrize("odd", [DEEP, '{"a": "\\ud800"}', '{"a": NaN}', "{", "[1,", '{"a":' + "9" * 400 + "}"])
def test_whatever_clients_wrote_is_shown(traced: Traced, odd: str):
    trace = traced.trace(traced.logged.experiment("e"), steps=(Step("s", 0, 1, inputs=odd, outputs=odd),))
    traced.assess(trace, "x", expectation={"serialized_value": {"value": odd}})
    shown = traced.logged.read(f"traces/{trace}")
    assert shown["spans"][0]["inputs"] is not None
    assert shown["assessments"][0]["value"] is not None


def test_feedback_may_be_nested_as_deep_as_clients_like(traced: Traced):
    trace = traced.trace(traced.logged.experiment("e"))
    body = '{"assessment":{"assessment_name":"n","source":{"source_type":"CODE"},"feedback":{"value":' + DEEP + "}}}"
    url = f"{traced.logged.url}/projects/{traced.logged.project}/api/3.0/mlflow/traces/{trace}/assessments"
    httpx.post(url, content=body, headers={"content-type": "application/json"}, timeout=30)
    assert traced.logged.get(f"traces/{trace}").status_code == 200


def test_spans_without_times_or_an_end_have_a_place(traced: Traced):
    experiment = traced.logged.experiment("e")
    trace = traced.trace(experiment)
    of = trace.removeprefix("tr-")
    traced.export(
        experiment,
        [
            {"traceId": of, "spanId": "a" * 16, "name": "no times"},
            {"traceId": of, "spanId": "b" * 16, "name": "going on", "startTimeUnixNano": "1700000000000000000"},
        ],
    )
    spans = traced.logged.read(f"traces/{trace}")["spans"]
    assert [(span["name"], span["offset_ns"], span["duration_ns"]) for span in spans] == [
        ("no times", 0, 0),
        ("going on", 0, None),
    ]
