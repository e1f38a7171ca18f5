"""Semantic versions: the smallest legal step, and its reasons."""

from typing import Literal

from pydantic import Field

from modelyard.wire.base import Record

LevelName = Literal["patch", "minor", "major"]


class SemverStep(Record):
    """Why a version has its semantic version: the smallest legal step from the version before."""

    level: LevelName | None = Field(description="Absent for the first semantic version of a model.")
    reasons: list[str] = Field(description="A sentence for each change that callers may notice.")
    base: str | None = Field(default=None, description="The semantic version that it was compared with.")
    smallest: str = Field(description="The smallest semantic version that the step allows.")
    chosen_by: str | None = Field(default=None, description="Who chose another than the smallest.")
    is_forced: bool = Field(default=False, description="Somebody forced one that is smaller than the step allows.")
    raised_from: str | None = Field(
        default=None, description="Chosen before the training, and too small for what the training made."
    )
