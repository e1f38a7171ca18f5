"""Requests about evaluation datasets. Tags and records are JSON in a text."""

from msgspec import field

from modelyard.server.protocols.mlflow.endpoints import Message


class CreateDataset(Message):
    name: str | None = None
    experiment_ids: list[str] = field(default_factory=list)
    tags: str | None = None


class SearchDatasets(Message):
    experiment_ids: list[str] = field(default_factory=list)
    filter_string: str | None = None
    max_results: int | None = None
    order_by: list[str] = field(default_factory=list)
    page_token: str | None = None


class DatasetRequest(Message):
    dataset_id: str | None = None


class SetTags(DatasetRequest):
    tags: str | None = None


class DeleteTag(DatasetRequest):
    key: str | None = None


class PutRecords(DatasetRequest):
    records: str | None = None


class ListRecords(DatasetRequest):
    max_results: int | None = None
    page_token: str | None = None


class DeleteRecords(DatasetRequest):
    dataset_record_ids: list[str] = field(default_factory=list)


class DatasetExperiments(DatasetRequest):
    experiment_ids: list[str] = field(default_factory=list)
