"""Digests of a version, and what reading all of it again has shown."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from modelyard.wire.base import Name, Record


class VersionDigest(Record):
    """The digests of a version: equal digests are equal files."""

    model: Name
    number: int
    files_digest: str | None = Field(
        description="SHA-256 over the lines `<digest>  <path>` of its files, sorted by path, as `sha256sum` writes "
        "them; absent when its files are elsewhere."
    )
    file_count: int
    size_bytes: int
    record_digest: str | None = Field(
        default=None, description="SHA-256 over config, data, seed, signature and metrics; of trained versions."
    )
    recorded_at: datetime | None = Field(
        default=None,
        description="When both were written down: the end of the training. Absent for registered versions.",
    )
    note: str | None = Field(default=None, description="Why something is absent.")


class IntegrityVerdict(StrEnum):
    INTACT = "intact"
    DAMAGED = "damaged"
    ELSEWHERE = "elsewhere"
    """Its files are where this server does not read."""


class FaultState(StrEnum):
    DAMAGED = "damaged"
    MISSING = "missing"
    CHANGED = "changed"
    """What is recorded is not what was written down when the version was finished."""


class IntegrityFault(Record):
    """One thing that is not as it was."""

    path: str = Field(description="The file, or `files` for their list, or `record` for config and metrics.")
    state: FaultState
    message: str


class VersionVerification(Record):
    """The proof that a version is as it was when it was finished, or what is not."""

    verdict: IntegrityVerdict
    digest: VersionDigest
    checked_files: int
    checked_bytes: int
    faults: list[IntegrityFault]
