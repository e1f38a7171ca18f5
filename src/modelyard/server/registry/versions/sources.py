"""Where a version's model may be said to be: never a place that the server or its clients should not read for it."""

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import InvalidArgument, NotFound
from modelyard.server.registry.models.registered import get_registered_model
from modelyard.server.registry.prompt_tag import PROMPT_TAG, says_prompt
from modelyard.server.registry.versions.new import ModelSource
from modelyard.server.registry.versions.registered import (
    RegisteredVersion,
    find_named_version,
    get_named_version,
    get_registered_version,
    latest_versions,
    version_not_found,
)
from modelyard.server.registry.versions.stages import find_stage
from modelyard.server.tracking.artifact_files.locations import is_in_a_store, leads_elsewhere
from modelyard.server.tracking.experiments.queries import location_below
from modelyard.server.tracking.logged_models.queries import find_logged_model
from modelyard.server.tracking.runs.queries import find_run

PROMPT_SOURCES = frozenset({"dummy-source", "prompt-template"})
"""What the client gives as the source of a prompt, which has no files."""

_MODEL_ID = re.compile(r"m-[0-9a-f]{32}")


def is_elsewhere(uri: str) -> bool:
    """Whether a source is plainly not on this server: in another store, or none."""
    _split(uri)
    return uri in PROMPT_SOURCES or is_in_a_store(uri)


def locate(raw: Raw, project_id: int, claim: ModelSource, tags: Mapping[str, str]) -> ModelSource:
    """The source that a client claims for a version with these tags, with the place of its files and what it came from.

    :raises InvalidArgument: a source that is not allowed, or that contradicts the run or logged model of the claim.
    :raises NotFound: a source of another registered model that does not exist.
    """
    if claim.uri in PROMPT_SOURCES and says_prompt(tags.get(PROMPT_TAG)):
        return claim
    parts = _split(claim.uri)
    if leads_elsewhere(claim.uri):
        raise _refused(claim.uri, "it contains '..' or the character NUL")
    if parts.scheme == "runs":
        return _of_run(raw, project_id, claim)
    if parts.scheme == "models":
        return _of_model(raw, project_id, claim)
    if is_in_a_store(claim.uri):
        return claim
    location = _without_proxy_address(claim.uri)
    for root in _roots(raw, project_id, claim):
        if location == root or location.startswith(f"{root}/"):
            return claim._replace(storage_location=location)
    raise _refused(claim.uri, "it is not in the artifacts of the run_id or model_id that the request names")


def _split(uri: str) -> SplitResult:
    try:
        return urlsplit(uri)
    except ValueError as error:
        raise _refused(uri, f"it is not an address ({error})") from error


def _of_run(raw: Raw, project_id: int, claim: ModelSource) -> ModelSource:
    run_id, _, path = claim.uri.removeprefix("runs:").lstrip("/").partition("/")
    if run_id != claim.run_id:
        raise _refused(claim.uri, "its run is not the run_id that the request names")
    run = find_run(raw, project_id, run_id)
    # The run may be on another server than the registry: then its clients know where the files are.
    return claim if run is None else _below(claim, run.artifact_uri, path)


def _of_model(raw: Raw, project_id: int, claim: ModelSource) -> ModelSource:
    name = claim.uri.removeprefix("models:").strip("/")
    if _MODEL_ID.match(name):
        return _of_logged_model(raw, project_id, claim, name)
    version = _find_version(raw, project_id, claim.uri, name)
    if claim.run_id and version.run_id and claim.run_id != version.run_id:
        raise _refused(claim.uri, f"it came from run {version.run_id}, not from the run_id that the request names")
    model_id = version.logged_model_id or ""
    if claim.logged_model_id and model_id and claim.logged_model_id != model_id:
        raise _refused(claim.uri, f"it came from model {model_id}, not from the model_id that the request names")
    return claim._replace(
        uri=f"models:/{version.model}/{version.number}",
        storage_location=version.storage,
        run_id=version.run_id or claim.run_id,
        logged_model_id=model_id or claim.logged_model_id,
    )


def _of_logged_model(raw: Raw, project_id: int, claim: ModelSource, name: str) -> ModelSource:
    model_id, _, path = name.partition("/")
    if claim.logged_model_id != model_id:
        raise _refused(claim.uri, "its model is not the model_id that the request names")
    model = find_logged_model(raw, project_id, model_id)
    if model is None:
        return claim
    return _below(claim, model.artifact_uri, path)._replace(run_id=claim.run_id or model.source_run_id)


def _below(claim: ModelSource, root: str, path: str) -> ModelSource:
    return claim._replace(storage_location=location_below(root, path).rstrip("/"))


def _find_version(raw: Raw, project_id: int, uri: str, name: str) -> RegisteredVersion:
    if "@" in name:
        model, _, alias = name.partition("@")
        return get_named_version(raw, project_id, model, alias)
    model, slash, which = name.partition("/")
    if not slash or not which:
        raise _refused(uri, "write models:/name/version, models:/name/stage or models:/name@alias")
    if which.isascii() and which.isdigit() and len(which) <= 9:
        get_registered_model(raw, project_id, model)
        return get_registered_version(raw, project_id, model, int(which))
    stage = find_stage(which)
    if stage is not None:
        newest = latest_versions(raw, [get_registered_model(raw, project_id, model).id], [stage])
        if newest:
            return newest[0]
        raise NotFound(f"No version of model '{model}' is in stage {which}.")
    version = find_named_version(raw, project_id, model, which)
    if version is None:
        raise version_not_found(model, which)
    return version


def _roots(raw: Raw, project_id: int, claim: ModelSource) -> list[str]:
    roots = []
    run = find_run(raw, project_id, claim.run_id) if claim.run_id else None
    if run is not None:
        roots.append(run.artifact_uri)
    model = find_logged_model(raw, project_id, claim.logged_model_id) if claim.logged_model_id else None
    if model is not None:
        roots.append(model.artifact_uri)
    return roots


def _without_proxy_address(uri: str) -> str:
    """An address of this server's artifact proxy as the location that it stands for."""
    for proxy in ("/api/2.0/mlflow-artifacts/artifacts/", "/ajax-api/2.0/mlflow-artifacts/artifacts/"):
        parts = urlsplit(uri)
        if parts.scheme in ("http", "https") and parts.path.startswith(proxy):
            return "mlflow-artifacts:/" + parts.path.removeprefix(proxy)
    return uri.rstrip("/")


def _refused(uri: str, reason: str) -> InvalidArgument:
    return InvalidArgument(f"Invalid model version source: '{uri[:300]}': {reason}.")
