"""Logged models."""

from typing import Any

from msgspec import Struct, field

from modelyard.server.access.permissions import Permission
from modelyard.server.kernel.filters import parse_filter
from modelyard.server.protocols.mlflow.documents import number, tags_json
from modelyard.server.protocols.mlflow.endpoints import Call, Endpoint, Message, reads, writes
from modelyard.server.protocols.mlflow.errors import invalid, missing
from modelyard.server.protocols.mlflow.limits import (
    check_experiment_id,
    check_experiment_ids,
    check_page_size,
    check_pairs,
    check_required,
    check_text,
)
from modelyard.server.protocols.mlflow.messages.experiments import Tag
from modelyard.server.tracking.experiments.queries import find_experiments
from modelyard.server.tracking.limits import MAX_RUN_ID_LENGTH
from modelyard.server.tracking.logged_models import queries, service
from modelyard.server.tracking.logged_models.queries import LoggedModel, LoggedOnModel
from modelyard.server.tracking.logged_models.search import LOGGED_MODELS, ModelOrder, ModelSearch
from modelyard.server.tracking.logged_models.search import search_logged_models as search
from modelyard.wire.limits import MAX_DIGEST_LENGTH, MAX_NAME_LENGTH, MAX_PARAM_LENGTH, MAX_RUN_TAG_LENGTH

_STATUSES = {1: "LOGGED_MODEL_PENDING", 2: "LOGGED_MODEL_READY", 3: "LOGGED_MODEL_UPLOAD_FAILED"}


class CreateLoggedModel(Message):
    experiment_id: str | None = None
    name: str | None = None
    model_type: str | None = None
    source_run_id: str | None = None
    params: list[Tag] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)


class LoggedModelRequest(Message):
    model_id: str | None = None


class FinalizeLoggedModel(Message):
    model_id: str | None = None
    status: str | int | None = None


class LoggedModelTags(Message):
    model_id: str | None = None
    tags: list[Tag] = field(default_factory=list)


class LoggedModelTag(Message):
    model_id: str | None = None
    tag_key: str | None = None


class LoggedModelParams(Message):
    model_id: str | None = None
    params: list[Tag] = field(default_factory=list)


class DatasetFilter(Struct):
    dataset_name: str | None = None
    dataset_digest: str | None = None


class OrderBy(Struct):
    field_name: str | None = None
    ascending: bool | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class SearchLoggedModels(Message):
    experiment_ids: list[str] = field(default_factory=list)
    filter: str | None = None
    datasets: list[DatasetFilter] = field(default_factory=list)
    max_results: int | None = None
    order_by: list[OrderBy] = field(default_factory=list)
    page_token: str | None = None


def model_json(model: LoggedModel, logged: LoggedOnModel) -> dict[str, Any]:
    info: dict[str, Any] = {
        "model_id": model.model_id,
        "experiment_id": str(model.experiment_id),
        "name": model.name,
        "creation_timestamp_ms": model.created_at,
        "last_updated_timestamp_ms": model.updated_at,
        "artifact_uri": model.artifact_uri,
        "status": model.status,
        "model_type": model.model_type,
        "source_run_id": model.source_run_id,
    }
    if logged.tags:
        info["tags"] = tags_json(logged.tags)
    data: dict[str, Any] = {}
    if logged.params:
        data["params"] = tags_json(logged.params)
    if logged.metrics:
        data["metrics"] = [_metric(model, metric) for metric in logged.metrics]
    return {"info": info, "data": data}


def _metric(model: LoggedModel, metric: queries.ModelMetric) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "key": metric.key,
        "value": number(metric.value),
        "timestamp": metric.timestamp_ms,
        "step": metric.step,
        "model_id": model.model_id,
        "run_id": metric.run_id,
    }
    if metric.dataset_name:
        shown |= {"dataset_name": metric.dataset_name, "dataset_digest": metric.dataset_digest}
    return shown


def _one(call: Call, model: LoggedModel) -> dict[str, Any]:
    logged = queries.list_logged_on_models(call.raw, [model.id])[model.id]
    return {"model": model_json(model, logged)}


