"""Records of a source, whichever of the three it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from modelyard.wire.imports import ExperimentLine, LoggedModelLine, ModelLine, RunLine, Series, VersionLine

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


def list_in(text: str | None) -> list[Any]:
    """The values of a JSON list in a tag; empty where there is none."""
    try:
        values = msgspec.json.decode(text or "[]")
    except (msgspec.DecodeError, RecursionError):
        return []
    return values if isinstance(values, list) else []


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
