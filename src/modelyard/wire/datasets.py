"""Datasets: named tables and their immutable, digested snapshots."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from modelyard.wire.base import Name, Record, Request, example


class FeatureType(StrEnum):
    """The kind of feature that a column is to a model; the names are Ludwig's."""

    NUMBER = "number"
    CATEGORY = "category"
    BINARY = "binary"
    TEXT = "text"
    DATE = "date"


_Word = Annotated[str, Field(max_length=100)]
_Affix = Annotated[str, Field(min_length=1, max_length=5)]
_DateFormat = Annotated[str, Field(max_length=60, pattern=r"^(?:[^%]|%[YymdHIMSfbBpzj])+$")]


class ColumnFormat(Record):
    """How a column's text was read, beyond plain numbers, ISO 8601 and the usual words for a missing value.

    A model that is trained on the column reads the text that it predicts in the same way.
    """

    model_config = ConfigDict(extra="forbid")

    missing: list[_Word] = Field(
        default=[], max_length=100, description="Further words that mean a missing value, e.g. `?`."
    )
    decimal: Literal[".", ","] = Field(default=".", description="The decimal mark.")
    grouping: Literal[",", ".", " ", "'"] | None = Field(default=None, description="The mark between thousands.")
    affixes: list[_Affix] = Field(
        default=[], max_length=10, description="What stands beside a number and was left out, e.g. `$`, `%`."
    )
    date_formats: list[_DateFormat] = Field(
        default=[], max_length=10, description="Formats of dates as of strptime, e.g. `%m/%d/%Y`."
    )
    width: int | None = Field(
        default=None, ge=1, le=18, description="How many digits each value has; zeros in front belong to it."
    )


class Column(Record):
    name: str
    data_type: str = Field(description="The Parquet/DuckDB type, e.g. `BIGINT`, `VARCHAR`.")
    feature_type: FeatureType = Field(description="Inferred from the data, or as someone chose.")
    format: ColumnFormat | None = Field(default=None, description="How its text was read, if not as usual.")


class ColumnChange(Request):
    """Another type for a column. Without a format, text is read in the first usual format that fits all of it."""

    model_config = example(column="day", feature_type="date", format={"date_formats": ["%d/%m/%Y"]})

    column: str
    feature_type: FeatureType
    format: ColumnFormat | None = Field(default=None, description="How its text is written.")


class Retype(Request):
    """Other types for columns of a version."""

    model_config = example(changes=[{"column": "grade", "feature_type": "category"}])

    changes: list[ColumnChange] = Field(min_length=1, max_length=5_000)


class DatasetVersion(Record):
    """One immutable snapshot of a table, stored as Parquet."""

    dataset: Name
    number: int
    digest: str = Field(description="SHA-256 of the stored Parquet file, 64 hex digits.")
    source_name: str = Field(description="The file name it was uploaded under.")
    row_count: int
    size_bytes: int = Field(description="Of the stored Parquet file.")
    columns: list[Column]
    created_at: datetime
    created_by: str


class DatasetVersionSummary(Record):
    """A version in a list: everything but its columns."""

    dataset: Name
    number: int
    digest: str
    source_name: str
    row_count: int
    column_count: int
    size_bytes: int
    created_at: datetime
    created_by: str


class Dataset(Record):
    name: Name
    description: str
    latest_version: DatasetVersionSummary | None
    model_count: int = Field(description="How many models have a version trained on it.")
    created_at: datetime
    created_by: str
    updated_at: datetime


class DatasetUpdate(Request):
    model_config = example(description="Fisher's measurements of 150 flowers.")

    description: str


class UploadResult(Record):
    """The outcome of an upload."""

    created: bool = Field(description="False when the table is identical to the latest version: nothing was added.")
    version: DatasetVersion


class Bin(Record):
    """One bar of a histogram: `low <= value < high` (the last bin includes `high`)."""

    low: float
    high: float
    count: int


class TopValue(Record):
    value: str
    count: int


class NumberStatistics(Record):
    """Computed over finite values; standard deviation is the sample one (n - 1)."""

    minimum: float
    maximum: float
    mean: float
    standard_deviation: float | None
    quantiles: dict[str, float] = Field(description="Keys `0.05`, `0.25`, `0.5`, `0.75`, `0.95`.")
    zero_count: int
    non_finite_count: int = Field(description="NaN and infinities.")


class ColumnProfile(Record):
    name: str
    data_type: str
    feature_type: FeatureType
    format: ColumnFormat | None = Field(default=None, description="How its text was read, if not as usual.")
    notes: list[str] = Field(default=[], description="What was decided about the column, and why.")
    count: int = Field(description="Rows that have a value.")
    missing_count: int
    distinct_count: int
    distinct_is_estimate: bool
    number: NumberStatistics | None = None
    earliest: datetime | None = Field(default=None, description="For dates.")
    latest: datetime | None = Field(default=None, description="For dates.")
    mean_length: float | None = Field(default=None, description="Mean number of characters, for text and categories.")
    top_values: list[TopValue] = Field(description="The most frequent values, at most 10.")
    histogram: list[Bin] = Field(description="For numbers and dates (dates as seconds since the epoch).")


class DatasetProfile(Record):
    dataset: Name
    number: int
    row_count: int
    columns: list[ColumnProfile]


class RowsPage(Record):
    """Rows of a dataset version as JSON values; dates as ISO 8601, NaN and infinities as strings."""

    columns: list[Column]
    rows: list[list[Any]]
    offset: int
    total: int = Field(description="Of all rows that fulfill the conditions.")


class DatasetUse(Record):
    """A model version that was trained on this dataset version."""

    model: Name
    number: int
    status: str
    target: str
    created_at: datetime
