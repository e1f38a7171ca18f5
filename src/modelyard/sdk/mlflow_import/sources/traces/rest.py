"""Reading the traces of a running MLflow server of version 3 by its REST protocol."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from modelyard.sdk._errors import ModelyardError, NotFoundError
from modelyard.sdk.mlflow_import.protocol import MlflowHttp
from modelyard.sdk.mlflow_import.sources.records import SourceExperiment
from modelyard.sdk.mlflow_import.sources.traces.documents import trace_line
from modelyard.sdk.mlflow_import.sources.traces.source import SPANS_TAG, TRACES_A_PAGE, SourceTrace, Span, own_tags
from modelyard.sdk.mlflow_import.sources.traces.spans import otlp_span, spans_of_file

TRACES = "/api/3.0/mlflow/traces"
SOURCE_RUN = "mlflow.sourceRun"
_FILE = "/ajax-api/3.0/mlflow/get-trace-artifact"
_IN_FILES = "ARTIFACT_REPO"


class RestTraces:
    def __init__(self, http: MlflowHttp, pool: ThreadPoolExecutor, problems: list[tuple[str, str, str]]) -> None:
        self._http, self._pool, self._problems = http, pool, problems
        self.notes: list[str] = []

    def pages(self, experiment: SourceExperiment) -> Iterator[list[SourceTrace]]:
        # Oldest first: what is traced meanwhile comes last, and moves nothing to another page.
        traces = self._search(experiment, order_by=["timestamp_ms ASC"])
        try:
            while page := list(islice(traces, TRACES_A_PAGE)):
                yield [trace for item in page if (trace := self._trace(experiment, item)) is not None]
        except NotFoundError:
            note = f"{self._http.url} answers no search for traces, as servers before MLflow 3: none were brought."
            if note not in self.notes:
                self.notes.append(note)

    def _search(self, experiment: SourceExperiment, **fields: Any) -> Iterator[dict[str, Any]]:
        place = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment.line.key}}
        return self._http.pages(
            "traces", "POST", f"{TRACES}/search", locations=[place], max_results=TRACES_A_PAGE, **fields
        )

    def _trace(self, experiment: SourceExperiment, info: dict[str, Any]) -> SourceTrace | None:
        tags = dict(info.get("tags") or {})
        try:
            line = trace_line(experiment.line.key, info, own_tags(tags), dict(info.get("trace_metadata") or {}))
        except (ModelyardError, ValueError, OverflowError, KeyError, TypeError) as error:
            self._problems.append(("traces", str(info.get("trace_id")), f"The answer is not a trace: {error!r}"))
            return None
        return SourceTrace(line, None, None, tags.get(SPANS_TAG, ""))

    def spans(self, traces: Sequence[SourceTrace]) -> Iterator[list[Span] | None]:
        return self._pool.map(self._spans_or_problem, traces)

    def _spans_or_problem(self, trace: SourceTrace) -> list[Span] | None:
        try:
            return self._spans(trace)
        except (ModelyardError, ValueError, OverflowError, KeyError, TypeError, AttributeError) as error:
            self._problems.append(("spans", trace.line.trace_id, str(error)))
            return None

    def _spans(self, trace: SourceTrace) -> list[Span]:
        trace_id = trace.line.trace_id
        if trace.spans_at not in ("", _IN_FILES):
            return self._answered(trace_id)
        try:
            content = b"".join(self._http.download(_FILE, request_id=trace_id))
        except ModelyardError:
            if trace.line.state == "IN_PROGRESS":
                return []
            if trace.spans_at:
                raise
            return self._answered(trace_id)
        return spans_of_file(content, "Its file of spans")

    def _answered(self, trace_id: str) -> list[Span]:
        answer = self._http.get(f"{TRACES}/get", trace_id=trace_id, allow_partial="true")
        return [otlp_span(span) for span in answer["trace"].get("spans", [])]

    def links(self, experiment: SourceExperiment, run_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        waiting = iter(run_ids)
        while part := list(islice(waiting, TRACES_A_PAGE)):
            for links in self._pool.map(lambda run_id: self._linked(experiment, run_id), part):
                yield from links

    def _linked(self, experiment: SourceExperiment, run_id: str) -> list[tuple[str, str]]:
        """Without those that were made in the run, which say so themselves."""
        traces = self._search(experiment, filter=f"attributes.run_id = '{run_id}'")
        made_in = ((info["trace_id"], (info.get("trace_metadata") or {}).get(SOURCE_RUN)) for info in traces)
        return [(trace_id, run_id) for trace_id, origin in made_in if origin != run_id]
