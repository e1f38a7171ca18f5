"""Sending traces: what is new or has changed, each whole, and then their links to runs."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import msgspec

from modelyard.sdk.mlflow_import.importing.sending import Receiver
from modelyard.sdk.mlflow_import.report import TransferReport
from modelyard.sdk.mlflow_import.sources.records import SourceExperiment
from modelyard.sdk.mlflow_import.sources.traces.source import SourceTrace, Span, TraceSource
from modelyard.wire.imports import MAX_LINE_BYTES, ImportedItem, TraceRunLine

_PART_BYTES = MAX_LINE_BYTES // 2
_UNSENDABLE = (ValueError, OverflowError, TypeError, RecursionError)


class TraceTransfer:
    """`earlier` are the traces that an earlier import has brought; the others are sent."""

    def __init__(
        self, source: TraceSource, receiver: Receiver, report: TransferReport, earlier: Mapping[str, ImportedItem]
    ) -> None:
        self._source, self._receiver, self._report, self._known = source, receiver, report, earlier

    def send(self, experiment: SourceExperiment, progress: Callable[[int], None]) -> int:
        """Sends the traces of an experiment, whose runs may still be missing. Answers how many there are."""
        count = 0
        for page in self._source.pages(experiment):
            changed = [trace for trace in page if self._is_changed(trace)]
            if self._receiver.dry_run:
                self._find_spans(changed)
            else:
                for trace, spans in zip(changed, self._source.spans(changed), strict=True):
                    self._send_trace(trace, spans)
            count += len(page)
            progress(count)
        return count

    def send_links(self, experiment: SourceExperiment, run_ids: Sequence[str], brought: Collection[str]) -> None:
        """Links to runs that are brought. All are sent every time."""
        for trace_id, run_id in self._source.links(experiment, run_ids):
            if run_id in brought:
                self._report.find({"trace_runs": 1})
                self._receiver.add(TraceRunLine(trace_id=trace_id, run_id=run_id))

    def _is_changed(self, trace: SourceTrace) -> bool:
        line = trace.line
        self._report.find(
            {
                "traces": 1,
                "trace_tags": len(line.tags),
                "trace_metadata": len(line.metadata),
                "assessments": len(line.assessments),
            }
        )
        try:
            line.fingerprint = _digest(line, trace.state)
        except _UNSENDABLE as error:
            self._fail(trace, error)
            return False
        # What goes on may have more spans than it had, which only they themselves tell.
        return line.state == "IN_PROGRESS" or not self._is_known(trace, line.fingerprint)

    def _is_known(self, trace: SourceTrace, fingerprint: str) -> bool:
        item = self._known.get(trace.line.trace_id)
        if item is None or item.fingerprint.partition(".")[0] != fingerprint:
            return False
        self._report.kinds["traces"].before += 1
        self._report.find({"spans": int(item.fingerprint.partition(".")[2])})
        return True

    def _find_spans(self, traces: Sequence[SourceTrace]) -> None:
        """Without reading them; None where nobody knows how many there are."""
        counted = self._report.kinds["spans"]
        for trace in traces:
            unknown = trace.span_count is None or counted.found is None
            counted.found = None if unknown else (counted.found or 0) + (trace.span_count or 0)

    def _send_trace(self, trace: SourceTrace, spans: list[Span] | None) -> None:
        """A long trace goes in several lines; only the last one says that it is whole."""
        line = trace.line
        try:
            if line.state == "IN_PROGRESS":
                line.fingerprint = _digest(line.fingerprint, spans)
                if self._is_known(trace, line.fingerprint):
                    return
            self._report.find({"spans": len(spans or ())})
            whole = spans is not None
            parts, too_long = _parts(spans or ())
        except _UNSENDABLE as error:
            self._fail(trace, error)
            return
        if too_long:
            whole = False
            self._report.fail("spans", line.trace_id, f"{too_long} of its spans are too long to be sent.")
        *before, last = parts
        for part in before:
            self._receiver.add(msgspec.structs.replace(line, spans=part, fingerprint=""))
        fingerprint = f"{line.fingerprint}.{len(spans or ())}" if whole else ""
        self._receiver.add(msgspec.structs.replace(line, spans=last, fingerprint=fingerprint))

    def _fail(self, trace: SourceTrace, error: BaseException) -> None:
        self._report.fail("traces", trace.line.trace_id, f"It cannot be written as JSON: {error}")


def _parts(spans: Sequence[Span]) -> tuple[list[list[Any]], int]:
    """Spans as JSON in at least one part, and how many were too long for any."""
    parts: list[list[Any]] = [[]]
    size = too_long = 0
    for encoded in _encoded(spans):
        if len(encoded) > _PART_BYTES:
            too_long += 1
            continue
        if size + len(encoded) > _PART_BYTES and parts[-1]:
            parts.append([])
            size = 0
        parts[-1].append(msgspec.Raw(encoded))
        size += len(encoded)
    return parts, too_long


def _encoded(spans: Sequence[Span]) -> Iterator[bytes]:
    return (msgspec.json.encode(span) for span in spans)


def _digest(*parts: Any) -> str:
    return blake2b(msgspec.json.encode(parts), digest_size=16).hexdigest()
