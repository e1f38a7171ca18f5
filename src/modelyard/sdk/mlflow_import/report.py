"""Numbers of objects found, brought and left out, on both sides."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

KINDS = {
    "experiments": "experiments",
    "experiment_tags": "tags of experiments",
    "runs": "runs",
    "params": "params",
    "tags": "tags of runs",
    "metrics": "metrics",
    "metric_points": "metric points",
    "dataset_inputs": "dataset inputs",
    "model_inputs": "model inputs",
    "model_outputs": "model outputs",
    "logged_models": "logged models",
    "logged_model_params": "params of logged models",
    "logged_model_tags": "tags of logged models",
    "logged_model_metrics": "metrics of logged models",
    "traces": "traces",
    "trace_tags": "tags of traces",
    "trace_metadata": "metadata of traces",
    "trace_runs": "traces linked to runs",
    "spans": "spans",
    "assessments": "assessments",
    "models": "registered models",
    "model_tags": "tags of models",
    "versions": "versions",
    "version_tags": "tags of versions",
    "aliases": "aliases",
    "artifact_files": "artifact files",
    "artifact_bytes": "artifact bytes",
}
"""Every kind that is counted, in the order of the report, with its words."""

OBJECTS = frozenset(
    {"experiments", "runs", "logged_models", "traces", "trace_runs", "models", "versions", "aliases", "artifact_files"}
)
"""Kinds that are brought one by one; the others come with them."""


@dataclass(slots=True)
class KindReport:
    """How many of a kind were found at the source, were there before, were written, failed, and are there now.

    None is what was not counted.
    """

    found: int | None = 0
    before: int = 0
    written: int = 0
    failed: int = 0
    there: int | None = None

    @property
    def differs(self) -> bool:
        return self.there is not None and self.found is not None and self.there != self.found


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that was not brought, and why."""

    kind: str
    key: str
    reason: str


@dataclass(slots=True)
class TransferReport:
    """`notes` are things to know that are no failures."""

    source: str
    target: str
    kinds: dict[str, KindReport] = field(default_factory=lambda: {kind: KindReport() for kind in KINDS})
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    dry_run: bool = False

    @property
    def complete(self) -> bool:
        """Nothing failed, and both sides have as many of everything."""
        return not self.failures and not self.differences

    @property
    def differences(self) -> dict[str, KindReport]:
        return {kind: counted for kind, counted in self.kinds.items() if counted.differs}

    def find(self, counts: Mapping[str, int]) -> None:
        """Counts what was found at the source."""
        for kind, count in counts.items():
            counted = self.kinds[kind]
            counted.found = (counted.found or 0) + count

    def fail(self, kind: str, key: str, reason: str) -> None:
        self.kinds[kind].failed += 1
        self.failures.append(Failure(kind, key, reason))

    def check(self, counts: Mapping[str, int]) -> None:
        """The final counts of the other side."""
        for kind, counted in self.kinds.items():
            counted.there = counts.get(kind)

    def record(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "source": self.source,
            "target": self.target,
            "dry_run": self.dry_run,
            "complete": self.complete,
            "kinds": {kind: {**asdict(counted), "differs": counted.differs} for kind, counted in self.kinds.items()},
            "failures": [asdict(failure) for failure in self.failures[:1000]],
            "failure_count": len(self.failures),
            "notes": self.notes,
        }
