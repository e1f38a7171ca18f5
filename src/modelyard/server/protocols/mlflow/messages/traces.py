"""Requests about traces and assessments."""

from typing import Any

from msgspec import Struct, field

from modelyard.server.protocols.mlflow.endpoints import Message


class ExperimentLocation(Struct, kw_only=True):
    experiment_id: str | None = None


class TraceLocation(Struct, kw_only=True):
    mlflow_experiment: ExperimentLocation | None = None


class AssessmentSource(Struct, kw_only=True, omit_defaults=True):
    source_type: str | None = None
    source_id: str | None = None


class AssessmentError(Struct, kw_only=True, omit_defaults=True):
    error_code: str | None = None
    error_message: str | None = None
    stack_trace: str | None = None


class Feedback(Struct, kw_only=True, omit_defaults=True):
    value: Any = None
    error: AssessmentError | None = None


class SerializedValue(Struct, kw_only=True, omit_defaults=True):
    serialization_format: str | None = None
    value: str | None = None


class Expectation(Struct, kw_only=True, omit_defaults=True):
    value: Any = None
    serialized_value: SerializedValue | None = None


class IssueReference(Struct, kw_only=True, omit_defaults=True):
    issue_name: str | None = None


class Assessment(Struct, kw_only=True, omit_defaults=True):
    assessment_id: str | None = None
    assessment_name: str | None = None
    trace_id: str | None = None
    span_id: str | None = None
    source: AssessmentSource | None = None
    create_time: str | None = None
    last_update_time: str | None = None
    feedback: Feedback | None = None
    expectation: Expectation | None = None
    issue: IssueReference | None = None
    rationale: str | None = None
    metadata: dict[str, str] | None = None
    overrides: str | None = None
    valid: bool | None = None


class TraceInfo(Struct, kw_only=True):
    trace_id: str | None = None
    client_request_id: str | None = None
    trace_location: TraceLocation | None = None
    request_preview: str | None = None
    response_preview: str | None = None
    request_time: str | None = None
    execution_duration: str | None = None
    state: str | None = None
    trace_metadata: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    assessments: list[Assessment] = field(default_factory=list)


class Trace(Struct, kw_only=True):
    trace_info: TraceInfo | None = None


class StartTrace(Message):
    trace: Trace | None = None


class TraceRequest(Message):
    trace_id: str | None = None


class TraceIds(Message):
    trace_ids: list[str] = field(default_factory=list)
    experiment_ids: list[str] | None = None


class SearchTraces(Message):
    locations: list[TraceLocation] = field(default_factory=list)
    filter: str | None = None
    max_results: int | None = None
    order_by: list[str] = field(default_factory=list)
    page_token: str | None = None


class TraceTag(TraceRequest):
    key: str | None = None
    value: str | None = None


class DeleteTraces(Message):
    experiment_id: str | None = None
    max_timestamp_millis: int | None = None
    max_traces: int | None = None
    request_ids: list[str] = field(default_factory=list)


class LinkTraces(Message):
    trace_ids: list[str] = field(default_factory=list)
    run_id: str | None = None


class PromptVersion(Struct, kw_only=True):
    name: str | None = None
    version: str | None = None


class LinkPrompts(TraceRequest):
    prompt_versions: list[PromptVersion] = field(default_factory=list)


class AddAssessment(TraceRequest):
    assessment: Assessment | None = None


class AssessmentRequest(TraceRequest):
    assessment_id: str | None = None


class UpdateAssessment(AssessmentRequest):
    assessment: Assessment | None = None
    update_mask: str | None = None
