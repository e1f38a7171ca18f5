"""A source of traces to read from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from modelyard.sdk.mlflow_import.sources.records import SourceExperiment
from modelyard.wire.imports import TraceLine

ARTIFACT_TAG = "mlflow.artifactLocation"
SPANS_TAG = "mlflow.trace.spansLocation"
NAME_TAG = "mlflow.traceName"
SPANS_FILE = "traces.json"
TRACES_A_PAGE = 100

_KEPT_TAGS = frozenset({SPANS_TAG, ARTIFACT_TAG, "mlflow.trace.archiveLocation", "mlflow.trace.archivalFailure"})
"""Every server sets them by itself."""

Span = dict[str, Any]


@dataclass(slots=True)
class SourceTrace:
    """A trace without its spans.

    `state` is whatever changes when spans are added, `span_count` how many there are, where that is known without
    reading them. `spans_at` says where they are: in the store itself, or the location of a file.
    """

    line: TraceLine
    state: Any
    span_count: int | None
    spans_at: str


class TraceSource(Protocol):
    """Something with traces. Everything is read; nothing is written."""

    notes: list[str]
    """Things to know that are no failures."""

    def pages(self, experiment: SourceExperiment) -> Iterator[list[SourceTrace]]: ...

    def spans(self, traces: Sequence[SourceTrace]) -> Iterator[list[Span] | None]:
        """The spans of each trace as OpenTelemetry's JSON; None where they cannot be read, which is a problem."""

    def links(self, experiment: SourceExperiment, run_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Traces of the experiment, by id, with runs that they were linked to: at least those of the runs given."""


def own_tags(tags: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if key not in _KEPT_TAGS}
