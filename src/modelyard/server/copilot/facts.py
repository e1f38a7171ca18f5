"""The recorded facts that rules read: a version, its data, and what else was tried in its model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from modelyard.server.copilot.changes import WrittenConfig
from modelyard.server.copilot.noise import MeasuredRows, noise_of_difference
from modelyard.server.registry.lifecycle import MOVING
from modelyard.wire.config import Config
from modelyard.wire.data_warnings import DataWarning
from modelyard.wire.datasets import ColumnProfile, DatasetProfile
from modelyard.wire.models import Curve, MetricSummary, SuggestionRule, VersionStatus
from modelyard.wire.reports import EvaluationReport, ExplanationReport
from modelyard.wire.suggestions import Evidence
from modelyard.wire.trainers import TrainerInfo

UNFINISHED = MOVING | {VersionStatus.FAILED, VersionStatus.CANCELED}
"""Statuses of versions without a model."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A version of the model on the same data and target."""

    number: int
    status: VersionStatus
    trainer: str
    metric: MetricSummary | None
    rendered: Mapping[str, Any]
    parent: int | None
    suggestion: str | None
    """The id of the suggestion that it was made from."""
    training_ms: int | None
    """From the start of its preparation to its end, without waiting in the queue."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is recorded about a version; what is not there is None or empty."""

    number: int
    given: WrittenConfig
    config: Config
    rendered: Mapping[str, Any]
    trainers: Mapping[str, TrainerInfo]
    metrics: Sequence[MetricSummary] = ()
    metric: MetricSummary | None = None
    curves: Sequence[Curve] = ()
    best_iteration: int | None = None
    warnings: Sequence[DataWarning] = ()
    profile: DatasetProfile | None = None
    evaluation: EvaluationReport | None = None
    explanation: ExplanationReport | None = None
    attempts: Sequence[Attempt] = ()
    """Of the model, with the version itself, newest first."""
    test_rows: MeasuredRows | None = None
    steps_ms: Mapping[str, int] = field(default_factory=dict)
    """The time of each step of the training, by its name."""

    @property
    def trainer(self) -> TrainerInfo:
        return self.trainers[self.config.model_type]

    @property
    def options(self) -> Mapping[str, Any]:
        """The trainer's options, with defaults; one that the trainer has only had since has its default too."""
        return {option.name: option.default for option in self.trainer.options} | dict(self.rendered["trainer"])

    @property
    def output_type(self) -> Literal["binary", "category", "number"]:
        return self.config.output_features[0].type

    def metric_of(self, name: str, split: str) -> float | None:
        return next((metric.value for metric in self.metrics if (metric.name, metric.split) == (name, split)), None)

    def curve(self, name: str, split: str) -> Curve | None:
        return next((curve for curve in self.curves if (curve.name, curve.split) == (name, split)), None)

    def column(self, name: str) -> ColumnProfile | None:
        """The profile of a column of the data."""
        columns = () if self.profile is None else self.profile.columns
        return next((column for column in columns if column.name == name), None)

    @property
    def target(self) -> ColumnProfile | None:
        return self.column(self.config.output_features[0].source)

    def warnings_of(self, code: str) -> list[DataWarning]:
        return [warning for warning in self.warnings if warning.code == code]

    def noise(self, metric: str, before: float, after: float) -> float | None:
        """The difference that chance alone may make on the test rows."""
        return noise_of_difference(metric, before, after, self.test_rows)

    @property
    def ready_attempts(self) -> list[Attempt]:
        return [attempt for attempt in self.attempts if attempt.status not in UNFINISHED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An experiment that a rule proposes, before it is checked and priced."""

    rule: SuggestionRule
    title: str
    why: str
    evidence: Sequence[Evidence]
    expected_effect: str
    config: dict[str, Any]
    priority: float
    """From 0 to 100; what makes the metrics honest comes before what makes them better."""
    subject: str = ""
    time_factor: float = 1.0
    """How many times as long as the version's the step Training takes."""

    @property
    def id(self) -> str:
        return f"{self.rule}:{self.subject}" if self.subject else self.rule
