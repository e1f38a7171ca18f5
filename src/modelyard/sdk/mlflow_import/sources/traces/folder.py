"""Reading the traces in a folder of MLflow's file store."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modelyard.sdk._errors import ModelyardError
from modelyard.sdk.mlflow_import.sources.files import Files
from modelyard.sdk.mlflow_import.sources.folder_files import read_yaml, texts
from modelyard.sdk.mlflow_import.sources.records import SourceExperiment
from modelyard.sdk.mlflow_import.sources.traces.documents import trace_line
from modelyard.sdk.mlflow_import.sources.traces.source import (
    ARTIFACT_TAG,
    SPANS_FILE,
    TRACES_A_PAGE,
    SourceTrace,
    Span,
    own_tags,
)
from modelyard.sdk.mlflow_import.sources.traces.spans import spans_of_file

_TRACES = "traces"
_INFO = "trace_info.yaml"
_UNREADABLE = (ModelyardError, OSError, ValueError, OverflowError, KeyError, TypeError, AttributeError)


class FolderTraces:
    """`folder_of` says where an experiment is."""

    def __init__(
        self, folder_of: Callable[[SourceExperiment], Path], files: Files, problems: list[tuple[str, str, str]]
    ) -> None:
        self._folder_of, self._files, self._problems = folder_of, files, problems
        self.notes: list[str] = []

    def pages(self, experiment: SourceExperiment) -> Iterator[list[SourceTrace]]:
        root = self._folder_of(experiment) / _TRACES
        names = sorted(path.parent.name for path in root.glob(f"*/{_INFO}"))
        for start in range(0, len(names), TRACES_A_PAGE):
            read = (self._trace(experiment, root / name) for name in names[start : start + TRACES_A_PAGE])
            yield [trace for trace in read if trace is not None]

    def _trace(self, experiment: SourceExperiment, folder: Path) -> SourceTrace | None:
        try:
            tags = texts(folder / "tags")
            info = {**_of_version_3(read_yaml(folder / _INFO)), "assessments": _assessments(folder)}
            line = trace_line(experiment.line.key, info, own_tags(tags), texts(folder / "request_metadata"))
        except _UNREADABLE as error:
            reason = f"it lacks the field {error}" if isinstance(error, KeyError) else str(error)
            self._problems.append(("traces", folder.name, reason))
            return None
        # A folder that was moved does not have its traces where their tags say.
        beside = folder / "artifacts"
        place = str(beside) if (beside / SPANS_FILE).is_file() else tags.get(ARTIFACT_TAG, str(beside))
        return SourceTrace(line, _file_state(beside / SPANS_FILE), None, place)

    def spans(self, traces: Sequence[SourceTrace]) -> Iterator[list[Span] | None]:
        for trace in traces:
            try:
                yield self._spans(trace)
            except _UNREADABLE as error:
                self._problems.append(("spans", trace.line.trace_id, str(error)))
                yield None

    def _spans(self, trace: SourceTrace) -> list[Span]:
        try:
            content = b"".join(self._files.read_file(trace.spans_at, SPANS_FILE))
        except FileNotFoundError:
            if trace.line.state == "IN_PROGRESS":
                return []
            raise
        return spans_of_file(content, f"{trace.spans_at}/{SPANS_FILE}")

    def links(
        self,
        experiment: SourceExperiment,  # noqa: ARG002 - TraceSource's signature
        run_ids: Sequence[str],  # noqa: ARG002
    ) -> Iterator[tuple[str, str]]:
        """MLflow keeps none in files."""
        return iter(())


def _of_version_3(info: dict[str, Any]) -> dict[str, Any]:
    """MLflow 2 named the fields in another way."""
    if "trace_id" in info:
        return info
    return {
        "trace_id": info["request_id"],
        "request_time": datetime.fromtimestamp(info["timestamp_ms"] / 1000, tz=UTC).isoformat(),
        "execution_duration_ms": info.get("execution_time_ms"),
        "state": info.get("status"),
    }


def _assessments(folder: Path) -> list[dict[str, Any]]:
    return [read_yaml(path) for path in sorted((folder / "assessments").glob("*.yaml"))]


def _file_state(path: Path) -> tuple[int, int] | None:
    if not path.is_file():
        return None
    status = path.stat()
    return status.st_size, status.st_mtime_ns
