"""Differences between two versions, and how each change moved the metric."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from modelyard.wire.base import Name, Record
from modelyard.wire.datasets import FeatureType
from modelyard.wire.models import DatasetRef, MetricSummary, OutputType, VersionStatus


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class DiffChange(Record):
    """One thing that only one of two has, or that both have otherwise."""

    path: str = Field(description="What: a place in a config such as `input_features[age].type`, a column, a file, ...")
    kind: ChangeKind
    before: Any = Field(default=None, description="Absent when added.")
    after: Any = Field(default=None, description="Absent when removed.")


class DiffLine(Record):
    """A row of the two texts side by side. Unified, a changed row is a removed and an added one."""

    kind: Literal["same", "added", "removed", "changed"]
    before_number: int | None = Field(default=None, description="From 1; absent in an added row.")
    before: str | None = None
    after_number: int | None = Field(default=None, description="From 1; absent in a removed row.")
    after: str | None = None


class ConfigDiff(Record):
    """Two configs by what they mean: order of keys and features, and notation of numbers, are no difference."""

    changes: list[DiffChange]
    lines: list[DiffLine] = Field(default=[], description="The whole of both as YAML; only when asked for.")
    unified: str = Field(default="", description="The changed rows with three around them; only when asked for.")


class ColumnShift(Record):
    """How far a column's values are from those before."""

    column: str
    feature_type: FeatureType
    test: Literal["kolmogorov_smirnov", "chi_square"] | None = Field(description="None where there is nothing to test.")
    statistic: float | None = Field(default=None, description="The largest distance of the two distributions, or chi2.")
    p_value: float | None = None
    psi: float | None = Field(
        default=None, description="Population stability index: below 0.1 is small, above 0.25 large."
    )
    missing_before: float = Field(description="Share of rows without a value.")
    missing_after: float
    is_exact: bool = Field(description="False where histograms or the most frequent values stand for all values.")
    verdict: Literal["none", "small", "large", "unknown"]
    reason: str = Field(description="In a sentence.")


class DataDiff(Record):
    before: DatasetRef | None
    after: DatasetRef | None
    same_rows: bool | None = Field(description="Whether both hold the same table; none when one has no dataset here.")
    rows_before: int | None = None
    rows_after: int | None = None
    columns: list[DiffChange] = Field(default=[], description="Added, removed, or of another type; paths are names.")
    shifts: list[ColumnShift] = Field(default=[], description="Of columns that both have; the farthest first.")
    notes: list[str] = []


Verdict = Literal["better", "worse", "same", "within_noise", "unknown"]


class MetricDiff(Record):
    """A metric of both. `better` and `worse` are said only where the difference is more than chance would make."""

    name: str
    split: Literal["train", "validation", "test"] | None
    before: float | None
    after: float | None
    difference: float | None = Field(default=None, description="After minus before.")
    higher_is_better: bool | None = Field(description="None when it is not known.")
    verdict: Verdict
    margin: float | None = Field(
        default=None, description="A smaller difference may be chance: 1.96 standard errors of the difference."
    )
    method: str | None = Field(default=None, description="How the standard error was found.")


class ComparedVersion(Record):
    """One side of a diff."""

    project: Name
    model: str
    number: int
    semver: str | None
    status: VersionStatus
    output_type: OutputType | None
    trainer: str | None
    created_at: datetime
    created_by: str


class VersionDiff(Record):
    """The differences between two versions. Parts that one of them does not have are absent, and `notes` says so."""

    before: ComparedVersion
    after: ComparedVersion
    notes: list[str] = Field(description="What cannot be compared, and why.")
    config_given: ConfigDiff | None
    config_rendered: ConfigDiff | None
    data: DataDiff
    inputs: list[DiffChange] = Field(
        description="Datasets that clients logged as what their runs were given; values are digests."
    )
    signature: list[DiffChange]
    params: list[DiffChange] = Field(description="Of their runs.")
    metrics: list[MetricDiff] = Field(description="Every metric that one of them has.")
    environment: list[DiffChange] = Field(description="Python and packages, by the files of the model.")
    files: list[DiffChange] = Field(description="By path; values are size and digest.")
    tags: list[DiffChange]


class HistoryStep(Record):
    """A version on the line of parents, and what was changed to make it."""

    number: int
    status: VersionStatus
    semver: str | None
    description: str
    created_at: datetime
    created_by: str
    parent: int | None = Field(description="The nearest ancestor that is here.")
    skipped: int = Field(description="How many versions between the two were deleted.")
    changes: list[str] = Field(description="In a few words, the most important first.")
    change_count: int
    metric: MetricSummary | None
    compared: MetricDiff | None = Field(description="With the parent's, when both have it.")


class MetricHistory(Record):
    """How each change moved the metric, from a version back to its oldest ancestor."""

    model: str
    steps: list[HistoryStep]
    truncated: bool = Field(description="True when there are more ancestors.")