def create_logged_model(call: Call, request: CreateLoggedModel) -> object:
    name = request.name or ""
    fault = service.name_fault(name)
    if fault is not None:
        raise invalid("name", name, fault)
    model = service.create_logged_model(
        call.raw,
        call.actor,
        call.project_id,
        experiment_id=check_experiment_id(request.experiment_id),
        name=name,
        model_type=check_text(request.model_type, "model_type", MAX_NAME_LENGTH),
        source_run_id=check_text(request.source_run_id, "source_run_id", MAX_RUN_ID_LENGTH),
        params=check_pairs(request.params, "params", MAX_PARAM_LENGTH),
        tags=check_pairs(request.tags, "tags", MAX_RUN_TAG_LENGTH),
    )
    return _one(call, model)


def get_logged_model(call: Call, request: LoggedModelRequest) -> object:
    return _one(call, queries.get_logged_model(call.raw, call.project_id, request.model_id or ""))


def finalize_logged_model(call: Call, request: FinalizeLoggedModel) -> object:
    if request.status is None:
        raise missing("status")
    status = _STATUSES.get(request.status, "") if isinstance(request.status, int) else request.status
    return _one(call, service.finalize_logged_model(call.raw, call.project_id, request.model_id or "", status))


def delete_logged_model(call: Call, request: LoggedModelRequest) -> object:
    service.delete_logged_model(call.raw, call.actor, call.project_id, request.model_id or "")
    return {}


def set_logged_model_tags(call: Call, request: LoggedModelTags) -> object:
    tags = check_pairs(request.tags, "tags", MAX_RUN_TAG_LENGTH)
    return _one(call, service.set_logged_model_tags(call.raw, call.project_id, request.model_id or "", tags))


def delete_logged_model_tag(call: Call, request: LoggedModelTag) -> object:
    service.delete_logged_model_tag(call.raw, call.project_id, request.model_id or "", request.tag_key or "")
    return {}


def log_logged_model_params(call: Call, request: LoggedModelParams) -> object:
    params = check_pairs(request.params, "params", MAX_PARAM_LENGTH)
    return _one(call, service.log_logged_model_params(call.raw, call.project_id, request.model_id or "", params))


def search_logged_models(call: Call, request: SearchLoggedModels) -> object:
    if not request.experiment_ids:
        raise missing("experiment_ids")
    experiments = find_experiments(call.raw, call.project_id, check_experiment_ids(request.experiment_ids))
    models, token = search(
        call.raw,
        ModelSearch(
            experiment_ids=[experiment.id for experiment in experiments],
            expression=parse_filter(request.filter or "", LOGGED_MODELS),
            datasets=[
                (
                    check_required(item.dataset_name, "datasets.dataset_name"),
                    check_text(item.dataset_digest, "datasets.dataset_digest", MAX_DIGEST_LENGTH),
                )
                for item in request.datasets
            ],
            order=[
                ModelOrder(
                    check_required(item.field_name, "order_by.field_name"),
                    item.ascending is False,
                    item.dataset_name or "",
                    item.dataset_digest or "",
                )
                for item in request.order_by
            ],
            limit=check_page_size(request.max_results, 50, 50_000),
            page_token=request.page_token,
        ),
    )
    logged = queries.list_logged_on_models(call.raw, [model.id for model in models])
    answer: dict[str, Any] = {"models": [model_json(model, logged[model.id]) for model in models]} if models else {}
    return {**answer, "next_page_token": token} if token else answer


_READ, _WRITE, _DELETE = (
    Permission.PROJECT_EXPERIMENTS_READ,
    Permission.PROJECT_EXPERIMENTS_WRITE,
    Permission.PROJECT_EXPERIMENTS_DELETE,
)

ENDPOINTS: list[Endpoint] = [
    writes("POST", "logged-models", CreateLoggedModel, create_logged_model, _WRITE, "logged_model.created"),
    reads("POST", "logged-models/search", SearchLoggedModels, search_logged_models, _READ),
    reads("GET", "logged-models/{model_id}", LoggedModelRequest, get_logged_model, _READ, is_short=True),
    writes("PATCH", "logged-models/{model_id}", FinalizeLoggedModel, finalize_logged_model, _WRITE),
    writes(
        "DELETE",
        "logged-models/{model_id}",
        LoggedModelRequest,
        delete_logged_model,
        _DELETE,
        "logged_model.deleted",
    ),
    writes("PATCH", "logged-models/{model_id}/tags", LoggedModelTags, set_logged_model_tags, _WRITE),
    writes("DELETE", "logged-models/{model_id}/tags/{tag_key}", LoggedModelTag, delete_logged_model_tag, _WRITE),
    writes("POST", "logged-models/{model_id}/params", LoggedModelParams, log_logged_model_params, _WRITE),
]
