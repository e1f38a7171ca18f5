"""Suggestions of the Data Science Co-Pilot: the next experiments after a training, and what became of them."""

from typing import Any, Literal

from pydantic import Field

from modelyard.wire.base import Record
from modelyard.wire.models import SuggestionRule, VersionStatus

SUGGESTION_TAG = "modelyard.suggestion"
"""The tag by which a version remembers the id of the suggestion that it was made from."""

EvidenceKind = Literal["curve", "metric", "column", "slice", "option", "versions", "importance", "split"]

Verdict = Literal["better", "worse", "within_noise", "not_comparable", "pending", "not_finished", "unknown"]


class Evidence(Record):
    """A recorded fact that a suggestion rests on."""

    kind: EvidenceKind
    reference: str = Field(
        description="What to look at: a metric's key, a column, a class, an option, or numbers of versions with commas."
    )
    text: str = Field(description="The fact in words, with its numbers.")


class ConfigChange(Record):
    """One difference between the version's config and the suggested one."""

    path: str = Field(description="Such as `trainer.num_leaves` or `input_features[age]`.")
    old: Any = Field(description="The value that the version was trained with; null where it had none.")
    new: Any = Field(description="The suggested value; null where the key is removed.")


class CostEstimate(Record):
    duration_ms: int | None = Field(description="Of a training from start to end, without waiting in the queue.")
    text: str = Field(description="The estimate in words, and what it is taken from.")


class Suggestion(Record):
    """One experiment: a config that differs from the version's in one respect, and why it is worth a training."""

    id: str = Field(description="The rule, and what it is about if the rule suggests several: `other_trainer:linear`.")
    rule: SuggestionRule
    title: str
    why: str = Field(description="The reason in words, with numbers.")
    evidence: list[Evidence]
    expected_effect: str
    cost: CostEstimate
    changes: list[ConfigChange]
    config: dict[str, Any] = Field(description="The whole config, ready to be trained.")
    config_yaml: str


class SuggestionOutcome(Record):
    """A suggestion that was trained: the version with its config, against the version that it was suggested for."""

    id: str
    rule: SuggestionRule
    title: str
    parent: int = Field(description="The version that it was suggested for.")
    number: int = Field(description="The version that has its config.")
    status: VersionStatus
    metric: str | None = Field(description="The model's default metric, on the test split.")
    higher_is_better: bool | None
    before: float | None
    after: float | None
    noise: float | None = Field(description="A smaller difference may be chance, with so few test rows (95 %).")
    verdict: Verdict
    text: str = Field(description="The verdict in words.")


class Suggestions(Record):
    """The Co-Pilot's suggestions for a version, and what became of earlier ones."""

    model: str
    number: int
    suggestions: list[Suggestion] = Field(description="The most promising first.")
    tried: list[SuggestionOutcome] = Field(description="Suggestions for this version that have been trained.")
    outcome: SuggestionOutcome | None = Field(description="Of the suggestion that this version was made from.")
    unknown: list[str] = Field(description="What could not be looked at, and why.")
