"""A source to read from, whichever of the three it is."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from modelyard.sdk.mlflow_import.sources.records import (
    SourceExperiment,
    SourceFile,
    SourceLoggedModel,
    SourceModel,
    SourceRun,
)
from modelyard.sdk.mlflow_import.sources.traces.source import TraceSource
from modelyard.wire.imports import LoggedModelLine, RunLine, Series


class Source(Protocol):
    """Something with experiments, runs and models. Everything is read; nothing is written."""

    name: str
    """The same text for the same source, without secrets."""
    traces: TraceSource
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
