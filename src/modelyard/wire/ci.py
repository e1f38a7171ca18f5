"""The job of a continuous integration that made a version."""

from typing import Literal

from pydantic import Field

from modelyard.wire.base import Record

CiSystem = Literal["GitLab", "GitHub Actions", "Jenkins"]


class CiItem(Record):
    """A job, a commit, ...: what it is called, and its page."""

    name: str
    url: str | None = Field(description="Only an address of http or https.")


class CiLink(Record):
    """The origin of a version in a continuous integration, from the tags of the version."""

    system: CiSystem
    job: CiItem | None
    pipeline: CiItem | None
    commit: CiItem | None
    branch: CiItem | None
    merge_request: CiItem | None
