"""Versions: one immutable trained model each."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from modelyard.sdk import _prediction
from modelyard.sdk._download import download_model
from modelyard.sdk._errors import (
    InvalidArgumentError,
    MissingInputsWarning,
    NotFoundError,
    TrainingCanceledError,
    TrainingFailedError,
    WaitTimeoutError,
)
from modelyard.sdk._http import Http, api_path
from modelyard.sdk._references import parse_version_reference
from modelyard.sdk._watch import SILENCE_SECONDS, watch
from modelyard.wire import events
from modelyard.wire import models as wire
from modelyard.wire.comparison import MetricHistory, VersionDiff
from modelyard.wire.lineage import Direction, Lineage
from modelyard.wire.reports import EvaluationReport, ExplanationReport
from modelyard.wire.reproduction import ReproduceRequest, Reproduction
from modelyard.wire.suggestions import Suggestion, Suggestions
from modelyard.wire.verification import VersionDigest, VersionVerification

MOVING = frozenset({*wire.STEPS, wire.VersionStatus.CANCELING})
"""The statuses of a training that has not ended."""

_LOG_PAGE = 1000


class Version:
    """One version of a model.

    `info`, and the properties that read it, are as they were when last fetched; `refresh` fetches them again and `wait`
    keeps them up to date.
    """

    def __init__(self, http: Http, project: str, record: wire.VersionSummary) -> None:
        self.model = record.model
        self.number = record.number
        self._http = http
        self._project = project
        self._path = api_path("projects", project, "models", record.model, "versions", record.number)
        self._record = record

    def __repr__(self) -> str:
        return f"<Version {self.reference} {self.status}>"

    @property
    def reference(self) -> str:
        """Its name in one word, such as `iris/3`."""
        return f"{self.model}/{self.number}"

    @property
    def uri(self) -> str:
        """Its name as MLflow writes it, such as `models:/iris/3`."""
        return f"models:/{self.reference}"

    @property
    def info(self) -> wire.Version:
        """The whole record: status, timeline, metrics, signature, error."""
        return self._record if isinstance(self._record, wire.Version) else self.refresh()

    @property
    def summary(self) -> wire.VersionSummary:
        """The part of the record that is here without another request."""
        return self._record

    def refresh(self) -> wire.Version:
        """Fetch the record again."""
        self._record = record = self._http.get(self._path, wire.Version)
        return record

    @property
    def status(self) -> wire.VersionStatus:
        return self._record.status

    @property
    def is_moving(self) -> bool:
        """Whether the training had not ended when last fetched."""
        return self._record.status in MOVING

    @property
    def progress(self) -> wire.Progress | None:
        """The progress of a training that has not ended."""
        return self._record.progress

    @property
    def description(self) -> str:
        return self._record.description

    @property
    def metrics(self) -> dict[str, float]:
        """The final metrics by `<split>_<metric>`, such as `test_roc_auc`; empty until there are any."""
        return {f"{metric.split}_{metric.name}": metric.value for metric in self.info.metrics}

    def watch(self, *, timeout: float | None = None) -> Iterator[Version]:
        """Give this version each time it has changed, until its training has ended.

        Lives through lost connections and restarts of the server. Raises WaitTimeoutError after `timeout` seconds, and
        ServerUnreachableError when the server stays away.
        """
        for _ in self._changes(timeout=timeout):
            yield self

    def wait(
        self,
        progress: VersionProgress | None = None,
        *,
        timeout: float | None = None,
        raise_on_failure: bool = True,
    ) -> Version:
        """Wait until the training has ended, calling `progress` with this version each time it has changed.

        Raises TrainingFailedError or TrainingCanceledError when it does not end Ready, unless `raise_on_failure` is
        False; WaitTimeoutError after `timeout` seconds.
        """
        for version in self.watch(timeout=timeout):
            if progress is not None:
                progress(version)
        if raise_on_failure:
            self._raise_unless_ready()
        return self

    def log(self, *, follow: bool = False, after: int = 0, search: str | None = None) -> Iterator[wire.LogLine]:
        """The lines of the log after sequence number `after`; with `follow`, also those to come until the end.

        Following lives through lost connections, and gives no line twice and leaves none out.
        """
        if not follow:
            yield from self._logged(after, search)
            return
        for event in self._changes():
            if isinstance(event, events.LogAppended) and event.lines[:1] and event.lines[0].sequence == after + 1:
                lines: Iterator[wire.LogLine] = iter(event.lines)
            elif isinstance(event, events.LogAppended | events.VersionChanged) or event is None:
                lines = self._logged(after, None)
            else:
                continue
            for line in lines:
                after = max(after, line.sequence)
                if search is None or search.lower() in line.text.lower():
                    yield line
        yield from self._logged(after, search)

    def _logged(self, after: int, search: str | None) -> Iterator[wire.LogLine]:
        while True:
            params = {"after": after, "limit": _LOG_PAGE, "search": search}
            page: wire.LogPage = self._http.get(self._path + "/log", wire.LogPage, params)
            yield from page.lines
            if len(page.lines) < _LOG_PAGE:
                return
            after = page.next_after

    def curves(self, *, max_points: int | None = None, key: str | None = None) -> wire.Curves:
        """The learning curves, downsampled by the server to `max_points` each; or of one metric key only."""
        return self._http.get(self._path + "/curves", wire.Curves, {"max_points": max_points, "key": key})

    def config(self) -> wire.VersionConfig:
        """The config as submitted, and as rendered with every default."""
        return self._http.get(self._path + "/config", wire.VersionConfig)

    def evaluation(self) -> EvaluationReport:
        """ROC and calibration curves, confusion matrices, residuals. Raises NotFoundError until it is there."""
        return self._http.get(self._path + "/evaluation", EvaluationReport)

    def explanation(self) -> ExplanationReport:
        """The importance of each feature. Raises NotFoundError until it is there."""
        return self._http.get(self._path + "/explanation", ExplanationReport)

    def lineage(
        self,
        *,
        direction: Direction = "both",
        depth: int | None = None,
        limit: int | None = None,
        status: Sequence[wire.VersionStatus | str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Lineage:
        """Its origins, its uses, or both: versions, runs, logged models and datasets."""
        params: dict[str, Any] = {"direction": direction, "depth": depth, "limit": limit}
        params |= {"status": [*status], "since": since, "until": until}
        return self._http.get(self._path + "/lineage", Lineage, params)

    def diff(self, other: Version | str | int, *, lines: bool = False) -> VersionDiff:
        """The differences from this version to another, of whatever model or project.

        `other` is a Version, a reference such as `iris/3` or `iris@prod`, or a number of the same model. With `lines`,
        also both configs as YAML, side by side and unified. Raises NotFoundError.
        """
        project: str | None = None
        if isinstance(other, Version):
            project, model, number = other._project, other.model, str(other.number)  # noqa: SLF001
        elif isinstance(other, int):
            model, number = self.model, str(other)
        else:
            model, reference = parse_version_reference(other)
            number = str(reference)
        params: dict[str, Any] = {"other": number, "other_model": model, "other_project": project, "lines": lines}
        return self._http.get(self._path + "/diff", VersionDiff, params)

    def history(self, *, limit: int | None = None) -> MetricHistory:
        """The line of its parents: what was changed at each step, and how the metric moved."""
        return self._http.get(self._path + "/history", MetricHistory, {"limit": limit})

    def files(self) -> list[wire.VersionFile]:
        """The files, with sizes and digests: the MLflow model under `model/`, reports under `reports/`."""
        return self._http.get(self._path + "/files", list[wire.VersionFile])

    def digest(self) -> VersionDigest:
        """One digest for all files, and one for config and metrics. Raises InvalidStateError until it is finished."""
        return self._http.get(self._path + "/digest", VersionDigest)

    def verify(self) -> VersionVerification:
        """Have the server read every file again and compare all of the version with its recorded digests.

        Damage is in `faults` of the answer, which names the files; nothing is raised for it.
        """
        with self._http.stream("POST", self._path + "/verify", read_timeout_seconds=None) as response:
            return self._http.parse(response, VersionVerification)

    def download(self, folder: str | os.PathLike[str], *, progress: Callable[[int, int], None] | None = None) -> Path:
        """Write the MLflow model into `folder`, which must not exist or be empty, and give back its path.

        Every file's digest is checked, and the folder gets its name only when it is complete. `progress` is called with
        bytes received and bytes in all. Use it with `mlflow.pyfunc.load_model(folder)`.
        """
        files = self.files()
        hint = "A version has one once it is Ready."
        if not files and (source := self.info.source) is not None:
            hint = f"Its files would be at {source.location}."
            if not source.is_here:
                hint = f"Its files are at {source.location}, which the server does not read."
        return download_model(self._http, self._path, files, Path(folder), progress, hint=hint)

    def predict(self, rows: Any, *, output: str | os.PathLike[str] | None = None, strict: bool = False) -> Any:
        """Predict rows in a worker of the server, and give back the same kind of thing.

        A list of dicts gives a list of dicts; a DataFrame (pandas, polars or Arrow) gives a DataFrame of that library;
        a path gives the path of a new file, `output`, or else `<name>.predictions.<csv|parquet>` beside the input. One
        row of output for each row of input, in order, with the columns `<target>_predictions`,
        `<target>_probability`, ...
        Values are filled in for inputs that the rows lack, with a MissingInputsWarning; `strict` refuses such rows.
        Raises PredictionFailedError when the model cannot predict these rows, InvalidStateError unless it is Ready.
        """
        answer, missing = _prediction.predict(self._http, self._path + "/predict", rows, output, strict=strict)
        if missing.count:
            warnings.warn(MissingInputsWarning(missing.count, missing.names), stacklevel=2)
        return answer

    def update(
        self,
        *,
        description: str | None = None,
        starred: bool | None = None,
        archived: bool | None = None,
        semver: str | None = None,
        force_semver: bool | None = None,
        tags: Mapping[str, str | None] | None = None,
    ) -> Version:
        """Change these fields; fields left out stay as they are. `tags` are set by key; None deletes one."""
        changes: dict[str, Any] = {"description": description, "starred": starred, "archived": archived}
        changes |= {"semver": semver, "force_semver": force_semver, "tags": tags}
        body = wire.VersionUpdate.model_validate({key: value for key, value in changes.items() if value is not None})
        self._record = self._http.call("PATCH", self._path, wire.Version, body=body)
        return self

    def cancel(self) -> Version:
        """Ask the training to stop. Raises InvalidStateError when it has ended."""
        self._record = self._http.call("POST", self._path + "/cancel", wire.Version)
        return self

    def retrain(self, *, newest_data: bool = False) -> Version:
        """Train a new version with the same config and seed, on the same data or the newest version of the dataset."""
        body = wire.RetrainRequest(newest_data=newest_data)
        record: wire.Version = self._http.call("POST", self._path + "/retrain", wire.Version, body=body)
        return Version(self._http, self._project, record)

    def suggestions(self) -> Suggestions:
        """The Co-Pilot's next experiments, the most promising first, and what became of those tried before."""
        return self._http.get(self._path + "/suggestions", Suggestions)

    def train_suggestion(
        self,
        suggestion: Suggestion | str,
        *,
        description: str | None = None,
        wait: bool = True,
        progress: VersionProgress | None = None,
    ) -> Version:
        """Train a suggestion, or the one of this id, as a new version with this one as its parent.

        The new version's `suggestions().outcome` says whether it helped. Raises NotFoundError when there is no
        suggestion of this id (any more).
        """
        chosen = self._find_suggestion(suggestion) if isinstance(suggestion, str) else suggestion
        dataset = self.info.dataset
        if dataset is None:
            raise InvalidArgumentError(f"{self.reference} was not trained here", hint="There is no data to train on.")
        body = wire.TrainRequest(
            config=chosen.config,
            dataset=dataset.name,
            dataset_version=dataset.number,
            description=chosen.title if description is None else description,
            parent=self.number,
            suggestion=chosen.id,
        )
        path = api_path("projects", self._project, "models", self.model, "versions")
        record: wire.Version = self._http.call("POST", path, wire.Version, body=body)
        version = Version(self._http, self._project, record)
        return version.wait(progress) if wait else version

    def _find_suggestion(self, suggestion_id: str) -> Suggestion:
        suggestions = self.suggestions().suggestions
        for suggestion in suggestions:
            if suggestion.id == suggestion_id:
                return suggestion
        listed = ", ".join(suggestion.id for suggestion in suggestions) or "none"
        raise NotFoundError(f"{self.reference} has no suggestion {suggestion_id!r}", hint=f"Suggestions: {listed}.")

    def fork(self, model: str, *, description: str = "", model_description: str = "") -> Version:
        """Make a new model whose first version is this one. Raises AlreadyExistsError when there is such a model."""
        body = wire.ForkRequest(model=model, description=description, model_description=model_description)
        record: wire.Version = self._http.call("POST", self._path + "/fork", wire.Version, body=body)
        return Version(self._http, self._project, record)

    def reproduce(self, *, tolerance: float | None = None) -> Reproduction:
        """Train this version again as a new one, from the recorded config, data and seed, and give back what differs.

        Waits until the training has ended. `verdict` of the answer is bit_equal, within_tolerance (of `tolerance`, 1e-6
        unless set), drifted or failed. Raises InvalidStateError for a version that was registered or is not Ready.
        """
        started = self.start_reproduction(tolerance=tolerance)
        copied = self._http.get(
            api_path("projects", self._project, "models", self.model, "versions", started.version.number), wire.Version
        )
        copy = Version(self._http, self._project, copied)
        copy.wait(raise_on_failure=False)
        return copy.reproductions()[-1]

    def start_reproduction(self, *, tolerance: float | None = None) -> Reproduction:
        """As `reproduce`, without waiting; `packages` of the answer are known already."""
        body = ReproduceRequest() if tolerance is None else ReproduceRequest(tolerance=tolerance)
        return self._http.call("POST", self._path + "/reproduce", Reproduction, body=body)

    def reproductions(self) -> list[Reproduction]:
        """Reproductions of this version, and the one that it is itself, which is the last; newest first."""
        return self._http.get(self._path + "/reproductions", list[Reproduction])

    def delete(self) -> None:
        """Delete the version with its files; its number is not used again."""
        self._http.delete(self._path)

    def _changes(self, *, timeout: float | None = None) -> Iterator[events.Event | None]:
        deadline = None if timeout is None else time.monotonic() + timeout
        silence = SILENCE_SECONDS if timeout is None else max(0.05, min(SILENCE_SECONDS, timeout))
        topic = f"version:{self.model}/{self.number}"
        for event in watch(
            self._http, self._project, [topic], silence_seconds=silence, offline_timeout_seconds=timeout
        ):
            self._take(event)
            yield event
            if not self.is_moving:
                return
            if deadline is not None and time.monotonic() > deadline:
                raise WaitTimeoutError(
                    f"{self.reference} is still {self.status} after {timeout:g} s", hint="The training goes on."
                )

    def _take(self, event: events.Event | None) -> None:
        if isinstance(event, events.ProgressChanged):
            self._record = self.info.model_copy(update={"progress": event.progress})
        elif event is None or isinstance(event, events.VersionChanged):
            self.refresh()

    def _raise_unless_ready(self) -> None:
        record = self.info
        if record.status is wire.VersionStatus.FAILED:
            reason = f" in {record.error.step}: {record.error.message}" if record.error else ""
            raise TrainingFailedError(
                f"{self.reference} failed{reason}", version=record, hint=f"Its log: modelyard logs {self.reference}"
            )
        if record.status is wire.VersionStatus.CANCELED:
            raise TrainingCanceledError(f"{self.reference} was canceled", version=record)


VersionProgress = Callable[[Version], object]
"""Called with a version each time it has changed."""
