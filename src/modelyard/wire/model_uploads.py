"""Models that come as files."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from modelyard.wire.base import Name, Record, Request, example
from modelyard.wire.models import VersionFile

ModelFormat = Literal["mlflow", "ludwig"]


class ModelUpload(Record):
    """An upload that is not finished: files can be added and deleted. Nobody sees it as a version."""

    id: str
    created_at: datetime
    created_by: str
    expires_at: datetime = Field(description="An upload that is not finished by then is deleted.")
    files: list[VersionFile]


class ModelUploadFinish(Request):
    """Make the files the next version of `model`, which is made when there is none."""

    model_config = example(model="iris", description="Trained on the cluster.", aliases=["challenger"])

    model: Name
    format: ModelFormat | None = Field(default=None, description="Told by the files, when absent.")
    description: str = ""
    semver: str | None = Field(
        default=None, description="The smallest that the signatures allow, when absent; 1.0.0 for the first."
    )
    aliases: list[str] = Field(default=[], max_length=20)
