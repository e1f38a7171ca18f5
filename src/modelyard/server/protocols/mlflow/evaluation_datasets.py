"""Evaluation datasets."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from modelyard.server.access.permissions import Permission
from modelyard.server.kernel.filters import parse_filter, parse_order
from modelyard.server.kernel.json_texts import UNREADABLE
from modelyard.server.protocols.mlflow.endpoints import Call, Endpoint, reads, writes
from modelyard.server.protocols.mlflow.errors import invalid, missing
from modelyard.server.protocols.mlflow.limits import check_experiment_ids, check_page_size, check_required, check_text
from modelyard.server.protocols.mlflow.messages import evaluation_datasets as messages
from modelyard.server.protocols.mlflow.trace_fields import check_count
from modelyard.server.traces.evaluation_datasets import queries, service
from modelyard.server.traces.evaluation_datasets.queries import EVALUATION_DATASETS, EvaluationDataset
from modelyard.server.traces.limits import MAX_DATASET_TAG_LENGTH, MAX_TAG_KEY_LENGTH
from modelyard.server.tracking.experiments.queries import find_experiment, get_experiment


def _json(call: Call, datasets: Sequence[EvaluationDataset]) -> list[dict[str, Any]]:
    ids = [dataset.id for dataset in datasets]
    tags, experiments = queries.tags_of(call.raw, ids), queries.experiments_of(call.raw, ids)
    counts = queries.count_records(call.raw, ids)
    return [
        {
            "dataset_id": dataset.dataset_id,
            "name": dataset.name,
            "tags": _text(tags[dataset.id]),
            **({"profile": json.dumps({"num_records": counts[dataset.id]})} if counts[dataset.id] else {}),
            "digest": dataset.digest,
            "created_time": dataset.created_at,
            "last_update_time": dataset.updated_at,
            "created_by": dataset.created_by,
            "last_updated_by": dataset.updated_by,
            "experiment_ids": [str(experiment) for experiment, _ in experiments[dataset.id]],
        }
        for dataset in datasets
    ]


def _one(call: Call, dataset: EvaluationDataset) -> dict[str, Any]:
    return {"dataset": _json(call, [dataset])[0]}


def create_dataset(call: Call, request: messages.CreateDataset) -> object:
    name = check_required(request.name, "name")
    tags = {key: value for key, value in _tags(request.tags).items() if value is not None}
    experiments = _experiments(call, request.experiment_ids)
    return _one(call, service.create_dataset(call.raw, call.actor, call.project_id, name, tags, experiments))


def get_dataset(call: Call, request: messages.DatasetRequest) -> object:
    return _one(call, _get(call, request))


def delete_dataset(call: Call, request: messages.DatasetRequest) -> object:
    service.delete_dataset(call.raw, call.actor, call.project_id, _get(call, request))
    return {}


def search_datasets(call: Call, request: messages.SearchDatasets) -> object:
    check_count(request.experiment_ids, "experiment_ids")
    named = [
        find_experiment(call.raw, call.project_id, experiment_id)
        for experiment_id in check_experiment_ids(request.experiment_ids)
    ]
    datasets, token = queries.search_datasets(
        call.raw,
        call.project_id,
        experiment_ids=[each.id for each in named if each is not None] if request.experiment_ids else None,
        expression=parse_filter(request.filter_string or "", EVALUATION_DATASETS),
        order=parse_order(request.order_by, EVALUATION_DATASETS),
        limit=check_page_size(request.max_results or None, 1000, 1000),
        page_token=request.page_token or None,
    )
    answer: dict[str, Any] = {"datasets": _json(call, datasets)} if datasets else {}
    return {**answer, "next_page_token": token} if token else answer


def set_tags(call: Call, request: messages.SetTags) -> object:
    if not request.tags:
        raise missing("tags")
    service.set_tags(call.raw, _get(call, request).id, _tags(request.tags))
    return {}


def delete_tag(call: Call, request: messages.DeleteTag) -> object:
    service.delete_tag(call.raw, _get(call, request).id, check_required(request.key, "key", MAX_TAG_KEY_LENGTH))
    return {}


def put_records(call: Call, request: messages.PutRecords) -> object:
    records = _decoded(request.records, "records")
    if not isinstance(records, list):
        raise invalid("records", request.records, "it must be a JSON list.")
    stored = service.put_records(call.raw, call.actor, _get(call, request), records)
    return {"inserted_count": stored.inserted, "updated_count": stored.updated}


def list_records(call: Call, request: messages.ListRecords) -> object:
    limit = check_page_size(request.max_results or None, 1000, 1000)
    dataset = _get(call, request)
    records, token = queries.list_records(call.raw, dataset.id, limit=limit, page_token=request.page_token or None)
    answer = {"records": f"[{', '.join(records)}]"}
    return {**answer, "next_page_token": token} if token else answer


def delete_records(call: Call, request: messages.DeleteRecords) -> object:
    if not request.dataset_record_ids:
        raise missing("dataset_record_ids")
    check_count(request.dataset_record_ids, "dataset_record_ids")
    return {"deleted_count": service.delete_records(call.raw, _get(call, request), request.dataset_record_ids)}


def list_experiments(call: Call, request: messages.DatasetRequest) -> object:
    dataset = _get(call, request)
    experiments = queries.experiments_of(call.raw, [dataset.id])[dataset.id]
    return {"experiment_ids": [str(experiment) for experiment, _ in experiments]} if experiments else {}


def add_experiments(call: Call, request: messages.DatasetExperiments) -> object:
    dataset = _get(call, request)
    service.add_experiments(call.raw, dataset.id, _experiments(call, request.experiment_ids))
    return _one(call, dataset)


def remove_experiments(call: Call, request: messages.DatasetExperiments) -> object:
    dataset = _get(call, request)
    service.remove_experiments(call.raw, dataset.id, _experiments(call, request.experiment_ids))
    return _one(call, dataset)


def _get(call: Call, request: messages.DatasetRequest) -> EvaluationDataset:
    return queries.get_dataset(call.raw, call.project_id, check_required(request.dataset_id, "dataset_id"))


def _experiments(call: Call, experiment_ids: Sequence[str]) -> list[int]:
    """:raises NotFound: there is no such experiment."""
    check_count(experiment_ids, "experiment_ids")
    return [
        get_experiment(call.raw, call.project_id, experiment_id).id
        for experiment_id in check_experiment_ids(experiment_ids)
    ]


def _tags(text: str | None) -> dict[str, str | None]:
    """Tags are an object in a text; values that are no texts are kept as their JSON."""
    tags = _decoded(text, "tags") if text else {}
    if not isinstance(tags, dict):
        raise invalid("tags", text, "it must be a JSON object.")
    return {
        check_required(key, "tags.key", MAX_TAG_KEY_LENGTH): None
        if value is None
        else check_text(value if isinstance(value, str) else _text(value), f"tags.{key[:50]}", MAX_DATASET_TAG_LENGTH)
        for key, value in tags.items()
    }


def _decoded(text: str | None, parameter: str) -> Any:
    if not text:
        raise missing(parameter)
    try:
        return msgspec.json.decode(text)
    except UNREADABLE as error:
        raise invalid(parameter, text, f"it must be JSON: {str(error)[:200]}.") from error


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


_READ, _WRITE, _DELETE = (
    Permission.PROJECT_EXPERIMENTS_READ,
    Permission.PROJECT_EXPERIMENTS_WRITE,
    Permission.PROJECT_EXPERIMENTS_DELETE,
)
_ONE = "datasets/{dataset_id}"
_ROWS: list[Endpoint] = [
    writes("POST", "datasets/create", messages.CreateDataset, create_dataset, _WRITE, "evaluation_dataset.created"),
    reads("POST", "datasets/search", messages.SearchDatasets, search_datasets, _READ),
    reads("GET", "datasets/search", messages.SearchDatasets, search_datasets, _READ),
    reads("GET", _ONE, messages.DatasetRequest, get_dataset, _READ),
    writes("DELETE", _ONE, messages.DatasetRequest, delete_dataset, _DELETE, "evaluation_dataset.deleted"),
    writes("PATCH", f"{_ONE}/tags", messages.SetTags, set_tags, _WRITE),
    writes("DELETE", f"{_ONE}/tags/{{key}}", messages.DeleteTag, delete_tag, _WRITE),
    writes("POST", f"{_ONE}/records", messages.PutRecords, put_records, _WRITE),
    reads("GET", f"{_ONE}/records", messages.ListRecords, list_records, _READ),
    writes("DELETE", f"{_ONE}/records", messages.DeleteRecords, delete_records, _WRITE),
    reads("GET", f"{_ONE}/experiment-ids", messages.DatasetRequest, list_experiments, _READ),
    writes("POST", f"{_ONE}/add-experiments", messages.DatasetExperiments, add_experiments, _WRITE),
    writes("POST", f"{_ONE}/remove-experiments", messages.DatasetExperiments, remove_experiments, _WRITE),
]
ENDPOINTS: list[Endpoint] = [replace(endpoint, version="3.0") for endpoint in _ROWS]
