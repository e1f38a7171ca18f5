"""A training from its data to its uploaded model."""

import errno
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from modelyard.wire.config import Config
from modelyard.wire.jobs import JobFinish, TrainResult, TrainSpec
from modelyard.wire.models import MetricSummary, Signature, VersionStatus
from modelyard.wire.trainers import TrainerPlugin
from modelyard.worker.artifact.signature import model_signature
from modelyard.worker.artifact.writer import EXAMPLE_ROWS, ModelContent, write_model
from modelyard.worker.errors import JobError
from modelyard.worker.evaluation.outcome import outcome_warnings
from modelyard.worker.evaluation.report import evaluation_report, measure, positive_class, predict_splits
from modelyard.worker.explanation.report import explanation_report
from modelyard.worker.inference.features import class_labels
from modelyard.worker.inference.reading import Reading
from modelyard.worker.job.client import JobClient
from modelyard.worker.job.progress import ProgressClock
from modelyard.worker.job.reporter import Reporter
from modelyard.worker.preprocessing.prepare import Prepared, prepare
from modelyard.worker.preprocessing.readings import column_readings
from modelyard.worker.preprocessing.table import Table
from modelyard.worker.trainers.base import TrainedModel, load_trainer

_LOGGER = logging.getLogger(__name__)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass
class _Context:
    """What trainers report through."""

    seed: int
    threads: int
    reporter: Reporter
    clock: ProgressClock

    def log_metrics(self, step: int, metrics: Mapping[str, float]) -> None:
        self.reporter.log_metrics(step, metrics)

    def report_progress(self, done: int, total: int, message: str) -> None:
        self.reporter.check()
        self.reporter.progress(self.clock.fraction(done, total), message, self.clock.remaining_ms(done, total))

    def enter(self, status: VersionStatus) -> None:
        self.clock.enter(status)
        self.reporter.enter(status)
        _LOGGER.info("%s", status.value)
        self.report_progress(0, 1, status.value)


def work(spec: Mapping[str, Any], client: JobClient, reporter: Reporter, folder: Path) -> JobFinish:
    """The job `train`."""
    return run_training(TrainSpec.model_validate(spec), client, reporter, folder)


def run_training(spec: TrainSpec, client: JobClient, reporter: Reporter, work: Path) -> JobFinish:
    """Do the job in the folder `work`, and say how it ended. Failures become a JobFinish; a stop raises."""
    try:
        return _train(spec, client, _Context(spec.seed, spec.threads, reporter, ProgressClock()), work)
    except Exception as error:
        _LOGGER.exception("The training failed.")
        code, message = explain_failure(error)
        return JobFinish(status="Failed", error_code=code, error_message=message)


def explain_failure(error: Exception) -> tuple[str, str]:
    """The stable code of a failure and a message a person can act on."""
    if isinstance(error, JobError):
        return error.code, str(error)
    if isinstance(error, OSError) and error.errno in _FULL:
        return "disk_full", "The disk of the worker is full: free some space and train again."
    if isinstance(error, MemoryError) or "bad_alloc" in str(error):
        return "out_of_memory", (
            "The training needs more memory than it may take: raise backend.memory_limit_bytes or the engine's limit, "
            "or lower preprocessing.sample_ratio."
        )
    return "trainer_error", f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def find_trainer(name: str) -> TrainerPlugin:
    """The trainer that an entry point of the group `modelyard.trainers` names."""
    for point in entry_points(group="modelyard.trainers", name=name):
        plugin: TrainerPlugin = point.load()
        return plugin
    raise JobError(f"This worker has no trainer '{name}': install the package that brings it.", "unknown_trainer")


