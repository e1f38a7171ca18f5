"""Requests about experiments."""

from msgspec import Struct, field

from modelyard.server.protocols.mlflow.endpoints import Message


class Tag(Struct):
    """A tag or param."""

    key: str | None = None
    value: str | None = None


class CreateExperiment(Message):
    name: str | None = None
    artifact_location: str | None = None
    tags: list[Tag] = field(default_factory=list)


class ExperimentById(Message):
    experiment_id: str | None = None


class ExperimentByName(Message):
    experiment_name: str | None = None


class SearchExperiments(Message):
    max_results: int | None = None
    page_token: str | None = None
    filter: str | None = None
    order_by: list[str] = field(default_factory=list)
    view_type: str | int | None = None


class UpdateExperiment(Message):
    experiment_id: str | None = None
    new_name: str | None = None


class ExperimentTag(Message):
    experiment_id: str | None = None
    key: str | None = None
    value: str | None = None


class SearchDatasets(Message):
    experiment_ids: list[str] = field(default_factory=list)
