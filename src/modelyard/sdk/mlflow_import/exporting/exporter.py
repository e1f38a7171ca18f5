"""Writing a project to an MLflow server: the same in the other direction, as far as the protocol lets one choose."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

import msgspec

from modelyard.sdk._client import Client
from modelyard.sdk._errors import InvalidArgumentError
from modelyard.sdk.mlflow_import.choosing import chosen_experiments, chosen_models
from modelyard.sdk.mlflow_import.exporting.export import Export, TargetObject
from modelyard.sdk.mlflow_import.exporting.registry import write_model
from modelyard.sdk.mlflow_import.exporting.target import ORIGIN_TAG, WHOLE_TAG, MlflowTarget, tags_of
from modelyard.sdk.mlflow_import.exporting.traces import TraceExport, find_traces
from modelyard.sdk.mlflow_import.protocol import MlflowHttp, auth_of_environment, protocol_of
from modelyard.sdk.mlflow_import.report import TransferReport
from modelyard.sdk.mlflow_import.sources.records import PARENT_TAG, SourceExperiment, SourceRun
from modelyard.sdk.mlflow_import.sources.rest import RestSource
from modelyard.wire.imports import LoggedModelLine

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


@dataclass(frozen=True, slots=True)
class _WrittenExperiment:
    """`key` is its id at the target, `runs` have the ids of the source."""

    key: str
    experiment: SourceExperiment
    runs: list[str]


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
        chosen, written = options or ExportOptions(), RestSource(target.http)
        report = TransferReport(source.name, target.http.url, dry_run=chosen.dry_run)
        try:
            export = Export(source, target, written, report, chosen.artifacts)
            return _Exporter(export, chosen, progress or (lambda _fraction, _words: None)).run()
        finally:
            written.close()
    finally:
        source.close()


class _Exporter:
    def __init__(self, export: Export, options: ExportOptions, progress: Progress) -> None:
        self._export, self._options, self._progress = export, options, progress
        self._source, self._target, self._report = export.source, export.target, export.report

    def run(self) -> TransferReport:
        chosen = chosen_experiments(self._source, self._options.experiments)
        written = [target for experiment in chosen if (target := self._write_experiment(experiment)) is not None]
        self._write_traces(written)
        for target in written:
            if target.experiment.line.state == "deleted":
                self._target.http.post("experiments/delete", experiment_id=target.key)
        for model in chosen_models(self._source, self._options.models):
            self._progress(None, f"model {model.line.name}")
            write_model(self._export, model)
        for kind, key, reason in self._source.problems:
            self._report.fail(kind, key, reason)
        self._report.notes += self._export.written.traces.notes
        if not self._options.dry_run:
            self._report.check(self._export.there)
        return self._report

    def _write_experiment(self, experiment: SourceExperiment) -> _WrittenExperiment | None:
        """None where nothing was written."""
        line = experiment.line
        runs = [run for page in self._source.run_pages(experiment) for run in page]
        if not runs and line.name.startswith(_OWN_EXPERIMENT):
            return None
        self._report.find({"experiments": 1})
        if self._options.dry_run:
            for run in runs:
                self._find(run)
            find_traces(self._source.traces, experiment, self._report)
            return None
        key = self._target.experiment(line.name, line.tags)
        self._report.kinds["experiments"].written += 1
        before = self._target.exported_runs(key)
        for number, run in enumerate(runs, 1):
            self._progress(number / len(runs), f"runs of {line.name}, {number}")
            self._find(run)
            self._export.attempt("runs", run.line.run_id, lambda run=run: self._write_run(key, experiment, run, before))  # type: ignore[misc]
        self._write_logged_models(key, experiment)
        for run in runs:
            self._export.attempt("runs", run.line.run_id, lambda run=run: self._end_run(run, before))  # type: ignore[misc]
        self._count(key, experiment)
        return _WrittenExperiment(key, experiment, [run.line.run_id for run in runs])

    def _write_traces(self, written: Sequence[_WrittenExperiment]) -> None:
        """After all runs, because traces of one experiment may be linked to runs of another."""
        runs, models = _keys(self._export.runs), _keys(self._export.models)
        traces = TraceExport(
            self._source.traces, self._target.http, self._export.written.traces, self._report, runs, models
        )
        for number, each in enumerate(written):
            self._progress(number / len(written), f"traces of {each.experiment.line.name}")
            self._export.count(traces.write(each.experiment, _shown(each.experiment, each.key), each.runs))

    def _find(self, run: SourceRun) -> None:
        line = run.line
        self._report.find(
            {"runs": 1, "params": len(line.params), "tags": len(line.tags), "metrics": len(run.metric_keys)}
        )

    def _write_run(
        self, experiment_id: str, experiment: SourceExperiment, run: SourceRun, before: dict[str, dict[str, Any]]
    ) -> None:
        line = run.line
        present = before.get(line.run_id)
        info = present["info"] if present else self._target.create_run(experiment_id, line)["info"]
        assert isinstance(info, dict)
        target_run = TargetObject(str(info["run_id"]), str(info.get("artifact_uri") or ""))
        self._export.runs[line.run_id] = target_run
        if _is_whole(run, present):
            self._report.kinds["runs"].before += 1
            self._report.find(
                {"metric_points": sum(len(p.steps) for _, _, p in self._source.histories(experiment, [run]))}
            )
            return
        if present is not None and info.get("lifecycle_stage") == "deleted":
            self._target.http.post("runs/restore", run_id=target_run.key)
        self._target.log(target_run.key, line.params, line.tags if present else {})
        for _, key, points in self._source.histories(experiment, [run]):
            self._report.find({"metric_points": len(points.steps)})
            self._target.log_points(target_run.key, key, points)
        self._export.copy_files(line, run.location, target_run.location, line.run_id)

    def _end_run(self, run: SourceRun, before: dict[str, dict[str, Any]]) -> None:
        target_run = self._export.runs.get(run.line.run_id)
        if target_run is None or _is_whole(run, before.get(run.line.run_id)):
            return
        self._target.log_inputs(target_run.key, run.line, _keys(self._export.models))
        parent = self._export.runs.get(run.line.tags.get(PARENT_TAG, ""))
        if parent is not None:
            self._target.log(target_run.key, {}, {PARENT_TAG: parent.key})
        self._target.end_run(target_run.key, run.line, _digest(run))
        self._report.kinds["runs"].written += 1

    def _write_logged_models(self, experiment_id: str, experiment: SourceExperiment) -> None:
        before = self._target.exported_models(experiment_id)
        runs = _keys(self._export.runs)
        for model in self._source.logged_models(experiment):
            line = model.line
            self._report.find({"logged_models": 1})
            info = before.get(line.model_id)
            if info is not None and WHOLE_TAG in tags_of(info):
                self._export.models[line.model_id] = TargetObject(str(info["model_id"]), "")
                self._report.kinds["logged_models"].before += 1
                continue

            def write(
                line: LoggedModelLine = line, location: str = model.location, info: dict[str, Any] | None = info
            ) -> None:
                created = info or self._target.create_logged_model(experiment_id, line, runs)["info"]
                target_model = TargetObject(str(created["model_id"]), str(created.get("artifact_uri") or ""))
                self._export.models[line.model_id] = target_model
                self._export.copy_files(line, location, target_model.location, line.model_id)
                self._target.end_logged_model(target_model.key)
                self._report.kinds["logged_models"].written += 1

            self._export.attempt("logged_models", line.model_id, write)

    def _count(self, experiment_id: str, experiment: SourceExperiment) -> None:
        """Counts what the server has of the experiment now."""
        target, count = self._export.written, self._export.count
        shown = _shown(experiment, experiment_id)
        for page in target.run_pages(shown):
            exported = [run for run in page if run.line.tags.get(ORIGIN_TAG) in self._export.runs]
            for run in exported:
                count(
                    {
                        "runs": WHOLE_TAG in run.line.tags,
                        "params": len(run.line.params),
                        "tags": len(run.line.tags.keys() - {ORIGIN_TAG, WHOLE_TAG}),
                        "metrics": len(run.metric_keys),
                    }
                )
            count({"metric_points": sum(len(p.steps) for _, _, p in target.histories(shown, exported))})
        models = self._target.exported_models(experiment_id)
        count({"experiments": 1, "logged_models": sum(key in self._export.models for key in models)})


def _keys(written: Mapping[str, TargetObject]) -> dict[str, str]:
    return {key: target.key for key, target in written.items()}


def _shown(experiment: SourceExperiment, key: str) -> SourceExperiment:
    """The experiment as it is at the target, under its id there."""
    return SourceExperiment(msgspec.structs.replace(experiment.line, key=key), "")


def _is_whole(run: SourceRun, present: dict[str, Any] | None) -> bool:
    data = present.get("data") if present else None
    return isinstance(data, dict) and tags_of(data).get(WHOLE_TAG) == _digest(run)


def _digest(run: SourceRun) -> str:
    return blake2b(msgspec.json.encode((run.line, run.state)), digest_size=16).hexdigest()
