"""Experiments."""

from typing import Any

from modelyard.server.access.permissions import Permission
from modelyard.server.kernel.filters import parse_filter, parse_order
from modelyard.server.protocols.mlflow.documents import tags_json
from modelyard.server.protocols.mlflow.endpoints import Call, Endpoint, reads, writes
from modelyard.server.protocols.mlflow.errors import invalid, missing
from modelyard.server.protocols.mlflow.limits import (
    check_experiment_id,
    check_experiment_ids,
    check_key,
    check_page_size,
    check_pairs,
    check_required,
    check_text,
)
from modelyard.server.protocols.mlflow.messages import experiments as messages
from modelyard.server.tracking.artifact_files.locations import location_fault
from modelyard.server.tracking.experiments import queries, service
from modelyard.server.tracking.experiments.queries import Experiment
from modelyard.server.tracking.experiments.search import EXPERIMENTS
from modelyard.server.tracking.experiments.search import search_experiments as search
from modelyard.server.tracking.inputs.queries import list_datasets
from modelyard.wire.limits import MAX_EXPERIMENT_TAG_LENGTH, MAX_LOCATION_LENGTH, MAX_NAME_LENGTH

_VIEWS = {
    "ACTIVE_ONLY": frozenset({"active"}),
    "DELETED_ONLY": frozenset({"deleted"}),
    "ALL": frozenset({"active", "deleted"}),
}
_VIEW_NUMBERS = {1: "ACTIVE_ONLY", 2: "DELETED_ONLY", 3: "ALL"}


def stages_of(view: str | int | None, parameter: str) -> frozenset[str]:
    """The lifecycle stages that a view type shows."""
    name = _VIEW_NUMBERS.get(view, str(view)) if isinstance(view, int) else view or "ACTIVE_ONLY"
    if name not in _VIEWS:
        raise invalid(parameter, view, f"it must be one of {', '.join(_VIEWS)}.")
    return _VIEWS[name]


def _json(experiment: Experiment, tags: list[tuple[str, str]], call: Call) -> dict[str, Any]:
    shown = {
        "experiment_id": str(experiment.id),
        "name": experiment.name,
        "artifact_location": experiment.location,
        "lifecycle_stage": experiment.lifecycle_stage,
        "last_update_time": experiment.updated_at,
        "creation_time": experiment.created_at,
        "workspace": call.project,
    }
    return {**shown, "tags": tags_json(tags)} if tags else shown


def _one(call: Call, experiment: Experiment) -> dict[str, Any]:
    tags = queries.tags_of(call.raw, [experiment.id]).get(experiment.id, [])
    return {"experiment": _json(experiment, tags, call)}


def create_experiment(call: Call, request: messages.CreateExperiment) -> object:
    name = check_required(request.name, "name", MAX_NAME_LENGTH)
    tags = check_pairs(request.tags, "tags", MAX_EXPERIMENT_TAG_LENGTH)
    location = _checked_location(request.artifact_location)
    experiment_id = service.create_experiment(
        call.raw, call.actor, call.project_id, name, artifact_location=location, tags=list(tags.items())
    )
    return {"experiment_id": str(experiment_id)}


def _checked_location(location: str | None) -> str | None:
    if not location:
        return None
    check_text(location, "artifact_location", MAX_LOCATION_LENGTH)
    fault = location_fault(location)
    if fault is not None:
        raise invalid("artifact_location", location, fault)
    return location


def get_experiment(call: Call, request: messages.ExperimentById) -> object:
    experiment_id = check_experiment_id(request.experiment_id)
    return _one(call, queries.get_experiment(call.raw, call.project_id, experiment_id))


def get_experiment_by_name(call: Call, request: messages.ExperimentByName) -> object:
    name = check_required(request.experiment_name, "experiment_name", 100_000)
    return _one(call, queries.get_by_name(call.raw, call.project_id, name))


