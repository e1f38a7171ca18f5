"""Prompts: named texts with variables, in versions. Clients of the MLflow protocol write them."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from modelyard.wire.base import Record

PromptSort = Literal["name", "updated_at", "created_at", "versions"]


class PromptAlias(Record):
    """A name for a version of a prompt, such as `production`."""

    alias: str
    number: int


class Prompt(Record):
    """A prompt as one row of the table of prompts."""

    name: str
    description: str
    tags: dict[str, str] = Field(description="Those that people set.")
    aliases: list[PromptAlias] = Field(description="By name.")
    version_count: int
    latest_number: int | None = Field(description="Absent where it has no version.")
    created_at: datetime
    created_by: str
    updated_at: datetime


class PromptVersion(Record):
    """A version of a prompt; its text never changes."""

    prompt: str
    number: int
    template: str = Field(description="The text; of a chat its messages as JSON.")
    kind: Literal["text", "chat"]
    response_format: str | None = Field(description="JSON Schema of the answer, if there is one.")
    commit_message: str
    tags: dict[str, str] = Field(description="Those that people set.")
    aliases: list[str]
    created_at: datetime
    created_by: str
