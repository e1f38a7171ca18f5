"""Semantic versions of trainings that have not started."""

from typing import Any

from pydantic import Field

from modelyard.wire.base import Name, Number, Record, Request, example
from modelyard.wire.pins import Pin
from modelyard.wire.semver import SemverStep


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
