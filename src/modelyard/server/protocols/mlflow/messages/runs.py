"""Requests about runs and their metrics."""

from msgspec import Struct, field

from modelyard.server.protocols.mlflow.endpoints import Message
from modelyard.server.protocols.mlflow.messages.experiments import Tag


class CreateRun(Message):
    experiment_id: str | None = None
    user_id: str | None = None
    start_time: int | None = None
    tags: list[Tag] = field(default_factory=list)
    run_name: str | None = None


class RunRequest(Message):
    """Old clients say `run_uuid`."""

    run_id: str | None = None
    run_uuid: str | None = None


class UpdateRun(RunRequest):
    status: str | int | None = None
    end_time: int | None = None
    run_name: str | None = None


class SearchRuns(Message):
    experiment_ids: list[str] = field(default_factory=list)
    filter: str | None = None
    run_view_type: str | int | None = None
    max_results: int | None = None
    order_by: list[str] = field(default_factory=list)
    page_token: str | None = None


class LogMetric(RunRequest):
    key: str | None = None
    value: float | None = None
    timestamp: int | None = None
    step: int | None = None
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class LogParam(RunRequest):
    key: str | None = None
    value: str | None = None


class Metric(Struct, gc=False):
    key: str | None = None
    value: float | None = None
    timestamp: int | None = None
    step: int | None = None
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class LogBatch(Message):
    run_id: str | None = None
    metrics: list[Metric] = field(default_factory=list)
    params: list[Tag] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)


class SetTag(RunRequest):
    key: str | None = None
    value: str | None = None


class DeleteTag(Message):
    run_id: str | None = None
    key: str | None = None


class Dataset(Struct):
    name: str | None = None
    digest: str | None = None
    source_type: str | None = None
    source: str | None = None
    schema: str | None = None
    profile: str | None = None


class DatasetInput(Struct):
    tags: list[Tag] = field(default_factory=list)
    dataset: Dataset | None = None


class ModelInput(Struct):
    model_id: str | None = None


class LogInputs(Message):
    run_id: str | None = None
    datasets: list[DatasetInput] = field(default_factory=list)
    models: list[ModelInput] = field(default_factory=list)


class ModelOutput(Struct):
    model_id: str | None = None
    step: int | None = None


class LogOutputs(Message):
    run_id: str | None = None
    models: list[ModelOutput] = field(default_factory=list)


class LogModel(Message):
    run_id: str | None = None
    model_json: str | None = None


class MetricHistory(RunRequest):
    metric_key: str | None = None
    max_results: int | None = None
    page_token: str | None = None


class BulkHistory(Message):
    run_id: list[str] = field(default_factory=list)
    metric_key: str | None = None
    max_results: int | None = None


class BulkInterval(Message):
    run_ids: list[str] = field(default_factory=list)
    metric_key: str | None = None
    start_step: int | None = None
    end_step: int | None = None
    max_results: int | None = None
