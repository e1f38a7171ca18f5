"""Versions of registered models."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Connection

from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import Scope
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.filters import parse_filter, parse_order
from modelyard.server.protocols.mlflow.endpoints import (
    BatchedCall,
    Call,
    Early,
    Endpoint,
    Together,
    enter_each,
    reads,
    writes,
)
from modelyard.server.protocols.mlflow.errors import missing
from modelyard.server.protocols.mlflow.limits import check_page_size, check_required, check_run_id, check_text
from modelyard.server.protocols.mlflow.messages import registry as messages
from modelyard.server.protocols.mlflow.registered_models import registry_tags
from modelyard.server.protocols.mlflow.version_json import version_json, version_number, versions_json
from modelyard.server.registry import limits
from modelyard.server.registry.search import VERSIONS, Search, search_versions
from modelyard.server.registry.versions import creation, service, stages
from modelyard.server.registry.versions.contents import find_mlmodel
from modelyard.server.registry.versions.new import ModelSource, NewModelVersion, VersionToCreate
from modelyard.server.registry.versions.registered import RegisteredVersion, get_registered_version
from modelyard.server.registry.versions.sources import is_elsewhere, locate
from modelyard.server.storage import StoredFile
from modelyard.server.tracking.logged_models.mlmodel import ModelFile, read_mlmodel
from modelyard.server.tracking.runs.queries import find_run
from modelyard.wire.models import VersionUpdate

_MAX_PAGE_SIZE = 200_000


def _get(call: Call, request: messages.VersionRequest) -> RegisteredVersion:
    name = check_required(request.name, "name")
    return get_registered_version(call.raw, call.project_id, name, version_number(request.version))


def _one(call: Call, version: RegisteredVersion) -> dict[str, Any]:
    return {"model_version": versions_json(call.raw, [version])[0]}


async def read_model_file(early: Early, request: messages.CreateVersion) -> ModelFile | None:
    """The `MLmodel` file at the source, if this server keeps it; nothing is asked for a source elsewhere."""
    if is_elsewhere(request.source or ""):
        return None

    def find(call: Call) -> StoredFile | None:
        source = _source(call.raw, call.project_id, request, registry_tags(request.tags))
        return find_mlmodel(call.raw.connection, call.project_id, source.storage_location)

    return await read_mlmodel(early.parts.store, await early.read(find))


def _source(raw: Raw, project_id: int, request: messages.CreateVersion, tags: dict[str, str]) -> ModelSource:
    """Where the request says that the model is, and where its files are."""
    uri = check_required(request.source, "source", limits.MAX_SOURCE_LENGTH)
    source = locate(
        raw,
        project_id,
        ModelSource(
            uri=uri,
            storage_location=uri,
            run_id=check_text(request.run_id, "run_id", limits.MAX_RUN_ID_LENGTH),
            run_link=check_text(request.run_link, "run_link", limits.MAX_RUN_LINK_LENGTH),
            logged_model_id=check_text(request.model_id, "model_id", limits.MAX_LOGGED_MODEL_ID_LENGTH),
        ),
        tags,
    )
    if uri.startswith("runs:"):
        check_run_id(source.run_id)
    return source


def create_versions(connection: Connection, calls: Sequence[BatchedCall]) -> list[object]:
    raw = Raw(connection)
    scopes = enter_each(connection, calls)
    requests = [_version_request(raw, item, scope) for item, scope in zip(calls, scopes, strict=True)]
    return [
        {"model_version": version_json(version, {version.id: sorted(request.version.tags.items())})}
        for request, version in zip(requests, creation.create_versions(raw, requests), strict=True)
    ]


def _version_request(raw: Raw, item: BatchedCall, scope: Scope) -> VersionToCreate:
    request: messages.CreateVersion = item.request
    name = check_required(request.name, "name")
    tags = registry_tags(request.tags)
    model_file = cast("ModelFile | None", item.known)
    new = NewModelVersion(
        model=name,
        description=check_text(request.description, "description", limits.MAX_DESCRIPTION_LENGTH),
        tags=tags,
        signature=None if model_file is None else model_file.signature,
        algorithm=None if model_file is None else model_file.algorithm,
        source=_source(raw, scope.project_id, request, tags),
    )
    return VersionToCreate(scope.actor, scope.project_id, scope.project, new)


def _as_it_is(request: messages.CreateVersion) -> messages.CreateVersion:
    """Checking it needs the database."""
    return request


def get_version(call: Call, request: messages.VersionRequest) -> object:
    return _one(call, _get(call, request))


def update_version(call: Call, request: messages.UpdateVersion) -> object:
    version = _get(call, request)
    change = VersionUpdate(description=check_text(request.description, "description", limits.MAX_DESCRIPTION_LENGTH))
    connection = call.raw.connection
    service.update_version(connection, call.actor, call.project_id, call.project, version.model, version.number, change)
    return _one(call, _get(call, request))


def delete_version(call: Call, request: messages.VersionRequest) -> object:
    version = _get(call, request)
    service.delete_version(
        call.raw.connection, call.actor, call.project_id, call.project, version.model, version.number
    )
    return {}


def search_model_versions(call: Call, request: messages.SearchRegistry) -> object:
    versions, token = search_versions(
        call.raw,
        call.project_id,
        Search(
            parse_filter(request.filter or "", VERSIONS),
            parse_order(request.order_by, VERSIONS),
            check_page_size(request.max_results, _MAX_PAGE_SIZE, _MAX_PAGE_SIZE),
            request.page_token,
        ),
    )
    answer: dict[str, Any] = {"model_versions": versions_json(call.raw, versions)} if versions else {}
    return {**answer, "next_page_token": token} if token else answer


def get_download_uri(call: Call, request: messages.VersionRequest) -> object:
    version = _get(call, request)
    return {"artifact_uri": _below_run(call, version) or version.storage}


def _below_run(call: Call, version: RegisteredVersion) -> str | None:
    """The files of a version, or of what it is a copy of, as the run's: its client knows where all of those are."""
    scheme = (version.source or "").partition(":")[0]
    run = find_run(call.raw, call.project_id, version.run_id) if scheme in ("runs", "models") else None
    if run is None or version.storage_location is None or "?" in run.artifact_uri:
        return None
    below = version.storage_location.removeprefix(f"{run.artifact_uri}/")
    return None if below == version.storage_location else f"runs:/{run.run_id}/{below}"


