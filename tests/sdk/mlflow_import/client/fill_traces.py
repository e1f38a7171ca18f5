"""Traces, spans and assessments in an MLflow store. Run by MLflow's own Python: `fill_traces.py URI TRACES`."""

import contextlib
import sys
from typing import Any

import mlflow
from mlflow.entities import AssessmentSource, SpanEvent, SpanType

uri, count = sys.argv[1], int(sys.argv[2])
mlflow.set_tracking_uri(uri)
client = mlflow.MlflowClient()
HUMAN = AssessmentSource("HUMAN", "ann@example.com")


def ask(question: str, **about: Any) -> str:
    with mlflow.start_span("ask", span_type=SpanType.CHAIN) as span:
        span.set_inputs({"question": question, "deep": {"numbers": [1, 2.5, None, True]}})
        with mlflow.start_span("look up", span_type=SpanType.RETRIEVER) as inner:
            inner.set_attributes({"k": 3, "näme": "Zürich", "text": "3"})
            inner.add_event(SpanEvent("found", attributes={"rows": 2, "where": "here"}))
            inner.set_outputs(["a", {"b": "c"}])
        if about:
            mlflow.update_current_trace(**about)
        if question == "why?":
            raise ValueError("nobody knows")
        span.set_outputs({"answer": question.upper()})
    return str(span.trace_id)


def judge(trace_id: str) -> None:
    first = mlflow.log_feedback(
        trace_id=trace_id, name="good", value=True, source=HUMAN, rationale="It is", metadata={"from": "page"}
    )
    mlflow.override_feedback(trace_id=trace_id, assessment_id=first.assessment_id, value=0.5, source=HUMAN)
    mlflow.log_feedback(trace_id=trace_id, name="list", value=["x", {"y": 1.5}])
    mlflow.log_feedback(trace_id=trace_id, name="failed", error=ValueError("no answer"))
    mlflow.log_expectation(trace_id=trace_id, name="facts", value={"deep": [1, "two"]}, source=HUMAN)
    mlflow.log_expectation(trace_id=trace_id, name="text", value="exactly this")


mlflow.set_experiment("traced")
rich = ask(
    "where?", tags={"team": "search"}, client_request_id="c-1", metadata={"mlflow.trace.session": "s-1", "own": "1"}
)
with contextlib.suppress(ValueError):
    ask("why?")
with mlflow.start_run(run_name="evaluated") as run:
    ask("inside")
for number in range(count):
    ask(f"question {number}")
mlflow.flush_trace_async_logging()
judge(rich)
client.set_trace_tag(rich, "later", "yes")
with contextlib.suppress(mlflow.MlflowException):
    # A store of files does not keep such links.
    client.link_traces_to_run([rich], run.info.run_id)
mlflow.set_experiment("traced and deleted")
ask("gone")
mlflow.flush_trace_async_logging()
client.delete_experiment(mlflow.get_experiment_by_name("traced and deleted").experiment_id)
