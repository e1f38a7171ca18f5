"""What is read from, whichever of the three it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from modelyard.wire.imports import ExperimentLine, LoggedModelLine, ModelLine, RunLine, Series, VersionLine

if TYPE_CHECKING:
    from modelyard.sdk.mlflow_import.traces.source import TraceSource

NAME_TAG = "mlflow.runName"
PARENT_TAG = "mlflow.parentRunId"
DELETED_STAGE = "Deleted_Internal"
PROMPT_TAG = "mlflow.prompt.is_prompt"
INFINITIES = {float("inf"): "Infinity", float("-inf"): "-Infinity"}
MAX_POINTS = 100_000
"""In one piece of a history."""


@dataclass(slots=True)
class SourceExperiment:
    """`line.key` is its id at the source."""

    line: ExperimentLine
    location: str


@dataclass(slots=True)
class SourceRun:
    """A run without its histories.

    `state` is whatever changes when a metric is logged, `point_count` how many points there are, where that is known
    without reading them.
    """

    line: RunLine
    location: str
    state: Any
    metric_keys: Sequence[str]
    point_count: int | None


@dataclass(slots=True)
class SourceLoggedModel:
    line: LoggedModelLine
    location: str


@dataclass(slots=True)
class SourceVersion:
    """`location` is where its files are."""

    line: VersionLine
    location: str


@dataclass(slots=True)
class SourceModel:
    line: ModelLine
    versions: list[SourceVersion] = field(default_factory=list)
    aliases: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file below a location; `path` is relative to it, with slashes."""

    path: str
    size_bytes: int


class Source(Protocol):
    """Something with experiments, runs and models. Everything is read; nothing is written."""

    name: str
    """The same text for the same source, without secrets."""
    traces: "TraceSource"
    problems: list[tuple[str, str, str]]
    """Kind, key and reason of what could not be read and was left out."""
    notes: list[str]
    """Things to know that are no failures."""

    def experiments(self) -> list[SourceExperiment]:
        """Also the deleted ones."""

    def run_pages(self, experiment: SourceExperiment) -> Iterator[list[SourceRun]]:
        """Also the deleted ones."""

    def histories(self, experiment: SourceExperiment, runs: Sequence[SourceRun]) -> Iterator[tuple[str, str, Series]]:
        """Run id, metric key and points, run after run; a long history comes in several pieces."""

    def logged_models(self, experiment: SourceExperiment) -> Iterator[SourceLoggedModel]: ...

    def models(self) -> Iterator[SourceModel]: ...

    def list_files(self, location: str, owner: RunLine | LoggedModelLine | None) -> list[SourceFile]:
        """Every file below a location of artifacts, by path."""

    def read_file(self, location: str, path: str, owner: RunLine | LoggedModelLine | None) -> Iterator[bytes]: ...

    def close(self) -> None: ...


def list_in(text: str | None) -> list[Any]:
    """What is kept as a JSON list in a tag; empty where there is none."""
    try:
        found = msgspec.json.decode(text or "[]")
    except (msgspec.DecodeError, RecursionError):
        return []
    return found if isinstance(found, list) else []


def named(tags: dict[str, str], name: str) -> dict[str, str]:
    """The tags of a run as every server shows them: with its name among them."""
    return {**tags, NAME_TAG: name} if name else tags


def json_value(value: float) -> Any:
    """A number as JSON can say it."""
    if value != value:  # noqa: PLR0124 - NaN
        return "NaN"
    return INFINITIES.get(value, value)


def series(rows: Sequence[tuple[int, int, Any]]) -> Series:
    """From rows of step, timestamp and value."""
    if not rows:
        return Series([], [], [])
    steps, timestamps, values = (list(column) for column in zip(*rows, strict=True))
    return Series(steps, timestamps, values)
