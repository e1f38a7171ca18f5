"""Projects, the server itself, search and the audit record."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from modelyard.wire.base import Name, Record, Request, example
from modelyard.wire.permissions import Permission


class ServerInfo(Record):
    version: str
    database: Literal["sqlite", "postgresql"]
    storage: Literal["local", "s3", "memory"]
    authentication: Literal["loopback", "open"] = Field(
        description="`loopback`: open to this machine only. `open`: to others too, without a login, by explicit choice."
    )


class Project(Record):
    name: Name
    description: str
    created_at: datetime
    updated_at: datetime


class ProjectDetail(Project):
    """A project, and what the caller may there, so that a page asks once and need not try."""

    permissions: list[Permission] = Field(
        description="The caller's permissions in the project and on the whole installation, in order."
    )


class ProjectCreate(Request):
    model_config = example(name="fraud", description="Models of the fraud team.")

    name: Name
    description: str = ""


class ProjectUpdate(Request):
    model_config = example(description="Models of the fraud team.")

    description: str


class SearchHit(Record):
    """One thing found by the search box."""

    kind: Literal["model", "version", "prompt", "dataset", "run"]
    name: str
    number: int | None = Field(default=None, description="The version number, for kind `version`.")
    id: str | None = Field(default=None, description="The run ID, for kind `run`.")
    description: str = Field(description="For kind `run`, the name of its experiment.")
    found_as: str | None = Field(
        default=None, description="What was found where it is not the name: an alias, `@champion`, or a parameter."
    )
    updated_at: datetime


class SearchResults(Record):
    hits: list[SearchHit]


ObjectKind = Literal[
    "project",
    "dataset",
    "experiment",
    "run",
    "logged_model",
    "trace",
    "evaluation_dataset",
    "model",
    "version",
    "webhook",
    "import",
]
"""What the audit record speaks of: the first word of an action."""


class ActivityRecord(Record):
    """One line of the audit record, written in the transaction that made the change."""

    id: int
    at: datetime
    actor: str = Field(description="The name of who did it, as it was then.")
    actor_id: int | None = Field(description="The user's id; null where the server itself acted.")
    action: str = Field(description="`<object>.<verb>`, e.g. `version.created`.")
    object_kind: str
    object_name: str
    detail: dict[str, Any]
