"""Where a version's model may be said to be: never a place that the server or its clients should not read for it."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import InvalidArgument, NotFound
from modelyard.server.protocols.mlflow.limits import check_run_id
from modelyard.server.protocols.mlflow.version_json import storage_of
from modelyard.server.registry.aliases.queries import resolve
from modelyard.server.registry.registered.queries import (
    STAGES,
    RegisteredVersion,
    get_model,
    get_version,
    latest_versions,
)
from modelyard.server.tracking.artifact_files.locations import is_in_a_store, leads_elsewhere
from modelyard.server.tracking.experiments.queries import location_below
from modelyard.server.tracking.logged_models.queries import find_logged_model
from modelyard.server.tracking.runs.queries import find_run

PROMPT_SOURCES = frozenset({"dummy-source", "prompt-template"})
"""What the client gives as the source of a prompt, which has no files."""

_MODEL_ID = re.compile(r"m-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Source:
    """A source that was accepted: as it will be shown, where the files are, and what it came from."""

    shown: str
    storage: str
    run_id: str
    model_id: str


def is_elsewhere(given: str) -> bool:
    """Whether a source is plainly not on this server: in another store, or none."""
    _split(given)
    return given in PROMPT_SOURCES or is_in_a_store(given)


def check_source(raw: Raw, project_id: int, given: str, run_id: str, model_id: str, *, is_prompt: bool) -> Source:
    """:raises InvalidArgument: a source that is not allowed, or that contradicts the run or model given.
    :raises NotFound: a source of another registered model that does not exist.
    """
    if is_prompt and given in PROMPT_SOURCES:
        return Source(given, given, run_id, model_id)
    parts = _split(given)
    if leads_elsewhere(given):
        raise _refused(given, "it contains '..' or the character NUL")
    if parts.scheme == "runs":
        return _of_run(raw, project_id, given, run_id, model_id)
    if parts.scheme == "models":
        return _of_model(raw, project_id, given, run_id, model_id)
    if is_in_a_store(given):
        return Source(given, given, run_id, model_id)
    location = _without_proxy_address(given)
    for root in _roots(raw, project_id, run_id, model_id):
        if location == root or location.startswith(f"{root}/"):
            return Source(given, location, run_id, model_id)
    raise _refused(given, "it is not in the artifacts of the run_id or model_id that the request names")


def _split(given: str) -> SplitResult:
    try:
        return urlsplit(given)
    except ValueError as error:
        raise _refused(given, f"it is not an address ({error})") from error


def _of_run(raw: Raw, project_id: int, given: str, run_id: str, model_id: str) -> Source:
    named, _, path = given.removeprefix("runs:").lstrip("/").partition("/")
    if named != run_id:
        raise _refused(given, "its run is not the run_id that the request names")
    run = find_run(raw, project_id, check_run_id(run_id))
    # The run may be on another server than the registry: then its clients know where the files are.
    storage = given if run is None else location_below(run.artifact_uri, path).rstrip("/")
    return Source(given, storage, run_id, model_id)


def _of_model(raw: Raw, project_id: int, given: str, run_id: str, model_id: str) -> Source:
    named = given.removeprefix("models:").strip("/")
    if _MODEL_ID.match(named):
        return _of_logged_model(raw, project_id, given, named, run_id, model_id)
    version = _find_version(raw, project_id, given, named)
    if run_id and version.run_id and run_id != version.run_id:
        raise _refused(given, f"it came from run {version.run_id}, not from the run_id that the request names")
    known = version.logged_model_id or ""
    if model_id and known and model_id != known:
        raise _refused(given, f"it came from model {known}, not from the model_id that the request names")
    return Source(
        f"models:/{version.model}/{version.number}", storage_of(version), version.run_id or run_id, known or model_id
    )


def _of_logged_model(raw: Raw, project_id: int, given: str, named: str, run_id: str, model_id: str) -> Source:
    identifier, _, path = named.partition("/")
    if model_id != identifier:
        raise _refused(given, "its model is not the model_id that the request names")
    model = find_logged_model(raw, project_id, identifier)
    if model is None:
        return Source(given, given, run_id, model_id)
    storage = location_below(model.artifact_uri, path).rstrip("/")
    return Source(given, storage, run_id or model.source_run_id, model_id)


def _find_version(raw: Raw, project_id: int, given: str, named: str) -> RegisteredVersion:
    if "@" in named:
        name, _, alias = named.partition("@")
        number = resolve(raw, get_model(raw, project_id, name).id, alias)
        if number is None:
            raise InvalidArgument(f"Registered model alias {alias} not found.")
        return get_version(raw, project_id, name, number)
    name, slash, which = named.partition("/")
    if not slash or not which:
        raise _refused(given, "write models:/name/version, models:/name/stage or models:/name@alias")
    model = get_model(raw, project_id, name)
    if which.isascii() and which.isdigit() and len(which) <= 9:
        return get_version(raw, project_id, name, int(which))
    stages = [stage for stage in STAGES if stage.lower() == which.lower()]
    if stages:
        found = latest_versions(raw, [model.id], stages)
        if found:
            return found[0]
        raise NotFound(f"No version of model '{name}' is in stage {which}.")
    number = resolve(raw, model.id, which)
    if number is None:
        raise NotFound(f"Model Version (name={name}, version={which}) not found")
    return get_version(raw, project_id, name, number)


def _roots(raw: Raw, project_id: int, run_id: str, model_id: str) -> list[str]:
    roots = []
    run = find_run(raw, project_id, run_id) if run_id else None
    if run is not None:
        roots.append(run.artifact_uri)
    model = find_logged_model(raw, project_id, model_id) if model_id else None
    if model is not None:
        roots.append(model.artifact_uri)
    return roots


def _without_proxy_address(given: str) -> str:
    """An address of this server's artifact proxy as the location that it stands for."""
    for proxy in ("/api/2.0/mlflow-artifacts/artifacts/", "/ajax-api/2.0/mlflow-artifacts/artifacts/"):
        parts = urlsplit(given)
        if parts.scheme in ("http", "https") and parts.path.startswith(proxy):
            return "mlflow-artifacts:/" + parts.path.removeprefix(proxy)
    return given.rstrip("/")


def _refused(given: str, reason: str) -> InvalidArgument:
    return InvalidArgument(f"Invalid model version source: '{given[:300]}': {reason}.")
