"""An export on its way: both sides, what was written where, and what is counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from modelyard.sdk._errors import ModelyardError
from modelyard.sdk.mlflow_import.exporting.target import MlflowTarget
from modelyard.sdk.mlflow_import.exporting.traces import OF_TRACES
from modelyard.sdk.mlflow_import.report import TransferReport
from modelyard.sdk.mlflow_import.sources.files import PROXY
from modelyard.sdk.mlflow_import.sources.rest import RestSource
from modelyard.wire.imports import LoggedModelLine, RunLine

COUNTED = (
    "experiments",
    "runs",
    "params",
    "tags",
    "metrics",
    "metric_points",
    "logged_models",
    *OF_TRACES,
    "models",
    "versions",
    "aliases",
)
"""The kinds that are counted at the target."""


@dataclass(frozen=True, slots=True)
class TargetObject:
    """A run or logged model at the target."""

    key: str
    location: str


@dataclass(frozen=True, slots=True)
class Export:
    """`written` reads the target. `runs` and `models`, those that are logged, are by their ids at the source."""

    source: RestSource
    target: MlflowTarget
    written: RestSource
    report: TransferReport
    artifacts: bool
    there: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    runs: dict[str, TargetObject] = field(default_factory=dict)
    models: dict[str, TargetObject] = field(default_factory=dict)

    def count(self, counts: Mapping[str, int]) -> None:
        """Adds to what is there now."""
        for kind, count in counts.items():
            self.there[kind] += count

    def attempt(self, kind: str, key: str, write: Callable[[], None]) -> None:
        """The report names the object that cannot be written."""
        try:
            write()
        except (ModelyardError, OSError) as error:
            self.report.fail(kind, key, str(error))

    def copy_files(
        self, owner: RunLine | LoggedModelLine | None, location: str, target_location: str, key: str
    ) -> None:
        if not self.artifacts:
            return
        files = self.source.list_files(location, owner)
        self.report.find({"artifact_files": len(files), "artifact_bytes": sum(file.size_bytes for file in files)})
        parts = urlsplit(target_location)
        if files and parts.scheme != PROXY:
            self.report.fail("artifact_files", key, f"The server does not take files for {target_location!r}.")
            return
        for file in files:
            chunks = self.source.read_file(location, file.path, owner)
            self.target.http.upload_artifact(f"{parts.path.strip('/')}/{file.path}", chunks)
            self.report.kinds["artifact_files"].written += 1
