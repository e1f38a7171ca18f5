"""Writing prepared runs: new ones with few statements, those that are here already with the rules of logging."""

from collections.abc import Sequence
from itertools import count, repeat
from typing import NamedTuple

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import AlreadyExists, Immutable
from modelyard.server.tracking.bulk.prepared import PreparedRun
from modelyard.server.tracking.bulk.queries import count_points, list_existing
from modelyard.server.tracking.inputs.queries import DatasetInput, LoggedDataset
from modelyard.server.tracking.inputs.service import log_datasets, log_models
from modelyard.server.tracking.limits import ENDED
from modelyard.server.tracking.metrics.service import log_points
from modelyard.server.tracking.runs.search_columns import settle_runs
from modelyard.server.tracking.runs.service import Active, put_tags
from modelyard.wire.imports import DatasetLine, RunLine


class WrittenRuns(NamedTuple):
    """`merged` runs were here already. `points` counts the points that were not."""

    created: int
    merged: int
    points: int


def write_runs(raw: Raw, runs: Sequence[tuple[PreparedRun, int]]) -> WrittenRuns:
    """Writes runs, each into the experiment of the given id. A run that is here gets what it lacks.

    Call `find_foreign` and `find_sealed` before: neither a run of another project nor one of a finished version may be
    among them.
    """
    existing = list_existing(raw, [run.line.run_id for run, _ in runs])
    new_runs: dict[str, tuple[PreparedRun, int]] = {}
    again: list[PreparedRun] = []
    for run, experiment_id in runs:
        if run.line.run_id in existing or run.line.run_id in new_runs:
            again.append(run)
        else:
            new_runs[run.line.run_id] = (run, experiment_id)
    points = _insert(raw, list(new_runs.values()))
    before = len(existing)
    if again:
        existing = list_existing(raw, [run.line.run_id for run in again])
        points += sum(_merge(raw, existing[run.line.run_id], run) for run in again)
    return WrittenRuns(len(new_runs), before, points)


def foreign_run(run_id: str) -> AlreadyExists:
    return AlreadyExists(f"The run id {run_id} is taken by a run of another project of this server.")


def sealed_run(run_id: str) -> Immutable:
    return Immutable(f"Run {run_id} is the training of a finished version here, which never changes.")


def _insert(raw: Raw, runs: Sequence[tuple[PreparedRun, int]]) -> int:
    """Runs that are not here, with their search columns set: nothing of them waits to be settled."""
    ids = raw.reserve_ids("runs", len(runs))
    metric_ids = iter(raw.reserve_ids("run_metrics", sum(len(run.metrics) for run, _ in runs)))
    rows: list[tuple[object, ...]] = []
    params: list[tuple[object, ...]] = []
    tags: list[tuple[object, ...]] = []
    metrics: list[tuple[object, ...]] = []
    points: list[tuple[object, ...]] = []
    for key, (run, experiment) in zip(ids, runs, strict=True):
        rows.append((key, *_columns(run, experiment)))
        params += [(key, name, value, experiment, head) for name, value, head in run.params]
        tags += [(key, name, value, experiment, head) for name, value, head in run.tags]
        for metric in run.metrics:
            number = next(metric_ids)
            step, timestamp, value = metric.last
            metrics.append((number, key, metric.key, len(metric.steps), step, timestamp, value, experiment, value))
            points += zip(repeat(number), metric.timestamps, metric.steps, count(), metric.values)
    raw.copy("runs", _RUN_COLUMNS, rows)
    raw.copy("run_params", "run, key, value, experiment_id, head", params)
    raw.copy("run_tags", "run, key, value, experiment_id, head", tags)
    raw.copy(
        "run_metrics", "id, run, key, point_count, step, timestamp_ms, value, experiment_id, ranked_value", metrics
    )
    raw.copy("metric_points", "metric, timestamp_ms, step, ordinal, value", points)
    for key, (run, experiment) in zip(ids, runs, strict=True):
        _log_inputs(raw, Active(key, run.line.run_id, experiment), run.line)
    return len(points)


_RUN_COLUMNS = (
    "id, run_id, experiment_id, name, status, lifecycle_stage, user_name, started_at, ended_at, revision, unsettled"
)


def _columns(run: PreparedRun, experiment: int) -> tuple[object, ...]:
    line = run.line
    return (
        line.run_id,
        experiment,
        run.name,
        line.status,
        line.state,
        line.user,
        line.started_at,
        line.ended_at,
        0,
        0,
    )


def _merge(raw: Raw, active: Active, run: PreparedRun) -> int:
    """The line's state replaces the run's; params stay as they are, tags get the line's values."""
    line = run.line
    raw.run(
        "UPDATE runs SET revision = revision + 1, unsettled = 1, name = ?, status = ?, lifecycle_stage = ?, "
        "started_at = ?, ended_at = ? WHERE id = ?",
        (run.name, line.status, line.state, line.started_at, line.ended_at, active.id),
    )
    raw.insert(
        "INSERT INTO run_params (run, key, value) VALUES",
        [(active.id, key, value) for key, value, _ in run.params],
        "ON CONFLICT (run, key) DO NOTHING",
    )
    put_tags(raw, active.id, {key: value for key, value, _ in run.tags})
    before = count_points(raw, active.id)
    log_points(raw, [(active.id, [point for metric in run.metrics for point in metric.points()])])
    _log_inputs(raw, active, line)
    if line.status in ENDED:
        settle_runs(raw, [active.id])
    return count_points(raw, active.id) - before


def _log_inputs(raw: Raw, run: Active, line: RunLine) -> None:
    if line.datasets:
        log_datasets(raw, run.id, run.experiment_id, [_dataset(dataset) for dataset in line.datasets])
    if line.input_models:
        log_models(raw, run.id, [(model, 0) for model in line.input_models], is_output=False)
    if line.output_models:
        log_models(raw, run.id, list(line.output_models.items()), is_output=True)


def _dataset(line: DatasetLine) -> DatasetInput:
    described = LoggedDataset(line.name, line.digest, line.source_type, line.source, line.schema, line.profile)
    return DatasetInput(described, dict(line.tags))
