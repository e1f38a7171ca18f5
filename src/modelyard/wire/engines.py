"""Engines: where work runs, and what waits for them."""

from datetime import datetime
from typing import Literal

from modelyard.wire.base import Name, Record
from modelyard.wire.models import Progress, VersionStatus


class Job(Record):
    """Work on an engine: queued, or running as a process."""

    id: str
    kind: Literal["train", "predict"]
    project: Name
    model: Name
    number: int
    status: Literal["queued", "starting", "running"]
    version_status: VersionStatus
    position: int | None
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
    slots: int
    memory_limit_bytes: int | None
    cpu_limit: int | None
    running: int
    queued: int
    jobs: list[Job]