def _train(spec: TrainSpec, client: JobClient, context: _Context, work: Path) -> JobFinish:
    context.enter(VersionStatus.PREPROCESSING)
    config = Config.model_validate(spec.rendered_config)
    plugin = find_trainer(config.model_type)
    _LOGGER.info("Training %s version %d with %s, seed %d.", spec.model, spec.number, config.model_type, spec.seed)
    table, columns = _read(_fetch(spec, client, context, work), spec, config)
    dense = plugin.info.feature_encoding == "dense"
    prepared = prepare(table, config, dense=dense, seed=spec.seed, report=context.report_progress)
    data = prepared.data
    sizes = ", ".join(f"{len(targets):,} {name}" for name, targets in data.targets.items())
    _LOGGER.info("%d columns from %d features; rows: %s.", len(data.column_names), len(prepared.features), sizes)

    trainer = load_trainer(plugin)
    context.enter(VersionStatus.TRAINING)
    trained = trainer.train(data, config.trainer, context)

    context.enter(VersionStatus.EVALUATING)
    signature = model_signature(config, table, prepared.classes)
    predictions = predict_splits(data, trained.estimator, spec.seed, context.report_progress)
    labels = class_labels(prepared.classes)
    metrics = measure(data, labels, predictions)
    warnings = [*prepared.warnings, *outcome_warnings(metrics, len(data.targets["test"]), trained, config.trainer)]
    for warning in warnings:
        _LOGGER.warning("%s", warning.message)
    _log_metrics(metrics)
    _save(work / "model", spec, config, table, columns, prepared, trained, signature)
    _upload(client, context, work, "model")

    context.enter(VersionStatus.VISUALIZING)
    report = evaluation_report(config.target, labels, data, predictions, metrics, spec.seed, context.report_progress)
    reports = work / "reports"
    reports.mkdir()
    (reports / "evaluation.json").write_text(report.model_dump_json(), encoding="utf-8")

    context.enter(VersionStatus.EXPLAINING)
    names = [feature.name for feature in config.input_features]
    explanation = explanation_report(names, data, trained, spec.seed, context.report_progress)
    (reports / "explanation.json").write_text(explanation.model_dump_json(), encoding="utf-8")
    _upload(client, context, work, "reports")
    context.report_progress(1, 1, "done")
    result = TrainResult(
        metrics=metrics,
        best_iteration=trained.best_iteration,
        positive_class=positive_class(labels),
        warnings=warnings,
        signature=signature,
    )
    return JobFinish(status="Ready", result=result.model_dump())


def _read(path: Path, spec: TrainSpec, config: Config) -> tuple[Table, dict[str, dict[str, Any]]]:
    """The table, whose inputs are read as the model will read them, and what it has to remember for that."""
    table = Table(path, spec.threads)
    names = dict.fromkeys(feature.source for feature in config.input_features)
    types = {name: table.column_type(name) for name in names}
    columns = column_readings(names, spec.columns, spec.source_name, types)
    return Table(path, spec.threads, {name: Reading.of(each) for name, each in columns.items()}), columns


def _fetch(spec: TrainSpec, client: JobClient, context: _Context, work: Path) -> Path:
    def progress(received: int, total: int | None) -> None:
        size = f"{received / 1e6:.1f} MB" + (f" of {total / 1e6:.1f} MB" if total else "")
        context.report_progress(0, 1, f"fetching the data: {size}")

    path = work / "data.parquet"
    if client.download("data", path, progress) != spec.dataset_digest:
        raise JobError(
            f"The table of {spec.dataset}@{spec.dataset_version} is not what was uploaded: its stored file is damaged. "
            "`modelyard verify` on the server names every such file.",
            "corrupt_file",
        )
    return path


def _save(
    folder: Path,
    spec: TrainSpec,
    config: Config,
    table: Table,
    columns: dict[str, dict[str, Any]],
    prepared: Prepared,
    trained: TrainedModel,
    signature: Signature,
) -> None:
    _LOGGER.info("Saving the model.")
    content = ModelContent(
        target=config.target,
        output_type=prepared.data.output_type,
        classes=prepared.classes,
        features=prepared.features,
        columns=columns,
        signature=signature,
        example=table.head([column.name for column in signature.inputs], EXAMPLE_ROWS),
        metadata={
            "modelyard.model": spec.model,
            "modelyard.version": spec.number,
            "modelyard.dataset": spec.dataset,
            "modelyard.dataset_version": spec.dataset_version,
            "modelyard.dataset_digest": spec.dataset_digest,
            "modelyard.seed": spec.seed,
            "modelyard.positive_class": positive_class(class_labels(prepared.classes)),
        },
    )
    write_model(folder, content, trained)


def _upload(client: JobClient, context: _Context, work: Path, folder: str) -> None:
    files = sorted(path for path in (work / folder).rglob("*") if path.is_file())
    for index, path in enumerate(files):
        name = path.relative_to(work).as_posix()
        context.report_progress(index, len(files), f"uploading {name}")
        client.upload(f"files/{name}", path, context.reporter.check)


def _log_metrics(metrics: list[MetricSummary]) -> None:
    for split in ("train", "validation", "test"):
        values = ", ".join(f"{metric.name} {metric.value:.6g}" for metric in metrics if metric.split == split)
        _LOGGER.info("%s: %s", split, values)
