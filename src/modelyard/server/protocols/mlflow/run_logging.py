"""Logging on runs."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from modelyard.server.access.permissions import Permission
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.json_texts import read_json
from modelyard.server.protocols.mlflow.endpoints import BatchedCall, Call, Endpoint, Together, enter_each, writes
from modelyard.server.protocols.mlflow.errors import invalid, missing
from modelyard.server.protocols.mlflow.limits import (
    check_counts,
    check_integer,
    check_key,
    check_moment,
    check_pairs,
    check_required,
    check_run_id,
    check_run_tags,
    check_text,
)
from modelyard.server.protocols.mlflow.messages import runs as messages
from modelyard.server.tracking.inputs.queries import DatasetInput, LoggedDataset
from modelyard.server.tracking.inputs.service import log_datasets, log_models
from modelyard.server.tracking.limits import max_tag_length
from modelyard.server.tracking.logged_models.service import ModelPoint, log_model_points
from modelyard.server.tracking.metrics.service import Point, plain_point, point
from modelyard.server.tracking.runs import service
from modelyard.server.tracking.runs.logging import RunEntry, append_logged_model, log_entries
from modelyard.wire.limits import (
    MAX_DIGEST_LENGTH,
    MAX_NAME_LENGTH,
    MAX_PARAM_LENGTH,
    MAX_PROFILE_LENGTH,
    MAX_SCHEMA_LENGTH,
    MAX_SOURCE_LENGTH,
)

_LARGE = 100
"""Entities in a request that take so long to write that sharing their statements would gain little."""


class _LogRequest(NamedTuple):
    """Entries that a request logs on a run, and on logged models."""

    entry: RunEntry
    on_models: list[ModelPoint]


def log(connection: Connection, calls: Sequence[BatchedCall]) -> list[bytes]:
    """Does what all of log-metric, log-parameter, log-batch and set-tag ask for."""
    raw = Raw(connection)
    scopes = enter_each(connection, calls)
    requests: list[_LogRequest] = [item.request for item in calls]
    log_entries(raw, [(scope.project_id, one.entry) for scope, one in zip(scopes, requests, strict=True)])
    for scope, one in zip(scopes, requests, strict=True):
        if one.on_models:
            log_model_points(raw, scope.project_id, one.entry.run_id, one.on_models)
    return [b"{}"] * len(calls)


def _metric(request: messages.LogMetric) -> _LogRequest:
    run_id = check_run_id(request.run_id or request.run_uuid)
    points = [_point(request, "")]
    return _LogRequest(RunEntry(run_id, points=points), _on_models([request], points))


def _param(request: messages.LogParam) -> _LogRequest:
    run_id = check_run_id(request.run_id or request.run_uuid)
    key = check_key(request.key, "key")
    return _LogRequest(RunEntry(run_id, params={key: check_text(request.value, "value", MAX_PARAM_LENGTH)}), [])


def _batch(request: messages.LogBatch) -> _LogRequest:
    run_id = check_run_id(request.run_id)
    check_counts(len(request.metrics), len(request.params), len(request.tags))
    points = [_point(metric, "metrics", index) for index, metric in enumerate(request.metrics)]
    service.require_keys([param.key or "" for param in request.params], "param")
    params = check_pairs(request.params, "params", MAX_PARAM_LENGTH)
    tags = check_run_tags(request.tags)
    return _LogRequest(RunEntry(run_id, points, params, tags), _on_models(request.metrics, points))


def _is_large(request: _LogRequest) -> bool:
    entry = request.entry
    return len(entry.points) + len(entry.params) + len(entry.tags) > _LARGE


def _tag(request: messages.SetTag) -> _LogRequest:
    run_id = check_run_id(request.run_id or request.run_uuid)
    key = check_key(request.key, "key")
    value = check_text(request.value, "value", max_tag_length(key))
    return _LogRequest(RunEntry(run_id, tags={key: value}), [])


def _point(metric: messages.Metric | messages.LogMetric, prefix: str, index: int = 0) -> Point:
    plain = plain_point(metric.key, metric.value, metric.timestamp, metric.step or 0)
    return plain or _checked_point(metric, f"{prefix}[{index}]." if prefix else "")


def _checked_point(metric: messages.Metric | messages.LogMetric, prefix: str) -> Point:
    key = check_key(metric.key, f"{prefix}name" if prefix else "key")
    if metric.value is None:
        raise missing(f"{prefix}value")
    timestamp = check_moment(metric.timestamp, f"{prefix}timestamp")
    return point(key, metric.value, timestamp, check_integer(metric.step or 0, f"{prefix}step"))


def _on_models(metrics: Sequence[messages.Metric | messages.LogMetric], points: Sequence[Point]) -> list[ModelPoint]:
    """Metrics that name a logged model are put on it too."""
    return [
        ModelPoint(
            metric.model_id,
            item,
            check_text(metric.dataset_name, "dataset_name", MAX_NAME_LENGTH),
            check_text(metric.dataset_digest, "dataset_digest", MAX_DIGEST_LENGTH),
        )
        for metric, item in zip(metrics, points, strict=True)
        if metric.model_id
    ]


def delete_tag(call: Call, request: messages.DeleteTag) -> object:
    run_id = check_run_id(request.run_id)
    key = check_required(request.key, "key")
    service.delete_tag(call.raw, service.touch_run(call.raw, call.project_id, run_id), key)
    return {}


def log_inputs(call: Call, request: messages.LogInputs) -> object:
    run_id = check_run_id(request.run_id)
    datasets = [_dataset(item, f"datasets[{index}]") for index, item in enumerate(request.datasets)]
    models = [(check_required(item.model_id, "models.model_id", 64), 0) for item in request.models]
    run = service.touch_run(call.raw, call.project_id, run_id)
    run.require_unsealed()
    log_datasets(call.raw, run.id, run.experiment_id, datasets)
    log_models(call.raw, run.id, models, is_output=False)
    return {}


def _dataset(item: messages.DatasetInput, parameter: str) -> DatasetInput:
    dataset = item.dataset
    if dataset is None:
        raise missing(f"{parameter}.dataset")
    described = LoggedDataset(
        check_required(dataset.name, f"{parameter}.dataset.name", MAX_NAME_LENGTH),
        check_required(dataset.digest, f"{parameter}.dataset.digest", MAX_DIGEST_LENGTH),
        check_required(dataset.source_type, f"{parameter}.dataset.source_type", MAX_SOURCE_LENGTH),
        check_text(dataset.source, f"{parameter}.dataset.source", MAX_SOURCE_LENGTH),
        _optional(dataset.schema, f"{parameter}.dataset.schema", MAX_SCHEMA_LENGTH),
        _optional(dataset.profile, f"{parameter}.dataset.profile", MAX_PROFILE_LENGTH),
    )
    tags = {
        check_text(tag.key, f"{parameter}.tags[{index}].key", 255): check_text(
            tag.value, f"{parameter}.tags[{index}].value", 500
        )
        for index, tag in enumerate(item.tags)
    }
    return DatasetInput(described, tags)


def _optional(value: str | None, parameter: str, max_length: int) -> str | None:
    return None if value is None else check_text(value, parameter, max_length)


def log_outputs(call: Call, request: messages.LogOutputs) -> object:
    run_id = check_run_id(request.run_id)
    models = [
        (check_required(item.model_id, "models.model_id", 64), check_integer(item.step or 0, "models.step"))
        for item in request.models
    ]
    run = service.touch_run(call.raw, call.project_id, run_id)
    run.require_unsealed()
    log_models(call.raw, run.id, models, is_output=True)
    return {}


def log_model(call: Call, request: messages.LogModel) -> object:
    """Clients before MLflow 3 describe a model they logged: kept in a tag of the run."""
    run_id = check_run_id(request.run_id)
    model_json = check_required(request.model_json, "model_json", 1024 * 1024)
    model = read_json(model_json, "The model_json")
    absent = {"artifact_path", "flavors", "utc_time_created", "run_id"} - (
        model.keys() if isinstance(model, dict) else set()
    )
    if absent:
        raise invalid("model_json", model_json, f"it lacks {', '.join(sorted(absent))}.")
    if model["run_id"] != run_id:
        raise invalid("model_json", model_json, f"its run_id is not {run_id!r}.")
    run = service.touch_run(call.raw, call.project_id, run_id)
    append_logged_model(call.raw, run, model)
    return {}


_WRITE = Permission.PROJECT_EXPERIMENTS_WRITE

ENDPOINTS: list[Endpoint] = [
    writes("POST", "runs/log-metric", messages.LogMetric, Together(_metric, log), _WRITE),
    writes("POST", "runs/log-parameter", messages.LogParam, Together(_param, log), _WRITE),
    writes("POST", "runs/log-batch", messages.LogBatch, Together(_batch, log, _is_large), _WRITE),
    writes("POST", "runs/set-tag", messages.SetTag, Together(_tag, log), _WRITE),
    writes("POST", "runs/delete-tag", messages.DeleteTag, delete_tag, _WRITE),
    writes("POST", "runs/log-inputs", messages.LogInputs, log_inputs, _WRITE),
    writes("POST", "runs/outputs", messages.LogOutputs, log_outputs, _WRITE),
    writes("POST", "runs/log-model", messages.LogModel, log_model, _WRITE),
]
