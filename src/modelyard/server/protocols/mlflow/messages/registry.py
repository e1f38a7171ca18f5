"""Requests about registered models and their versions."""

from msgspec import field

from modelyard.server.protocols.mlflow.endpoints import Message
from modelyard.server.protocols.mlflow.messages.experiments import Tag


class CreateModel(Message):
    name: str | None = None
    tags: list[Tag] = field(default_factory=list)
    description: str | None = None


class ModelRequest(Message):
    name: str | None = None


class RenameModel(Message):
    name: str | None = None
    new_name: str | None = None


class UpdateModel(Message):
    name: str | None = None
    description: str | None = None


class SearchRegistry(Message):
    filter: str | None = None
    max_results: int | None = None
    order_by: list[str] = field(default_factory=list)
    page_token: str | None = None


class LatestVersions(Message):
    name: str | None = None
    stages: list[str] = field(default_factory=list)


class ModelTag(Message):
    name: str | None = None
    key: str | None = None
    value: str | None = None


class Alias(Message):
    name: str | None = None
    alias: str | None = None
    version: str | None = None


class CreateVersion(Message):
    name: str | None = None
    source: str | None = None
    run_id: str | None = None
    tags: list[Tag] = field(default_factory=list)
    run_link: str | None = None
    description: str | None = None
    model_id: str | None = None


class VersionRequest(Message):
    name: str | None = None
    version: str | None = None


class UpdateVersion(VersionRequest):
    description: str | None = None


class TransitionStage(VersionRequest):
    stage: str | None = None
    archive_existing_versions: bool | None = None


class VersionTag(VersionRequest):
    key: str | None = None
    value: str | None = None