def transition_stage(call: Call, request: messages.TransitionStage) -> object:
    version = _get(call, request)
    if request.archive_existing_versions is None:
        raise missing("archive_existing_versions")
    stages.transition_stage(
        call.raw,
        call.actor,
        call.project_id,
        call.project,
        version,
        stages.check_stage(check_required(request.stage, "stage")),
        archive=request.archive_existing_versions,
    )
    return _one(call, _get(call, request))


def set_version_tag(call: Call, request: messages.VersionTag) -> object:
    version = _get(call, request)
    key = check_required(request.key, "key", limits.MAX_TAG_KEY_LENGTH)
    value = check_text(request.value, "value", limits.MAX_TAG_LENGTH)
    service.set_version_tag(call.raw, call.actor, call.project_id, version, key, value)
    return {}


def delete_version_tag(call: Call, request: messages.VersionTag) -> object:
    version = _get(call, request)
    key = check_required(request.key, "key")
    service.delete_version_tag(call.raw, call.project_id, version, key)
    return {}


def find_storage(raw: Raw, project_id: int, query: dict[str, str]) -> str:
    """Where the files are of the version that a query string names."""
    name = check_required(query.get("name"), "name")
    return get_registered_version(raw, project_id, name, version_number(query.get("version"))).storage


_READ, _WRITE, _DELETE = (
    Permission.PROJECT_MODELS_READ,
    Permission.PROJECT_MODELS_WRITE,
    Permission.PROJECT_MODELS_DELETE,
)

ENDPOINTS: list[Endpoint] = [
    writes(
        "POST",
        "model-versions/create",
        messages.CreateVersion,
        Together(_as_it_is, create_versions),
        _WRITE,
        "version.created",
        before=read_model_file,
    ),
    reads("GET", "model-versions/get", messages.VersionRequest, get_version, _READ, is_short=True),
    writes("PATCH", "model-versions/update", messages.UpdateVersion, update_version, _WRITE, "version.updated"),
    writes("DELETE", "model-versions/delete", messages.VersionRequest, delete_version, _DELETE, "version.deleted"),
    reads("GET", "model-versions/search", messages.SearchRegistry, search_model_versions, _READ),
    reads("GET", "model-versions/get-download-uri", messages.VersionRequest, get_download_uri, _READ, is_short=True),
    writes(
        "POST",
        "model-versions/transition-stage",
        messages.TransitionStage,
        transition_stage,
        _WRITE,
        "version.stage_set",
    ),
    writes("POST", "model-versions/set-tag", messages.VersionTag, set_version_tag, _WRITE),
    writes("DELETE", "model-versions/delete-tag", messages.VersionTag, delete_version_tag, _WRITE),
]
