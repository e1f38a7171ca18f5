"""Engines: where work runs, and what waits for them."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from modelyard.wire.base import Name, Record
from modelyard.wire.models import Progress


class Job(Record):
    """Work on an engine: queued, or running as a process."""

    id: str
    kind: str = Field(description="`train`, `predict`, ...")
    project: Name
    subject: str = Field(description="What the job is about, e.g. `version:812`.")
    title: str = Field(description="The subject in words, e.g. `churn/3`.")
    status: Literal["queued", "starting", "running"]
    step: str = Field(description="How far it is, in the words of its kind, e.g. `Training`.")
    position: int | None = Field(description="1 for next in line; only of queued jobs that take a slot.")
    attempt: int
    progress: Progress | None
    created_at: datetime
    started_at: datetime | None
    created_by: str
    host: str | None
    process_id: int | None


class Engine(Record):
    name: str
    kind: Literal["local"]
    slots: int = Field(description="How many jobs run at once, beside those that answer people who wait.")
    memory_limit_bytes: int | None
    cpu_limit: int | None
    running: int
    queued: int
    jobs: list[Job]
