"""Features of a config, and how each type of column is preprocessed. Keys and names are Ludwig's."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from modelyard.wire.config.classes import Label

InputType = Literal["number", "category", "binary", "text", "date"]
FillValue = str | float | bool


class Section(BaseModel):
    """A part of a config: unknown keys and values of a wrong type are errors, never converted or ignored."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)


class NumberPreprocessing(Section):
    missing_value_strategy: Literal[
        "keep", "fill_with_mean", "fill_with_mode", "fill_with_const", "bfill", "ffill", "drop_row"
    ] = Field(
        default="fill_with_mean",
        description="What stands in for a missing, NaN or infinite value; `keep` when absent for trees.",
    )
    fill_value: float | None = Field(default=None, description="The constant of `fill_with_const`; 0 when absent.")
    normalization: Literal["zscore", "minmax", "log1p", "iq"] | None = Field(
        default="zscore", description="`zscore` for trainers that need scaled inputs, none for trees, when absent."
    )


class CategoryPreprocessing(Section):
    missing_value_strategy: Literal["fill_with_const", "fill_with_mode", "bfill", "ffill", "drop_row"] = Field(
        default="fill_with_const", description="What stands in for a missing value."
    )
    fill_value: str = Field(default="<UNK>", description="The constant of `fill_with_const`.")
    lowercase: bool = Field(default=False, description="Whether values that differ only in case are one category.")
    most_common: int = Field(
        default=10_000,
        ge=1,
        le=1_000_000,
        description="How many categories are told apart; rarer ones share one with values unseen in training. "
        "100 when absent for trainers that one-hot encode.",
    )


class BinaryPreprocessing(Section):
    missing_value_strategy: Literal[
        "keep", "fill_with_false", "fill_with_true", "fill_with_mode", "fill_with_const", "bfill", "ffill", "drop_row"
    ] = Field(
        default="fill_with_false", description="What stands in for a missing value; `keep` when absent for trees."
    )
    fill_value: bool | None = Field(default=None, description="The constant of `fill_with_const`; false when absent.")
    fallback_true_label: Label | None = Field(
        default=None, description="Which of two labels means true; needed if they are not a kind of true and false."
    )


class TextPreprocessing(Section):
    missing_value_strategy: Literal["fill_with_const", "fill_with_mode", "bfill", "ffill", "drop_row"] = Field(
        default="fill_with_const", description="What stands in for a missing value."
    )
    fill_value: str = Field(default="", description="The constant of `fill_with_const`.")
    lowercase: bool = Field(default=True, description="Whether words that differ only in case are one word.")
    vectorizer: Literal["hashing", "tfidf"] = Field(
        default="tfidf", description="`tfidf`: TF-IDF of the most frequent terms. `hashing`: hashed counts of terms."
    )
    ngram_size: int = Field(default=2, ge=1, le=5, description="Terms are words and runs of up to this many words.")
    max_features: int = Field(
        default=5000, ge=1, le=100_000, description="The maximum number of columns that the text becomes."
    )


class DatePreprocessing(Section):
    missing_value_strategy: Literal["keep", "fill_with_const", "fill_with_mode", "bfill", "ffill", "drop_row"] = Field(
        default="fill_with_const", description="What stands in for a missing value; `keep` when absent for trees."
    )
    fill_value: str = Field(default="1970-01-01", description="The constant of `fill_with_const`, in ISO 8601.")
    datetime_format: str | None = Field(
        default=None, description="How dates are written, in `strptime` codes; ISO 8601 when absent."
    )


Preprocessing = (
    NumberPreprocessing | CategoryPreprocessing | BinaryPreprocessing | TextPreprocessing | DatePreprocessing
)

PREPROCESSING: dict[str, type[Preprocessing]] = {
    "number": NumberPreprocessing,
    "category": CategoryPreprocessing,
    "binary": BinaryPreprocessing,
    "text": TextPreprocessing,
    "date": DatePreprocessing,
}

KEEPING = ("number", "binary", "date")
"""Types whose missing values a trainer may take as they are. Missing categories and texts have columns of their own."""


class Feature(Section):
    name: str = Field(min_length=1, description="The feature; also its column, unless `column` says otherwise.")
    column: str | None = Field(default=None, min_length=1, description="The dataset's column; the name, when absent.")

    @property
    def source(self) -> str:
        """The column the feature is read from."""
        return self.name if self.column is None else self.column


class NumberInput(Feature):
    type: Literal["number"]
    preprocessing: NumberPreprocessing = NumberPreprocessing()


class CategoryInput(Feature):
    type: Literal["category"]
    preprocessing: CategoryPreprocessing = CategoryPreprocessing()


class BinaryInput(Feature):
    type: Literal["binary"]
    preprocessing: BinaryPreprocessing = BinaryPreprocessing()


class TextInput(Feature):
    type: Literal["text"]
    preprocessing: TextPreprocessing = TextPreprocessing()


class DateInput(Feature):
    type: Literal["date"]
    preprocessing: DatePreprocessing = DatePreprocessing()


InputFeature = Annotated[NumberInput | CategoryInput | BinaryInput | TextInput | DateInput, Field(discriminator="type")]


class TargetPreprocessing(Section):
    missing_value_strategy: Literal["drop_row"] = Field(
        default="drop_row", description="Rows without a target teach nothing and are left out."
    )


class ClassTargetPreprocessing(TargetPreprocessing):
    fallback_true_label: Label | None = Field(
        default=None,
        description="Which of two classes is the positive one; when absent that of two which means true, or the second "
        "in order.",
    )


class NumberOutput(Feature):
    type: Literal["number"]
    preprocessing: TargetPreprocessing = TargetPreprocessing()


class CategoryOutput(Feature):
    type: Literal["category"]
    preprocessing: ClassTargetPreprocessing = ClassTargetPreprocessing()


class BinaryOutput(Feature):
    type: Literal["binary"]
    preprocessing: ClassTargetPreprocessing = ClassTargetPreprocessing()


OutputFeature = Annotated[NumberOutput | CategoryOutput | BinaryOutput, Field(discriminator="type")]
