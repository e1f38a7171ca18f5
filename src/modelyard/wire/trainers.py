"""What a trainer publishes about itself: the schema that the form, the validation and the docs use."""

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
