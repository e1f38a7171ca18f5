"""Traces: what an application did to answer one request, step by step, and what is thought of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from modelyard.wire.base import Record, Request, example
from modelyard.wire.experiments import TAG_CHANGES

MAX_TRACE_TAG_LENGTH = 8000
MAX_TRACES_PER_REQUEST = 1000


class TraceState(StrEnum):
    """How a trace ended, if it did."""

    OK = "OK"
    ERROR = "Error"
    IN_PROGRESS = "In progress"
    UNSPECIFIED = "Unspecified"


class SpanStatus(StrEnum):
    """How a span ended; most exporters leave it unset where nothing went wrong."""

    OK = "OK"
    ERROR = "Error"
    UNSET = "Unset"


class TraceRun(Record):
    """A run that a trace was made in or linked to."""

    id: str
    name: str


class Assessment(Record):
    """Feedback of a person, a judge or code on a trace, or an expectation of it."""

    id: str
    name: str
    kind: Literal["feedback", "expectation", "issue"]
    value: Any = Field(description="Any JSON value.")
    error: str | None = Field(description="Why there is no value, where making it failed.")
    source_type: str | None = Field(description="`HUMAN`, `LLM_JUDGE` or `CODE`.")
    source_id: str | None
    rationale: str | None
    metadata: dict[str, str]
    span_id: str | None = Field(description="The span that it is about; absent when it is about the whole trace.")
    valid: bool = Field(description="False when a later one overrides it.")
    created_at: str | None = Field(description="As the client wrote it.")


class TraceSummary(Record):
    """A trace as one row of the table of traces."""

    id: str
    name: str
    experiment_id: str
    state: TraceState
    started_at: datetime
    duration_ms: int | None
    client_request_id: str | None
    request_preview: str | None
    response_preview: str | None
    tags: dict[str, str]
    metadata: dict[str, str]
    runs: list[TraceRun]
    assessments: list[Assessment] = Field(description="Oldest first.")


class SpanEvent(Record):
    """Something that happened while a span went on, such as an exception."""

    name: str
    offset_ns: int = Field(description="Since the trace's first span began.")
    attributes: dict[str, Any]


class Span(Record):
    """One step of a trace."""

    id: str
    parent_id: str | None
    name: str
    type: str = Field(description="e.g. `RETRIEVER` or `CHAT_MODEL`; `UNKNOWN` where nobody said.")
    status: SpanStatus
    status_message: str
    offset_ns: int = Field(description="Since the trace's first span began.")
    duration_ns: int | None = Field(description="Absent when its end is not known.")
    inputs: Any = Field(description="Any JSON value.")
    outputs: Any = Field(description="Any JSON value.")
    attributes: dict[str, Any] = Field(description="All but inputs, outputs and type.")
    events: list[SpanEvent]


class Trace(TraceSummary):
    """A trace with its spans, by the time they began."""

    experiment_name: str
    spans: list[Span]


class TraceUpdate(Request):
    model_config = example(tags={"reviewed": "yes"})

    tags: dict[str, str | None] | None = TAG_CHANGES


class TraceIds(Request):
    """Those of them that exist; they cannot be restored."""

    model_config = example(ids=["tr-6985432a0f9722c32177766536f97f52"])

    ids: list[str] = Field(min_length=1, max_length=MAX_TRACES_PER_REQUEST)
