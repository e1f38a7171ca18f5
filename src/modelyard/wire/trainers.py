"""The description that a trainer publishes: the schema behind the form, the validation and the docs."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from modelyard.wire.base import Record

OptionType = Literal["integer", "number", "boolean", "string", "choice", "integer_list"]


class TrainerOption(Record):
    """One option under the config's `trainer` key."""

    name: str
    type: OptionType
    default: Any
    minimum: float | None = None
    maximum: float | None = None
    choices: list[str] | None = None
    nullable: bool = False
    help: str
    group: Literal["main", "regularization", "early stopping", "advanced"] = "main"


class TrainerInfo(Record):
    """A trainer, chosen by the config's `model_type`."""

    name: str
    title: str
    description: str
    output_types: list[Literal["binary", "category", "number"]]
    input_types: list[str]
    options: list[TrainerOption]
    iteration_name: str | None = Field(description="What one step of its learning curve is, e.g. `boosting round`.")
    feature_encoding: Literal["native", "dense"] = Field(
        default="dense",
        description="`native`: categories stay codes and numbers keep their scale, as trees want them. "
        "`dense`: categories are one-hot encoded and numbers normalized, unless the config says otherwise.",
    )
    takes_missing: bool = Field(
        default=False,
        description="Whether it learns from missing numbers, binary values and dates as they are, unfilled.",
    )


@dataclass(frozen=True)
class TrainerPlugin:
    """A trainer, as an entry point of the group `modelyard.trainers` names it.

    `implementation` is `module:class`, resolved only where a training runs: a spec must be cheap to import, because
    the server loads all of them to publish and check their options.
    """

    info: TrainerInfo
    implementation: str
