"""Writing traces to an MLflow server, where they keep their ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import msgspec

from modelyard.sdk._errors import ModelyardError
from modelyard.sdk.mlflow_import.exporting.target import WHOLE_TAG, parts
from modelyard.sdk.mlflow_import.protocol import MlflowHttp
from modelyard.sdk.mlflow_import.report import TransferReport
from modelyard.sdk.mlflow_import.sources.records import SourceExperiment
from modelyard.sdk.mlflow_import.sources.traces.documents import assessment_document, trace_document
from modelyard.sdk.mlflow_import.sources.traces.rest import SOURCE_RUN, TRACES
from modelyard.sdk.mlflow_import.sources.traces.source import Span, TraceSource
from modelyard.wire.imports import AssessmentLine, TraceLine

OF_TRACES = ("traces", "trace_tags", "trace_metadata", "assessments", "spans", "trace_runs")
"""The kinds that are counted of traces."""
_MODEL = "mlflow.modelId"
_PREFIX = "tr-"
_SPANS_AT_ONCE = 500
_TRACES_A_LINK = 100


def find_traces(source: TraceSource, experiment: SourceExperiment, report: TransferReport) -> None:
    """Counts what would be written of an experiment, but spans, which would have to be read for that."""
    for page in source.pages(experiment):
        report.kinds["spans"].found = None
        for trace in page:
            _find(report, trace.line)


@dataclass(frozen=True, slots=True)
class TraceExport:
    """`written` reads what is at the server already. `runs` and `models` are ids there, by their ids at the source."""

    source: TraceSource
    http: MlflowHttp
    written: TraceSource
    report: TransferReport
    runs: Mapping[str, str]
    models: Mapping[str, str]

    def write(self, experiment: SourceExperiment, target: SourceExperiment, run_ids: Sequence[str]) -> dict[str, int]:
        """Writes what is new or has changed of an experiment, and the links to its runs.

        Answers how much of it is there now, by kind, read back from the server.
        """
        before = {trace.line.trace_id: trace.line for page in self.written.pages(target) for trace in page}
        if self.written.notes:  # it takes none
            find_traces(self.source, experiment, self.report)
            return {}
        lines: dict[str, TraceLine] = {}
        for page in self.source.pages(experiment):
            lines |= {trace.line.trace_id: trace.line for trace in page}
            waiting = [trace for trace in page if not self._is_whole(trace.line, before.get(trace.line.trace_id))]
            for trace, spans in zip(waiting, self.source.spans(waiting), strict=True):
                self._write_or_fail(target.line.key, trace.line, spans, before.get(trace.line.trace_id))
        if not lines:
            return {}
        self._write_links(experiment, run_ids)
        return self._count(lines, target, run_ids)

    def _count(
        self, lines: Mapping[str, TraceLine], target: SourceExperiment, run_ids: Sequence[str]
    ) -> dict[str, int]:
        counted = dict.fromkeys(OF_TRACES, 0)
        for page in self.written.pages(target):
            exported = [trace for trace in page if trace.line.trace_id in lines]
            for line in (trace.line for trace in exported):
                own = lines[line.trace_id]
                counted["traces"] += WHOLE_TAG in line.tags
                counted["trace_tags"] += len(line.tags.keys() & own.tags.keys())
                counted["trace_metadata"] += len(line.metadata.keys() & own.metadata.keys())
                counted["assessments"] += len(_ids(line.assessments) & _ids(own.assessments))
            counted["spans"] += sum(len(spans or ()) for spans in self.written.spans(exported))
        targets = [self.runs[run_id] for run_id in run_ids if run_id in self.runs]
        counted["trace_runs"] = sum(trace_id in lines for trace_id, _ in self.written.links(target, targets))
        return counted

    def _is_whole(self, line: TraceLine, present: TraceLine | None) -> bool:
        _find(self.report, line)
        digest, _, spans = (present.tags if present else {}).get(WHOLE_TAG, "").partition(".")
        # What goes on may have more spans than it had, which only they themselves tell.
        if line.state == "IN_PROGRESS" or digest != _digest(line):
            return False
        self.report.kinds["traces"].before += 1
        self.report.find({"spans": int(spans)})
        return True

    def _write_or_fail(
        self, experiment_id: str, line: TraceLine, spans: list[Span] | None, present: TraceLine | None
    ) -> None:
        self.report.find({"spans": len(spans or ())})
        try:
            self._write(experiment_id, line, spans or [], present)
            if spans is not None:
                value = f"{_digest(line)}.{len(spans)}"
                self.http.post(f"{TRACES}/{line.trace_id}/tags", method="PATCH", key=WHOLE_TAG, value=value)
                self.report.kinds["traces"].written += 1
        except (ModelyardError, ValueError) as error:
            self.report.fail("traces", line.trace_id, str(error))

    def _write(self, experiment_id: str, line: TraceLine, spans: Sequence[Span], present: TraceLine | None) -> None:
        digits = _digits(line.trace_id, spans)
        for part in parts(spans, _SPANS_AT_ONCE):
            self.http.log_spans(experiment_id, [{**span, "traceId": digits} for span in part])
        # After the spans, of which the server makes times of its own.
        at_once, overriding = _missing(line.assessments, present.assessments if present else [])
        described = trace_document(line, experiment_id, self._metadata(line.metadata), at_once)
        self.http.post(TRACES, trace={"trace_info": described})
        # The server tells by these which others are no longer valid, and takes nobody else's word for it.
        for assessment in overriding:
            self.http.post(
                f"{TRACES}/{line.trace_id}/assessments", assessment=assessment_document(assessment, line.trace_id)
            )

    def _metadata(self, metadata: Mapping[str, str]) -> dict[str, str]:
        """With the ids that runs and models have there."""
        target_ids = {SOURCE_RUN: self.runs, _MODEL: self.models}
        return {
            key: target_ids[key].get(value, value) if key in target_ids else value for key, value in metadata.items()
        }

    def _write_links(self, experiment: SourceExperiment, run_ids: Sequence[str]) -> None:
        linked: dict[str, list[str]] = {}
        for trace_id, run_id in self.source.links(experiment, run_ids):
            if run_id in self.runs:
                self.report.find({"trace_runs": 1})
                linked.setdefault(run_id, []).append(trace_id)
        for run_id, trace_ids in linked.items():
            try:
                for part in parts(trace_ids, _TRACES_A_LINK):
                    self.http.post("traces/link-to-run", run_id=self.runs[run_id], trace_ids=part)
            except ModelyardError as error:
                self.report.fail("trace_runs", run_id, str(error))
            else:
                self.report.kinds["trace_runs"].written += len(trace_ids)


def _find(report: TransferReport, line: TraceLine) -> None:
    report.find(
        {
            "traces": 1,
            "trace_tags": len(line.tags),
            "trace_metadata": len(line.metadata),
            "assessments": len(line.assessments),
        }
    )


def _missing(
    assessments: Sequence[AssessmentLine], present: Sequence[AssessmentLine]
) -> tuple[list[AssessmentLine], list[AssessmentLine]]:
    """Assessments to write: those that go with the trace, and those that override another, oldest first."""
    ids, present_ids = _ids(assessments), _ids(present)
    missing = sorted((each for each in assessments if each not in present), key=lambda each: each.created_at)
    overriding = [each for each in missing if each.overrides in ids and each.assessment_id not in present_ids]
    return [each for each in missing if each not in overriding], overriding


def _digits(trace_id: str, spans: Sequence[Span]) -> str:
    """The digits that spans have for the trace's id, which the server makes of them again. Raises ModelyardError."""
    digits = trace_id.removeprefix(_PREFIX)
    if spans and (not trace_id.startswith(_PREFIX) or len(digits) != 32 or set(digits) - set("0123456789abcdef")):
        raise ModelyardError("Its id is not of the form that the server gives to traces with spans: tr- and 32 digits.")
    return digits


def _ids(assessments: Sequence[AssessmentLine]) -> set[str]:
    return {each.assessment_id for each in assessments}


def _digest(line: TraceLine) -> str:
    return blake2b(msgspec.json.encode(line), digest_size=16).hexdigest()
