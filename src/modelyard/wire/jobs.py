"""The worker protocol: what a job says to the server over HTTP, with a token for that job alone."""

from typing import Annotated, Any, Literal

from pydantic import Field

from modelyard.wire.base import LAST_MOMENT, MAX_NUMBER, Record, Request, example
from modelyard.wire.data_warnings import DataWarning
from modelyard.wire.datasets import Column
from modelyard.wire.models import MetricSummary, OutputType, Signature

Moment = Annotated[int, Field(ge=0, le=LAST_MOMENT)]
"""Milliseconds since 1970."""
Whole = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
Count = Annotated[int, Field(ge=0, le=MAX_NUMBER)]


class JobStart(Request):
    """The worker claims its job. Answered by a JobSpec, or 409 `lease_lost` if another attempt has it."""

    model_config = example(host="worker-7", process_id=4711)

    host: str
    process_id: Whole


class TrainSpec(Record):
    """Everything a training needs; the data is fetched from `GET /api/v1/jobs/{id}/data`."""

    project: str
    model: str
    number: int
    run_id: str
    dataset: str
    dataset_version: int
    dataset_digest: str
    columns: list[Column]
    source_name: str = Field(default="", description="The file name the table was uploaded under.")
    rendered_config: dict[str, Any]
    seed: int
    threads: int
    created_by: str


class PredictSpec(Record):
    """A worker that loads one version and answers prediction tasks until it has been idle for `idle_seconds`."""

    project: str
    model: str
    number: int
    target: str | None = Field(description="Of a version that was trained here.")
    output_type: OutputType | None
    allow_pickled_models: bool = Field(default=False, description="The setting of this name.")
    files: list[str] = Field(description="Paths under `model/` to fetch from `GET /api/v1/jobs/{id}/files/{path}`.")
    idle_seconds: int
    threads: int


class JobSpec(Record):
    """The task of a worker. `kind` says the type of `spec`: a `TrainSpec`, a `PredictSpec`, ..."""

    kind: str
    spec: dict[str, Any]
    heartbeat_seconds: float = 2.0


class MetricPoint(Request):
    key: str = Field(description="`<split>_<metric>`, e.g. `validation_log_loss`.")
    value: float
    step: Whole
    timestamp_ms: Moment


class LogEntry(Request):
    timestamp_ms: Moment
    text: str


class JobReport(Request):
    """Sent at least every `heartbeat_seconds`; safe to repeat: `sequence` counts reports and a repeat is ignored."""

    model_config = example(
        sequence=12,
        status="Training",
        fraction=0.4,
        message="boosting round 40 of 100",
        remaining_ms=3500,
        metrics=[{"key": "validation_log_loss", "value": 0.31, "step": 40, "timestamp_ms": 1767225600000}],
        log=[{"timestamp_ms": 1767225600000, "text": "Training"}],
    )

    sequence: Count
    status: str | None = Field(
        default=None, max_length=40, description="The step the job has just entered, in the words of its kind."
    )
    fraction: float | None = None
    message: str | None = None
    remaining_ms: Whole | None = None
    metrics: list[MetricPoint] = []
    log: list[LogEntry] = []


class JobReportAnswer(Record):
    cancel: bool = Field(description="Stop: someone canceled the job.")


class JobFinish(Request):
    """The last word of a worker. Safe to repeat."""

    model_config = example(status="Failed", error_code="invalid_data", error_message="The target has only one class.")

    status: Literal["Ready", "Failed", "Canceled"]
    error_code: str | None = None
    error_message: str | None = None
    result: dict[str, Any] = Field(
        default={}, description="What a job that is Ready has found out: of a training, a `TrainResult`."
    )


class TrainResult(Request):
    """Results of a training, beside the files that it has uploaded."""

    metrics: list[MetricSummary] = []
    best_iteration: Count | None = None
    positive_class: str | None = None
    warnings: list[DataWarning] = []
    signature: Signature | None = None


class PredictTask(Record):
    """One table to predict: fetch `GET /jobs/{id}/tasks/{task}/input`, answer `PUT .../output` or `POST .../error`."""

    id: str
    input_format: str = Field(
        description="As a table's file name ends, without the point: `json`, `csv`, `csv.gz`, ..."
    )
    strict: bool = Field(default=False, description="Refuse a table that lacks an input of the model.")
    output_format: Literal["json", "csv", "parquet"]


class PredictTaskError(Request):
    model_config = example(message="Column 'petal_length', row 1: 'wide' is not a number.")

    message: str
    code: str | None = Field(default=None, description="Why, where it is not the table's fault.")
