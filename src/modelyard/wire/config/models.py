"""The whole config: a declarative description of a training, in Ludwig's format."""

import math
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from modelyard.wire.config.features import (
    BinaryPreprocessing,
    CategoryPreprocessing,
    DatePreprocessing,
    InputFeature,
    NumberPreprocessing,
    OutputFeature,
    Section,
    TextPreprocessing,
)
from modelyard.wire.reports import SplitName

SPLIT_NAMES: tuple[SplitName, ...] = ("train", "validation", "test")
DEFAULT_TRAINER = "gbm"
DEFAULT_SEED = 42
MINIMUM_ROWS = 10
"""Fewer rows cannot be divided into three parts that say anything."""


class ProportionalSplit(Section):
    probabilities: list[Annotated[float, Field(ge=0, le=1)]] = Field(
        default=[0.7, 0.1, 0.2], min_length=3, max_length=3, description="Shares of train, validation and test."
    )

    @field_validator("probabilities")
    @classmethod
    def _sum_to_one(cls, value: list[float]) -> list[float]:
        if not math.isclose(sum(value), 1.0, abs_tol=1e-6):
            raise ValueError(f"must add up to 1, but add up to {sum(value):g}")
        return value


class RandomSplit(ProportionalSplit):
    type: Literal["random"] = "random"


class StratifySplit(ProportionalSplit):
    type: Literal["stratify"]
    column: str | None = Field(
        default=None, description="Whose values keep their shares in each part; the target, when absent."
    )


class DatetimeSplit(ProportionalSplit):
    type: Literal["datetime"]
    column: str = Field(description="The date by which rows are ordered: the oldest train, the newest test.")
    datetime_format: str | None = Field(default=None, description="In `strptime` codes; ISO 8601 when absent.")


class FixedSplit(Section):
    type: Literal["fixed"]
    column: str = Field(
        default="split", description="Says the part of each row: 0 or train, 1 or validation, 2 or test."
    )


def _split_type(value: Any) -> Any:
    return value.get("type", "random") if isinstance(value, dict) else getattr(value, "type", "random")


Split = Annotated[
    Annotated[RandomSplit, Tag("random")]
    | Annotated[StratifySplit, Tag("stratify")]
    | Annotated[FixedSplit, Tag("fixed")]
    | Annotated[DatetimeSplit, Tag("datetime")],
    Discriminator(_split_type),
]


class DataPreparation(Section):
    """The config's `preprocessing`: what happens to rows, before what happens to columns."""

    split: Split = RandomSplit()
    sample_ratio: float = Field(default=1.0, gt=0, le=1, description="The share of the rows to use.")
    drop_duplicates: bool = Field(
        default=False, description="Whether rows that repeat another in every input and the target are left out."
    )
    oversample_minority: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Repeat training rows of the rarer class until it has this share of the other; binary only.",
    )
    undersample_majority: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Drop training rows of the commoner class until the rarer has this share of it; binary only.",
    )

    @model_validator(mode="after")
    def _one_resampling(self) -> "DataPreparation":
        if self.oversample_minority is not None and self.undersample_majority is not None:
            raise ValueError("oversample_minority and undersample_majority cannot be combined: remove one")
        return self


class NumberDefaults(Section):
    preprocessing: NumberPreprocessing = NumberPreprocessing()


class CategoryDefaults(Section):
    preprocessing: CategoryPreprocessing = CategoryPreprocessing()


class BinaryDefaults(Section):
    preprocessing: BinaryPreprocessing = BinaryPreprocessing()


class TextDefaults(Section):
    preprocessing: TextPreprocessing = TextPreprocessing()


class DateDefaults(Section):
    preprocessing: DatePreprocessing = DatePreprocessing()


class Defaults(Section):
    """Defaults of every input feature of a type."""

    number: NumberDefaults = NumberDefaults()
    category: CategoryDefaults = CategoryDefaults()
    binary: BinaryDefaults = BinaryDefaults()
    text: TextDefaults = TextDefaults()
    date: DateDefaults = DateDefaults()


class Backend(Section):
    """How the job is run, whatever it trains."""

    max_retries: int = Field(
        default=0, ge=0, le=10, description="How often the training starts again when its worker is lost."
    )
    memory_limit_bytes: int | None = Field(
        default=None,
        ge=64 * 1024 * 1024,
        le=2**63 - 1,
        description="The memory limit of the worker, in bytes; the engine's limit, when absent.",
    )
    cpu_limit: int | None = Field(
        default=None, ge=1, le=1024, description="The maximum number of threads; the engine's limit, when absent."
    )


class Config(Section):
    """A training, declared. `trainer` holds options whose names and ranges the chosen trainer publishes."""

    model_type: str = Field(default=DEFAULT_TRAINER, description="Which trainer makes the model.")
    input_features: list[InputFeature] = Field(min_length=1, max_length=10_000)
    output_features: list[OutputFeature] = Field(min_length=1, max_length=1, description="Exactly one: the target.")
    preprocessing: DataPreparation = DataPreparation()
    defaults: Defaults = Defaults()
    trainer: dict[str, Any] = Field(default={}, description="Options of the trainer.")
    backend: Backend = Backend()
    random_seed: int = Field(default=DEFAULT_SEED, ge=0, le=2**31 - 1, description="Seed of every random choice.")

    @property
    def target(self) -> str:
        """The name of the output feature."""
        return self.output_features[0].name


def split_sizes(row_count: int, probabilities: list[float]) -> tuple[int, int, int]:
    """How many of `row_count` rows train, validation and test get: exact shares, rounded, always adding up."""
    train_end = round(row_count * probabilities[0])
    validation_end = round(row_count * (probabilities[0] + probabilities[1]))
    return train_end, validation_end - train_end, row_count - validation_end
