"""Bringing everything over: what is new is sent, what was sent before is passed over, and both sides are counted."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby
from typing import Any

import msgspec

from modelyard.sdk._client import Client
from modelyard.sdk.mlflow_import.choosing import chosen_experiments, chosen_models
from modelyard.sdk.mlflow_import.importing.artifacts import ArtifactTask, ArtifactTransfer
from modelyard.sdk.mlflow_import.importing.sending import Receiver
from modelyard.sdk.mlflow_import.importing.traces import TraceTransfer
from modelyard.sdk.mlflow_import.places import placed
from modelyard.sdk.mlflow_import.report import TransferReport
from modelyard.sdk.mlflow_import.sources.files import STORES
from modelyard.sdk.mlflow_import.sources.opening import open_source
from modelyard.sdk.mlflow_import.sources.records import (
    MAX_POINTS,
    SourceExperiment,
    SourceLoggedModel,
    SourceModel,
    SourceRun,
)
from modelyard.sdk.mlflow_import.sources.source import Source
from modelyard.wire.imports import AliasLine, ImportedItem, LoggedModelLine, RunLine, Series

Progress = Callable[[float | None, str], None]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """`experiments` (names or ids) and `models` choose what is brought, each all when empty.

    `artifact_root` is what `mlflow-artifacts:/` stands for in a database or folder of a server. `everything` sends also
    what an earlier import has brought.
    """

    experiments: Sequence[str] = ()
    models: Sequence[str] = ()
    artifacts: bool = True
    artifact_root: str | None = None
    dry_run: bool = False
    everything: bool = False


def import_mlflow(
    client: Client, uri: str, options: ImportOptions | None = None, progress: Progress | None = None
) -> TransferReport:
    """Brings what is at `uri` into the client's project and counts both sides.

    May be interrupted at any moment and run again. Raises InvalidArgumentError when `uri` cannot be read, NotFoundError
    for an experiment or model that is not there; what fails by itself is in the report.
    """
    chosen = options or ImportOptions()
    source = open_source(uri, chosen.artifact_root)
    try:
        return _Importer(client, source, chosen, progress or (lambda _fraction, _words: None)).run()
    finally:
        source.close()


class _Importer:
    def __init__(self, client: Client, source: Source, options: ImportOptions, progress: Progress) -> None:
        self._source, self._options, self._progress = source, options, progress
        self._report = TransferReport(source.name, f"{client.url} project {client.project}", dry_run=options.dry_run)
        http = client._http  # noqa: SLF001 - the same package
        self._receiver = Receiver(http, client.project, source.name, self._report, dry_run=options.dry_run)
        self._artifacts = ArtifactTransfer(client, source, self._receiver, self._report, options.everything)
        self._targets: dict[str, str] = {}
        self._runs: set[str] = set()
        self._runs_of: dict[str, list[str]] = {}
        self._logged_models: set[str] = set()
        self._tasks: list[ArtifactTask] = []

    def run(self) -> TransferReport:
        self._progress(None, "reading the list of experiments")
        experiments = chosen_experiments(self._source, self._options.experiments)
        self._send_experiments(experiments)
        earlier_runs, earlier_models = self._earlier("run"), self._earlier("logged_model")
        for number, experiment in enumerate(experiments):
            self._send_runs(experiment, earlier_runs, number / len(experiments))
            self._send_logged_models(experiment, earlier_models)
        self._receiver.flush()
        self._send_traces(experiments)
        self._send_models()
        if self._options.artifacts:
            self._artifacts.transfer(self._tasks, self._progress)
        self._receiver.flush()
        self._report.notes += self._source.notes
        for kind, key, reason in self._source.problems:
            self._report.fail(kind, key, reason)
        if not self._options.dry_run:
            self._progress(None, "counting both sides")
            self._check(experiments)
            self._receiver.finish()
        return self._report

    def _earlier(self, kind: str) -> dict[str, ImportedItem]:
        return {} if self._options.everything else self._receiver.items(kind)

    def _send_experiments(self, experiments: Sequence[SourceExperiment]) -> None:
        earlier = self._earlier("experiment")
        for experiment in experiments:
            line = experiment.line
            if not self._options.artifacts and experiment.location.partition(":")[0] in STORES:
                line.location = experiment.location
            self._report.find({"experiments": 1, "experiment_tags": len(line.tags)})
            if self._is_known("experiments", earlier.get(line.key), _digest(line)):
                continue
            line.fingerprint = _digest(line)
            self._receiver.add(line)
        self._receiver.flush()
        self._targets = {key: item.target for key, item in self._receiver.items("experiment").items()}

    def _is_known(self, kind: str, item: ImportedItem | None, fingerprint: str) -> bool:
        same = item is not None and item.fingerprint.partition(".")[0] == fingerprint
        self._report.kinds[kind].before += same
        return same

    def _send_runs(self, experiment: SourceExperiment, earlier: dict[str, ImportedItem], fraction: float) -> None:
        sent = 0
        for page in self._source.run_pages(experiment):
            changed = [run for run in page if not self._pass_over(run, earlier.get(run.line.run_id))]
            if self._options.dry_run:
                self._find_points(changed)
            else:
                self._send_page(experiment, changed)
            ids = [run.line.run_id for run in page]
            self._runs.update(ids)
            self._runs_of.setdefault(experiment.line.key, []).extend(ids)
            self._tasks += self._run_tasks(page)
            sent += len(page)
            self._progress(fraction, f"runs of {experiment.line.name}, {sent}")

    def _pass_over(self, run: SourceRun, item: ImportedItem | None) -> bool:
        line = run.line
        self._report.find(
            {
                "runs": 1,
                "params": len(line.params),
                "tags": len(line.tags),
                "dataset_inputs": len(line.datasets),
                "model_inputs": len(set(line.input_models)),
                "model_outputs": len(line.output_models),
                "metrics": len(run.metric_keys),
            }
        )
        line.fingerprint = _digest(line, run.state)
        if not self._is_known("runs", item, line.fingerprint):
            return False
        assert item is not None
        self._report.find({"metric_points": int(item.fingerprint.partition(".")[2])})
        return True

    def _find_points(self, runs: Sequence[SourceRun]) -> None:
        """Without reading histories; None where there are some and nobody knows how many."""
        counted = self._report.kinds["metric_points"]
        for run in runs:
            unknown = run.point_count is None and run.metric_keys
            counted.found = None if unknown or counted.found is None else counted.found + (run.point_count or 0)

    def _send_page(self, experiment: SourceExperiment, runs: Sequence[SourceRun]) -> None:
        waiting = {run.line.run_id: run.line for run in runs}
        pieces = self._source.histories(experiment, runs)
        for run_id, group in groupby(pieces, lambda piece: piece[0]):
            self._send_run(waiting.pop(run_id), ((key, points) for _, key, points in group))
        for line in waiting.values():
            self._send_run(line, iter(()))

    def _send_run(self, line: RunLine, pieces: Iterator[tuple[str, Series]]) -> None:
        """A long history goes in several lines; only the last one says that the run is whole."""
        metrics: dict[str, Series] = {}
        size = total = 0
        for key, points in pieces:
            if key in metrics or size >= MAX_POINTS:
                self._receiver.add(msgspec.structs.replace(line, metrics=metrics, fingerprint=""))
                metrics, size = {}, 0
            metrics[key] = points
            size += len(points.steps)
            total += len(points.steps)
        self._report.find({"metric_points": total})
        self._receiver.add(msgspec.structs.replace(line, metrics=metrics, fingerprint=f"{line.fingerprint}.{total}"))

    def _run_tasks(self, page: Sequence[SourceRun]) -> Iterator[ArtifactTask]:
        for run in page:
            target = self._targets.get(run.line.experiment)
            if target is not None or self._options.dry_run:
                owner = RunLine(run_id=run.line.run_id, experiment=run.line.experiment)
                yield ArtifactTask(owner, run.location, target or "", f"{run.line.run_id}/artifacts")

    def _send_logged_models(self, experiment: SourceExperiment, earlier: dict[str, ImportedItem]) -> None:
        for model in self._source.logged_models(experiment):
            self._send_logged_model(model, earlier.get(model.line.model_id))

    def _send_logged_model(self, model: SourceLoggedModel, item: ImportedItem | None) -> None:
        line = model.line
        metrics = {(each.key, each.run_id, each.dataset_name, each.dataset_digest) for each in line.metrics}
        self._report.find(
            {
                "logged_models": 1,
                "logged_model_params": len(line.params),
                "logged_model_tags": len(line.tags),
                "logged_model_metrics": len(metrics),
            }
        )
        self._logged_models.add(line.model_id)
        fingerprint = _digest(line)
        if not self._is_known("logged_models", item, fingerprint):
            self._receiver.add(msgspec.structs.replace(line, fingerprint=fingerprint))
        target = self._targets.get(line.experiment)
        if target is not None or self._options.dry_run:
            owner = LoggedModelLine(
                model_id=line.model_id, experiment=line.experiment, name=line.name, created_at=0, updated_at=0
            )
            self._tasks.append(ArtifactTask(owner, model.location, target or "", f"models/{line.model_id}/artifacts"))

    def _send_traces(self, experiments: Sequence[SourceExperiment]) -> None:
        """After all runs, because traces of one experiment may be linked to runs of another."""
        transfer = TraceTransfer(self._source.traces, self._receiver, self._report, self._earlier("trace"))
        for number, experiment in enumerate(experiments):
            fraction, name = number / len(experiments), experiment.line.name
            count = transfer.send(
                experiment,
                lambda sent, fraction=fraction, name=name: self._progress(fraction, f"traces of {name}, {sent}"),  # type: ignore[misc]
            )
            if count:
                transfer.send_links(experiment, self._runs_of.get(experiment.line.key, ()), self._runs)
        self._receiver.flush()
        self._report.notes += self._source.traces.notes

    def _send_models(self) -> None:
        self._progress(None, "registered models")
        earlier_models, earlier_versions = self._earlier("model"), self._earlier("version")
        for model in chosen_models(self._source, self._options.models):
            self._send_model(model, earlier_models, earlier_versions)

    def _send_model(
        self, model: SourceModel, earlier_models: dict[str, ImportedItem], earlier_versions: dict[str, ImportedItem]
    ) -> None:
        line = model.line
        self._report.find({"models": 1, "model_tags": len(line.tags), "aliases": len(model.aliases)})
        fingerprint = _digest(line)
        if not self._is_known("models", earlier_models.get(line.name), fingerprint):
            self._receiver.add(msgspec.structs.replace(line, fingerprint=fingerprint))
        for version in model.versions:
            self._report.find({"versions": 1, "version_tags": len(version.line.tags)})
            sent, copied = placed(version, self._runs, self._logged_models)
            if copied is not None:
                self._tasks.append(ArtifactTask(None, version.location, "imported", copied))
            fingerprint = _digest(sent)
            if not self._is_known("versions", earlier_versions.get(f"{line.name}/{sent.number}"), fingerprint):
                self._receiver.add(msgspec.structs.replace(sent, fingerprint=fingerprint))
        for alias, number in sorted(model.aliases.items()):
            self._receiver.add(AliasLine(model=line.name, alias=alias, number=number))

    def _check(self, experiments: Sequence[SourceExperiment]) -> None:
        """Counts what is here now, of what was chosen."""
        keys = [self._targets[each.line.key] for each in experiments if each.line.key in self._targets]
        chosen = keys if self._options.experiments else None
        counts = self._receiver.counts(chosen, self._options.models or None)
        if not self._options.artifacts:
            counts = {kind: count for kind, count in counts.items() if not kind.startswith("artifact_")}
        self._report.check(counts)


def _digest(*parts: Any) -> str:
    """A digest that changes with the parts; 32 hexadecimal digits."""
    return blake2b(msgspec.json.encode(parts), digest_size=16).hexdigest()
