"""Requests of clients before MLflow 3 about traces."""

from msgspec import field

from modelyard.server.protocols.mlflow.endpoints import Message
from modelyard.server.protocols.mlflow.messages.experiments import Tag


class OlderTrace(Message):
    request_id: str | None = None


class StartTrace(Message):
    experiment_id: str | None = None
    timestamp_ms: int | None = None
    request_metadata: list[Tag] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)


class EndTrace(OlderTrace):
    timestamp_ms: int | None = None
    status: str | None = None
    request_metadata: list[Tag] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)


class SearchTraces(Message):
    experiment_ids: list[str] = field(default_factory=list)
    filter: str | None = None
    max_results: int | None = None
    order_by: list[str] = field(default_factory=list)
    page_token: str | None = None
