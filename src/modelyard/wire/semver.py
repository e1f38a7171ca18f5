"""Semantic versions: the smallest legal step, its reasons, and who would notice."""

from typing import Any, Literal

from pydantic import Field

from modelyard.wire.base import Name, Number, Record, Request, example
from modelyard.wire.pins import Pin

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


class SemverQuestion(Request):
    """A training that is about to start."""

    model_config = example(
        config={
            "input_features": [{"name": "petal_length", "type": "number"}],
            "output_features": [{"name": "species", "type": "category"}],
        },
        dataset="iris",
    )

    config: dict[str, Any]
    dataset: Name
    dataset_version: Number | None = Field(default=None, description="The latest, when absent.")
    semver: str | None = Field(default=None, description="A choice to check; refused as the training would be.")


class SemverProposal(Record):
    """The semantic version that a training would get, as far as it is known before it."""

    semver: str | None = Field(description="Absent when the model has semantic versions off.")
    step: SemverStep | None
    affected: list[Pin] = Field(
        default=[], description="Of a major step: who gets the version by a range, an alias or `latest`."
    )
