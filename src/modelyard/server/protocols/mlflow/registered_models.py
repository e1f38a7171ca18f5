"""Registered models, their tags and aliases."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from modelyard.server.access.permissions import Permission
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.filters import parse_filter, parse_order
from modelyard.server.protocols.mlflow.documents import tags_json
from modelyard.server.protocols.mlflow.endpoints import BatchedCall, Call, Endpoint, Together, enter_each, reads, writes
from modelyard.server.protocols.mlflow.errors import invalid, missing
from modelyard.server.protocols.mlflow.limits import check_page_size, check_required, check_text
from modelyard.server.protocols.mlflow.messages import registry as messages
from modelyard.server.protocols.mlflow.messages.experiments import Tag
from modelyard.server.protocols.mlflow.version_json import version_json, version_number, versions_json
from modelyard.server.registry import limits
from modelyard.server.registry.aliases import queries as alias_queries
from modelyard.server.registry.aliases import service as alias_service
from modelyard.server.registry.models import service
from modelyard.server.registry.models.registered import RegisteredModel, get_registered_model
from modelyard.server.registry.search import MODELS, Search, search_models
from modelyard.server.registry.semver import parse_semver
from modelyard.server.registry.tags.queries import model_tags, version_tags
from modelyard.server.registry.versions.registered import (
    STAGES,
    Aliased,
    find_aliased,
    find_named_version,
    get_named_version,
    latest_versions,
)
from modelyard.server.registry.versions.stages import check_stage
from modelyard.wire.models import ModelUpdate


def check_model_name(name: str | None, parameter: str = "name") -> str:
    """:raises InvalidArgument: it is missing, or clients could not ask for it."""
    if not (name or "").strip():
        raise missing(parameter)
    checked = check_required(name, parameter, limits.MAX_MODEL_NAME_LENGTH)
    fault = limits.model_name_fault(checked)
    if fault is not None:
        raise invalid(parameter, checked, fault)
    return checked


def registry_tags(tags: Sequence[Tag], parameter: str = "tags") -> dict[str, str]:
    return {
        check_required(tag.key, f"{parameter}.key", limits.MAX_TAG_KEY_LENGTH): check_text(
            tag.value, f"{parameter}.value", limits.MAX_TAG_LENGTH
        )
        for tag in tags
    }


def _json(call: Call, models: Sequence[RegisteredModel]) -> list[dict[str, Any]]:
    """Models with their tags, aliases and newest versions, in few statements for all of them."""
    ids = [model.id for model in models]
    tags = model_tags(call.raw, ids)
    aliases = alias_queries.aliases_of(call.raw, ids)
    latest = latest_versions(call.raw, ids)
    latest_tags = version_tags(call.raw, [version.id for version in latest])
    shown = []
    for model in models:
        item: dict[str, Any] = {
            "name": model.name,
            "creation_timestamp": model.created_at,
            "last_updated_timestamp": model.updated_at,
            "description": model.description,
            # Not one of the protocol's fields: whoever brings the model elsewhere does not use a deleted number again.
            "last_number": model.last_number,
        }
        named = aliases.get(model.id, [])
        newest = [version_json(version, latest_tags, named) for version in latest if version.model_id == model.id]
        if newest:
            item["latest_versions"] = newest
        if model.id in tags:
            item["tags"] = tags_json(tags[model.id])
        if named:
            item["aliases"] = [{"alias": alias, "version": str(number)} for alias, number in named]
        shown.append(item)
    return shown


def _one(call: Call, model: RegisteredModel) -> dict[str, Any]:
    return {"registered_model": _json(call, [model])[0]}


def create_model(call: Call, request: messages.CreateModel) -> object:
    name = check_model_name(request.name)
    description = check_text(request.description, "description", limits.MAX_DESCRIPTION_LENGTH)
    tags = registry_tags(request.tags)
    model = service.register_model(call.raw, call.actor, call.project_id, call.project, name, description, tags)
    return _one(call, model)


def get_model(call: Call, request: messages.ModelRequest) -> object:
    return _one(call, get_registered_model(call.raw, call.project_id, check_required(request.name, "name", 100_000)))


def rename_model(call: Call, request: messages.RenameModel) -> object:
    name = check_required(request.name, "name")
    new_name = check_model_name(request.new_name, "new_name")
    return _one(call, service.rename_model(call.raw, call.actor, call.project_id, call.project, name, new_name))


def update_model(call: Call, request: messages.UpdateModel) -> object:
    model = get_registered_model(call.raw, call.project_id, check_required(request.name, "name"))
    change = ModelUpdate(description=check_text(request.description, "description", limits.MAX_DESCRIPTION_LENGTH))
    service.update_model(call.raw.connection, call.actor, call.project_id, call.project, model.name, change)
    return _one(call, get_registered_model(call.raw, call.project_id, model.name))


def delete_model(call: Call, request: messages.ModelRequest) -> object:
    model = get_registered_model(call.raw, call.project_id, check_required(request.name, "name"))
    service.delete_model(call.raw.connection, call.actor, call.project_id, call.project, model.name)
    return {}


def search_registered_models(call: Call, request: messages.SearchRegistry) -> object:
    models, token = search_models(
        call.raw,
        call.project_id,
        Search(
            parse_filter(request.filter or "", MODELS),
            parse_order(request.order_by, MODELS),
            check_page_size(request.max_results, 100, 1000),
            request.page_token,
        ),
    )
    answer: dict[str, Any] = {"registered_models": _json(call, models)} if models else {}
    return {**answer, "next_page_token": token} if token else answer


def get_latest_versions(call: Call, request: messages.LatestVersions) -> object:
    """A semantic version is read by the client as a stage: it gets exactly that version, never the newest."""
    model = get_registered_model(call.raw, call.project_id, check_required(request.name, "name"))
    stages = []
    versions = []
    for stage in request.stages:
        if parse_semver(stage) is None:
            stages.append(check_stage(stage))
            continue
        version = find_named_version(call.raw, call.project_id, model.name, stage)
        if version is not None:
            versions.append(version)
    if stages or not request.stages:
        versions += latest_versions(call.raw, [model.id], stages or STAGES)
    return {"model_versions": versions_json(call.raw, versions)} if versions else {}


def set_model_tag(call: Call, request: messages.ModelTag) -> object:
    model = get_registered_model(call.raw, call.project_id, check_required(request.name, "name"))
    key = check_required(request.key, "key", limits.MAX_TAG_KEY_LENGTH)
    value = check_text(request.value, "value", limits.MAX_TAG_LENGTH)
    service.set_model_tag(call.raw, call.project_id, model, key, value)
    return {}


def delete_model_tag(call: Call, request: messages.ModelTag) -> object:
    model = get_registered_model(call.raw, call.project_id, check_required(request.name, "name"))
    service.delete_model_tag(call.raw, call.project_id, model, check_required(request.key, "key"))
    return {}


def _mover(call: Call) -> alias_service.Mover:
    return alias_service.Mover(call.actor, call.may_administrate)


def set_alias(call: Call, request: messages.Alias) -> object:
    model = get_registered_model(call.raw, call.project_id, check_required(request.name, "name"))
    alias = check_required(request.alias, "alias", 100_000)
    number = version_number(request.version)
    alias_service.set_alias(call.raw, _mover(call), call.project_id, model.name, model.id, alias, number)
    return {}


def delete_alias(call: Call, request: messages.Alias) -> object:
    model = get_registered_model(call.raw, call.project_id, check_required(request.name, "name"))
    alias = check_required(request.alias, "alias", 100_000)
    alias_service.delete_alias(call.raw, _mover(call), call.project_id, model.name, model.id, alias)
    return {}


def get_by_aliases(connection: Connection, calls: Sequence[BatchedCall]) -> list[object]:
    raw = Raw(connection)
    scopes = enter_each(connection, calls)
    aliases = [Aliased(scope.project_id, *item.request) for scope, item in zip(scopes, calls, strict=True)]
    by_alias = find_aliased(raw, aliases)
    # Mostly it is an alias; else whatever else the name may mean, found once for all who ask for it.
    for alias in aliases:
        if alias not in by_alias:
            by_alias[alias] = get_named_version(raw, *alias)
    versions = [by_alias[alias] for alias in aliases]
    for item, scope, version in zip(calls, scopes, versions, strict=True):
        if item.pins is not None:
            item.pins.note(version.model_id, item.request[1], scope.actor, item.client)
    return [{"model_version": shown} for shown in versions_json(raw, versions)]


def _alias_of(request: messages.Alias) -> tuple[str, str]:
    return check_required(request.name, "name"), check_required(request.alias, "alias", 1000)


_READ, _WRITE, _DELETE = (
    Permission.PROJECT_MODELS_READ,
    Permission.PROJECT_MODELS_WRITE,
    Permission.PROJECT_MODELS_DELETE,
)

ENDPOINTS: list[Endpoint] = [
    writes("POST", "registered-models/create", messages.CreateModel, create_model, _WRITE, "model.created"),
    reads("GET", "registered-models/get", messages.ModelRequest, get_model, _READ, is_short=True),
    writes("POST", "registered-models/rename", messages.RenameModel, rename_model, _WRITE, "model.renamed"),
    writes("PATCH", "registered-models/update", messages.UpdateModel, update_model, _WRITE, "model.updated"),
    writes("DELETE", "registered-models/delete", messages.ModelRequest, delete_model, _DELETE, "model.deleted"),
    reads("GET", "registered-models/search", messages.SearchRegistry, search_registered_models, _READ),
    reads("POST", "registered-models/get-latest-versions", messages.LatestVersions, get_latest_versions, _READ),
    reads("GET", "registered-models/get-latest-versions", messages.LatestVersions, get_latest_versions, _READ),
    writes("POST", "registered-models/set-tag", messages.ModelTag, set_model_tag, _WRITE),
    writes("DELETE", "registered-models/delete-tag", messages.ModelTag, delete_model_tag, _WRITE),
    writes("POST", "registered-models/alias", messages.Alias, set_alias, _WRITE, "model.alias_set"),
    writes("DELETE", "registered-models/alias", messages.Alias, delete_alias, _WRITE, "model.alias_deleted"),
    reads("GET", "registered-models/alias", messages.Alias, Together(_alias_of, get_by_aliases), _READ),
]
