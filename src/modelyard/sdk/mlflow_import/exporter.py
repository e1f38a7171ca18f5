"""Writing a project to an MLflow server: the same in the other direction, as far as the protocol lets one choose."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

import msgspec

from modelyard.sdk._client import Client
from modelyard.sdk._errors import InvalidArgumentError, ModelyardError
from modelyard.sdk.mlflow_import.choosing import chosen_experiments, chosen_models
from modelyard.sdk.mlflow_import.files import PROXY
from modelyard.sdk.mlflow_import.places import placed
from modelyard.sdk.mlflow_import.protocol import MlflowHttp, auth_of_environment, protocol_of
from modelyard.sdk.mlflow_import.report import TransferReport
from modelyard.sdk.mlflow_import.rest import RestSource
from modelyard.sdk.mlflow_import.source import PARENT_TAG, SourceExperiment, SourceModel, SourceRun, SourceVersion
from modelyard.sdk.mlflow_import.target import ORIGIN_TAG, WHOLE_TAG, MlflowTarget, tags_of
from modelyard.wire.imports import LoggedModelLine, RunLine

Progress = Callable[[float | None, str], None]

_OWN_EXPERIMENT = "[model]"
"""Begins the names of the experiments that trainings of a model belong to; without runs they are not worth writing."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """`experiments` (names or ids) and `models` choose what is written, each all when empty."""

    experiments: Sequence[str] = ()
    models: Sequence[str] = ()
    artifacts: bool = True
    dry_run: bool = False


@dataclass(slots=True)
class _There:
    """A run or logged model at the target."""

    key: str
    location: str


def export_mlflow(
    client: Client, uri: str, options: ExportOptions | None = None, progress: Progress | None = None
) -> TransferReport:
    """Writes the client's project to the MLflow server at `uri` and counts both sides.

    Runs get ids of that server and carry a tag with the one they have here. May be interrupted and run again. Raises
    InvalidArgumentError when `uri` is not the address of a server; what fails by itself is in the report.
    """
    if urlsplit(uri).scheme not in ("http", "https"):
        raise InvalidArgumentError(
            f"{uri!r} is not the address of a server.", hint="Start `mlflow server` on that folder or database first."
        )
    source, target = RestSource(protocol_of(client)), MlflowTarget(MlflowHttp(uri, auth_of_environment()))
    try:
        chosen = options or ExportOptions()
        exporter = _Exporter(source, target, chosen, progress or (lambda _fraction, _words: None))
        try:
            return exporter.run()
        finally:
            exporter.close()
    finally:
        source.close()


class _Exporter:
    def __init__(self, source: RestSource, target: MlflowTarget, options: ExportOptions, progress: Progress) -> None:
        self._source, self._target, self._options, self._progress = source, target, options, progress
        self._report = TransferReport(source.name, target.http.url, dry_run=options.dry_run)
        self._there = dict.fromkeys(("experiments", "runs", "params", "tags", "metrics", "metric_points"), 0)
        self._there |= dict.fromkeys(("logged_models", "models", "versions", "aliases"), 0)
        self._written = RestSource(target.http)
        self._runs: dict[str, _There] = {}
        self._models: dict[str, _There] = {}

    def close(self) -> None:
        self._written.close()

    def run(self) -> TransferReport:
        for experiment in chosen_experiments(self._source, self._options.experiments):
            self._write_experiment(experiment)
        for model in chosen_models(self._source, self._options.models):
            self._progress(None, f"model {model.line.name}")
            self._write_model(model)
        if not self._options.dry_run:
            self._report.check(self._there)
        return self._report

    def _write_experiment(self, experiment: SourceExperiment) -> None:
        line = experiment.line
        runs = [run for page in self._source.run_pages(experiment) for run in page]
        if not runs and line.name.startswith(_OWN_EXPERIMENT):
            return
        self._report.find({"experiments": 1})
        if self._options.dry_run:
            for run in runs:
                self._find(run)
            return
        key = self._target.experiment(line.name, line.tags)
        self._report.kinds["experiments"].written += 1
        before = self._target.exported_runs(key)
        for number, run in enumerate(runs, 1):
            self._progress(number / len(runs), f"runs of {line.name}, {number}")
            self._find(run)
            self._attempt("runs", run.line.run_id, lambda run=run: self._write_run(key, experiment, run, before))  # type: ignore[misc]
        self._write_logged_models(key, experiment)
        for run in runs:
            self._attempt("runs", run.line.run_id, lambda run=run: self._end_run(run, before))  # type: ignore[misc]
        self._count(key, experiment)
        if line.state == "deleted":
            self._target.http.post("experiments/delete", experiment_id=key)

    def _find(self, run: SourceRun) -> None:
        line = run.line
        self._report.find(
            {"runs": 1, "params": len(line.params), "tags": len(line.tags), "metrics": len(run.metric_keys)}
        )

    def _attempt(self, kind: str, key: str, write: Callable[[], None]) -> None:
        try:
            write()
        except (ModelyardError, OSError) as error:
            self._report.fail(kind, key, str(error))

    def _write_run(
        self, experiment_id: str, experiment: SourceExperiment, run: SourceRun, before: dict[str, dict[str, Any]]
    ) -> None:
        line = run.line
        present = before.get(line.run_id)
        info = present["info"] if present else self._target.create_run(experiment_id, line)["info"]
        assert isinstance(info, dict)
        there = _There(str(info["run_id"]), str(info.get("artifact_uri") or ""))
        self._runs[line.run_id] = there
        if _is_whole(run, present):
            self._report.kinds["runs"].before += 1
            self._report.find(
                {"metric_points": sum(len(p.steps) for _, _, p in self._source.histories(experiment, [run]))}
            )
            return
        if present is not None and info.get("lifecycle_stage") == "deleted":
            self._target.http.post("runs/restore", run_id=there.key)
        self._target.log(there.key, line.params, line.tags if present else {})
        for _, key, points in self._source.histories(experiment, [run]):
            self._report.find({"metric_points": len(points.steps)})
            self._target.log_points(there.key, key, points)
        self._copy_files(line, run.location, there.location, line.run_id)

    def _end_run(self, run: SourceRun, before: dict[str, dict[str, Any]]) -> None:
        there = self._runs.get(run.line.run_id)
        if there is None or _is_whole(run, before.get(run.line.run_id)):
            return
        self._target.log_inputs(there.key, run.line, {key: model.key for key, model in self._models.items()})
        parent = self._runs.get(run.line.tags.get(PARENT_TAG, ""))
        if parent is not None:
            self._target.log(there.key, {}, {PARENT_TAG: parent.key})
        self._target.end_run(there.key, run.line, _digest(run))
        self._report.kinds["runs"].written += 1

    def _write_logged_models(self, experiment_id: str, experiment: SourceExperiment) -> None:
        before = self._target.exported_models(experiment_id)
        runs = {key: run.key for key, run in self._runs.items()}
        for model in self._source.logged_models(experiment):
            line = model.line
            self._report.find({"logged_models": 1})
            info = before.get(line.model_id)
            if info is not None and WHOLE_TAG in tags_of(info):
                self._models[line.model_id] = _There(str(info["model_id"]), "")
                self._report.kinds["logged_models"].before += 1
                continue

            def write(
                line: LoggedModelLine = line, location: str = model.location, info: dict[str, Any] | None = info
            ) -> None:
                made = info or self._target.create_logged_model(experiment_id, line, runs)["info"]
                there = _There(str(made["model_id"]), str(made.get("artifact_uri") or ""))
                self._models[line.model_id] = there
                self._copy_files(line, location, there.location, line.model_id)
                self._target.end_logged_model(there.key)
                self._report.kinds["logged_models"].written += 1

            self._attempt("logged_models", line.model_id, write)

    def _copy_files(self, owner: RunLine | LoggedModelLine | None, location: str, there: str, key: str) -> None:
        if not self._options.artifacts:
            return
        files = self._source.list_files(location, owner)
        self._report.find({"artifact_files": len(files), "artifact_bytes": sum(file.size_bytes for file in files)})
        parts = urlsplit(there)
        if files and parts.scheme != PROXY:
            self._report.fail("artifact_files", key, f"The server does not take files for {there!r}.")
            return
        for file in files:
            chunks = self._source.read_file(location, file.path, owner)
            self._target.http.upload_artifact(f"{parts.path.strip('/')}/{file.path}", chunks)
            self._report.kinds["artifact_files"].written += 1

    def _write_model(self, model: SourceModel) -> None:
        line = model.line
        self._report.find({"models": 1, "versions": len(model.versions), "aliases": len(model.aliases)})
        if self._options.dry_run:
            return
        self._target.model(line.name, line.description, line.tags)
        self._report.kinds["models"].written += 1
        before = self._target.versions(line.name, line.tags)
        for version in model.versions:
            present = before.get(version.line.number, {})
            if ORIGIN_TAG in tags_of(present):
                self._target.set_stage(version.line, present.get("current_stage") or "None")
                self._report.kinds["versions"].before += 1
            else:
                key = f"{line.name}/{version.line.number}"
                self._attempt("versions", key, lambda version=version: self._write_version(version))  # type: ignore[misc]
        numbers = set(self._target.versions(line.name, line.tags))
        for alias, number in model.aliases.items():
            if number in numbers:
                self._target.set_alias(line.name, alias, number)
                self._report.kinds["aliases"].written += 1
        there = self._target.http.get("registered-models/get", name=line.name)["registered_model"]
        self._there["models"] += 1
        self._there["versions"] += len(numbers & {version.line.number for version in model.versions})
        self._there["aliases"] += sum(each["alias"] in model.aliases for each in there.get("aliases", []))

    def _write_version(self, version: SourceVersion) -> None:
        line, copied = placed(version, self._runs, self._models)
        run = self._runs.get(line.run_id)
        place = line.place
        model_id = None
        if place is not None and place.model_id:
            model_id = self._models[place.model_id].key
            source = f"models:/{model_id}"
        elif place is not None and place.run_id:
            run = self._runs[place.run_id]
            source = f"{run.location}/{place.path}".rstrip("/")
        elif copied is not None:
            if run is None:
                raise ModelyardError("Its files belong to no run that was written, so they have no place there.")
            source = f"{run.location}/versions/{line.number}"
            self._copy_files(None, version.location, source, f"{line.model}/{line.number}")
        else:
            source = line.source
        self._target.create_version(line, source, run.key if run else None, model_id)
        self._report.kinds["versions"].written += 1

    def _count(self, experiment_id: str, experiment: SourceExperiment) -> None:
        """What is there now of the experiment, read back from the server."""
        self._there["experiments"] += 1
        there = self._written
        shown = SourceExperiment(msgspec.structs.replace(experiment.line, key=experiment_id), "")
        for page in there.run_pages(shown):
            mine = [run for run in page if run.line.tags.get(ORIGIN_TAG) in self._runs]
            for run in mine:
                self._there["runs"] += WHOLE_TAG in run.line.tags
                self._there["params"] += len(run.line.params)
                self._there["tags"] += len(run.line.tags.keys() - {ORIGIN_TAG, WHOLE_TAG})
                self._there["metrics"] += len(run.metric_keys)
            self._there["metric_points"] += sum(len(p.steps) for _, _, p in there.histories(shown, mine))
        known = self._target.exported_models(experiment_id)
        self._there["logged_models"] += sum(key in self._models for key in known)


def _is_whole(run: SourceRun, present: dict[str, Any] | None) -> bool:
    data = present.get("data") if present else None
    return isinstance(data, dict) and tags_of(data).get(WHOLE_TAG) == _digest(run)


def _digest(run: SourceRun) -> str:
    return blake2b(msgspec.json.encode((run.line, run.state)), digest_size=16).hexdigest()
