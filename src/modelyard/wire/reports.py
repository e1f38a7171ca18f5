"""The reports of a training: evaluation and explanation."""

from typing import Literal

from pydantic import Field

from modelyard.wire.base import Record
from modelyard.wire.models import MetricSummary, OutputType

SplitName = Literal["train", "validation", "test"]


class RocCurve(Record):
    """Points of a receiver operating characteristic, at most 200, for one class against the rest."""

    label: str
    auc: float
    false_positive_rate: list[float]
    true_positive_rate: list[float]
    thresholds: list[float]


class PrecisionRecallCurve(Record):
    label: str
    average_precision: float
    precision: list[float]
    recall: list[float]
    thresholds: list[float]


class ConfusionMatrix(Record):
    """Rows are actual classes, columns predicted ones, both in the order of `labels`."""

    labels: list[str]
    counts: list[list[int]]
    mean_probabilities: list[list[float]] = Field(
        description="Mean predicted probability of the column's class over rows labeled with the row's class."
    )


class CalibrationCurve(Record):
    """Mean predicted probability against observed frequency, in ten equal-width bins (empty bins left out)."""

    label: str
    predicted: list[float]
    observed: list[float]
    counts: list[int]


class ClassSummary(Record):
    """Per class, one against the rest."""

    label: str
    labeled: int
    predicted: int
    precision: float
    recall: float
    f1: float
    roc_auc: float | None


class HistogramBin(Record):
    low: float
    high: float
    count: int


class Regression(Record):
    """For output type number; `points` is a seeded sample of at most 1,000 (actual, predicted) pairs."""

    points: list[tuple[float, float]]
    residuals: list[HistogramBin]


class SplitReport(Record):
    split: SplitName
    row_count: int
    metrics: list[MetricSummary]
    classes: list[ClassSummary] = []
    roc: list[RocCurve] = []
    precision_recall: list[PrecisionRecallCurve] = []
    confusion: ConfusionMatrix | None = None
    calibration: list[CalibrationCurve] = []
    regression: Regression | None = None


class EvaluationReport(Record):
    """Stored as `reports/evaluation.json`; written in the steps Evaluating (metrics) and Visualizing (curves)."""

    target: str
    output_type: OutputType
    default_metric: str
    positive_class: str | None = Field(default=None, description="The class that counts as positive, of two.")
    splits: list[SplitReport]


class FeatureImportance(Record):
    feature: str
    importance: float = Field(description="Mean absolute contribution, or loss of score when permuted; >= 0.")
    share: float = Field(description="Of the sum over all features, 0 to 1.")


class ExplanationReport(Record):
    """Stored as `reports/explanation.json`."""

    method: Literal["shap", "permutation"]
    description: str = Field(description="What the numbers mean, in a sentence.")
    row_count: int = Field(description="How many rows of the test split were used.")
    features: list[FeatureImportance] = Field(description="Most important first.")
