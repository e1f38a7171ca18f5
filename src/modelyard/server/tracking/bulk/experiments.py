"""Experiments and logged models as they were elsewhere."""

import math
from collections.abc import Sequence

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import AlreadyExists, InvalidArgument
from modelyard.server.tracking.artifact_files.locations import location_fault
from modelyard.server.tracking.experiments.queries import DEFAULT_NAME, find_by_name
from modelyard.server.tracking.limits import check_imported_key
from modelyard.server.tracking.logged_models.queries import find_owner
from modelyard.server.tracking.logged_models.service import ModelPoint, log_model_points
from modelyard.server.tracking.metrics.service import Point
from modelyard.wire.imports import ExperimentLine, LoggedModelLine


def write_experiment(raw: Raw, project_id: int, line: ExperimentLine, target: int | None) -> tuple[int, bool]:
    """Makes the experiment, or changes the one that is `target` or has its name; its id, and whether it is new.

    :raises InvalidArgument: the key of a tag, or the location of its artifacts, cannot be kept.
    """
    for key in line.tags:
        check_imported_key(key, "tag")
    fault = None if line.location is None else location_fault(line.location)
    if fault is not None:
        raise InvalidArgument(f"The location {line.location!r} cannot be kept: {fault}")
    now = now_ms()
    created, updated = line.created_at or now, line.updated_at or line.created_at or now
    is_new = False
    if target is None:
        existing = find_by_name(raw, project_id, line.name)
        target = None if existing is None else existing.id
    if target is None:
        is_new = True
        target = raw.number(
            "INSERT INTO experiments (project_id, name, lifecycle_stage, artifact_location, created_at, updated_at) "
            "VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
            (project_id, line.name, line.state, line.location, created, updated),
        )
    else:
        # Clients log on Default when nobody chose an experiment, so it is not deleted because another one was.
        state = "active" if line.name == DEFAULT_NAME else line.state
        raw.run("UPDATE experiments SET lifecycle_stage = ?, updated_at = ? WHERE id = ?", (state, updated, target))
    raw.insert(
        "INSERT INTO experiment_tags (experiment, key, value) VALUES",
        [(target, key, value) for key, value in line.tags.items()],
        "ON CONFLICT (experiment, key) DO UPDATE SET value = excluded.value",
    )
    return target, is_new


def write_logged_model(raw: Raw, project_id: int, experiment_id: int, line: LoggedModelLine) -> bool:
    """Makes the model or changes the one of its id; whether it was made.

    :raises AlreadyExists: its id is taken in another project.
    """
    row = find_owner(raw, line.model_id)
    if row is not None and row[1] != project_id:
        raise AlreadyExists(f"The model id {line.model_id} is taken by a model of another project of this server.")
    is_new = row is None
    if row is None:
        row = raw.one(
            "INSERT INTO logged_models (model_id, experiment_id, name, model_type, source_run_id, status, "
            "lifecycle_stage, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, 'active', ?, ?) RETURNING id",
            (
                line.model_id,
                experiment_id,
                line.name,
                line.model_type,
                line.source_run_id,
                line.status,
                line.created_at,
                line.updated_at,
            ),
        )
        assert row is not None
    _put(raw, "logged_model_params", row[0], list(line.params.items()))
    _put(raw, "logged_model_tags", row[0], list(line.tags.items()))
    by_run: dict[str, list[ModelPoint]] = {}
    for metric in line.metrics:
        check_imported_key(metric.key, "metric")
        value = float(metric.value)
        item = Point(metric.key, None if math.isnan(value) else value, metric.timestamp, metric.step)
        by_run.setdefault(metric.run_id, []).append(
            ModelPoint(line.model_id, item, metric.dataset_name, metric.dataset_digest)
        )
    for run_id, points in by_run.items():
        log_model_points(raw, project_id, run_id, points)
    # Last, because nothing is logged on a deleted model.
    raw.run(
        "UPDATE logged_models SET status = ?, lifecycle_stage = ?, updated_at = ? WHERE id = ?",
        (line.status, line.state, line.updated_at, row[0]),
    )
    return is_new


def _put(raw: Raw, table: str, model: int, items: Sequence[tuple[str, str]]) -> None:
    raw.insert(
        f"INSERT INTO {table} (model, key, value) VALUES",
        [(model, key, value) for key, value in items],
        "ON CONFLICT (model, key) DO UPDATE SET value = excluded.value",
    )