def search_experiments(call: Call, request: messages.SearchExperiments) -> object:
    limit = check_page_size(request.max_results or 0, 0, 50_000)
    experiments, token = search(
        call.raw,
        call.project_id,
        expression=parse_filter(request.filter or "", EXPERIMENTS),
        stages=stages_of(request.view_type, "view_type"),
        order=parse_order(request.order_by, EXPERIMENTS),
        limit=limit,
        page_token=request.page_token,
    )
    tags = queries.tags_of(call.raw, [experiment.id for experiment in experiments])
    answer: dict[str, Any] = {}
    if experiments:
        answer["experiments"] = [_json(item, tags.get(item.id, []), call) for item in experiments]
    if token:
        answer["next_page_token"] = token
    return answer


def update_experiment(call: Call, request: messages.UpdateExperiment) -> object:
    experiment_id = check_experiment_id(request.experiment_id)
    if request.new_name is None:
        queries.get_experiment(call.raw, call.project_id, experiment_id)
        return {}
    name = check_required(request.new_name, "new_name", MAX_NAME_LENGTH)
    service.rename_experiment(call.raw, call.actor, call.project_id, experiment_id, name)
    return {}


def delete_experiment(call: Call, request: messages.ExperimentById) -> object:
    experiment_id = check_experiment_id(request.experiment_id)
    service.delete_experiment(call.raw, call.actor, call.project_id, experiment_id)
    return {}


def restore_experiment(call: Call, request: messages.ExperimentById) -> object:
    experiment_id = check_experiment_id(request.experiment_id)
    service.restore_experiment(call.raw, call.actor, call.project_id, experiment_id)
    return {}


def set_experiment_tag(call: Call, request: messages.ExperimentTag) -> object:
    experiment_id = check_experiment_id(request.experiment_id)
    key = check_key(request.key, "key")
    value = check_text(request.value, "value", MAX_EXPERIMENT_TAG_LENGTH)
    service.set_experiment_tag(call.raw, call.project_id, experiment_id, key, value)
    return {}


def delete_experiment_tag(call: Call, request: messages.ExperimentTag) -> object:
    experiment_id = check_experiment_id(request.experiment_id)
    key = check_required(request.key, "key")
    service.delete_experiment_tag(call.raw, call.project_id, experiment_id, key)
    return {}


def search_datasets(call: Call, request: messages.SearchDatasets) -> object:
    if not request.experiment_ids:
        raise missing("experiment_ids")
    if len(request.experiment_ids) > 20:
        raise invalid("experiment_ids", len(request.experiment_ids), "at most 20 experiments can be asked for.")
    experiments = queries.find_experiments(call.raw, call.project_id, check_experiment_ids(request.experiment_ids))
    summaries = list_datasets(call.raw, [experiment.id for experiment in experiments]) if experiments else []
    shown = [{**summary._asdict(), "experiment_id": str(summary.experiment_id)} for summary in summaries]
    return {"dataset_summaries": shown} if shown else {}


_READ, _WRITE, _DELETE = (
    Permission.PROJECT_EXPERIMENTS_READ,
    Permission.PROJECT_EXPERIMENTS_WRITE,
    Permission.PROJECT_EXPERIMENTS_DELETE,
)

ENDPOINTS: list[Endpoint] = [
    writes("POST", "experiments/create", messages.CreateExperiment, create_experiment, _WRITE, "experiment.created"),
    reads("GET", "experiments/get", messages.ExperimentById, get_experiment, _READ, is_short=True),
    reads("GET", "experiments/get-by-name", messages.ExperimentByName, get_experiment_by_name, _READ, is_short=True),
    reads("POST", "experiments/search", messages.SearchExperiments, search_experiments, _READ),
    reads("GET", "experiments/search", messages.SearchExperiments, search_experiments, _READ),
    writes("POST", "experiments/update", messages.UpdateExperiment, update_experiment, _WRITE, "experiment.renamed"),
    writes("POST", "experiments/delete", messages.ExperimentById, delete_experiment, _DELETE, "experiment.deleted"),
    writes("POST", "experiments/restore", messages.ExperimentById, restore_experiment, _DELETE, "experiment.restored"),
    writes("POST", "experiments/set-experiment-tag", messages.ExperimentTag, set_experiment_tag, _WRITE),
    writes("POST", "experiments/delete-experiment-tag", messages.ExperimentTag, delete_experiment_tag, _WRITE),
    reads("POST", "experiments/search-datasets", messages.SearchDatasets, search_datasets, _READ),
]
