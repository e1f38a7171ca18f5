"""Training a version again from what is recorded of it, and whether the same came out."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from modelyard.wire.base import Name, Record, Request, example


class ReproduceRequest(Request):
    """How exact a reproduction has to be."""

    model_config = example(tolerance=1e-6)

    tolerance: float = Field(
        default=1e-6, ge=0, le=1, description="The largest difference of a metric, absolute or relative to its value."
    )


class PackageDifference(Record):
    """A package that is not the one that the version was trained with."""

    name: str
    recorded: str
    present: str | None = Field(description="Absent when it is not installed.")


class ReproducedMetric(Record):
    """A metric that came out otherwise."""

    split: str
    name: str
    before: float | None
    after: float | None


class ReproductionVerdict(StrEnum):
    BIT_EQUAL = "bit_equal"
    """Every file of the model has the same bytes."""
    WITHIN_TOLERANCE = "within_tolerance"
    """Files differ; all metrics are the same within the tolerance."""
    DRIFTED = "drifted"
    FAILED = "failed"
    """The training did not end Ready."""


class ReproducedVersion(Record):
    """A version by name."""

    model: Name
    number: int


class Reproduction(Record):
    """A version that was trained again, and the outcome once that training has ended."""

    original: ReproducedVersion
    version: ReproducedVersion = Field(description="The new version.")
    tolerance: float
    packages: list[PackageDifference] = Field(description="Known before it trained.")
    notes: list[str] = Field(description="What could not be compared before it trained, and why.")
    started_at: datetime
    ended_at: datetime | None = None
    verdict: ReproductionVerdict | None = Field(default=None, description="Absent while it trains.")
    reasons: list[str] = Field(default=[], description="By what it has drifted, in words.")
    files: list[str] = Field(default=[], description="Files of the model that differ.")
    metrics: list[ReproducedMetric] = Field(default=[], description="Metrics that differ, also within the tolerance.")
