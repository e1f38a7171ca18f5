"""Registering a model that a run left as a version."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import InvalidArgument, InvalidState
from modelyard.server.registry.models.service import ensure_model
from modelyard.server.registry.versions.creation import create_versions
from modelyard.server.registry.versions.new import ModelSource, NewModelVersion, VersionToCreate
from modelyard.server.registry.versions.queries import get_version
from modelyard.server.tracking.artifact_files.run_models import FoundModel
from modelyard.server.tracking.logged_models.mlmodel import ModelFile
from modelyard.server.tracking.runs.queries import Run
from modelyard.wire.models import Version
from modelyard.wire.runs import RegisterRequest

_READY = "LOGGED_MODEL_READY"


class Registrar(NamedTuple):
    """A caller who registers, and their project."""

    actor: str
    project_id: int
    project: str
    may_administrate: bool = False


def choose_model(models: Sequence[FoundModel], run: Run, request: RegisterRequest) -> FoundModel:
    """The model of the run that a request means; the only one when it names none.

    :raises InvalidArgument: the run has no such model, or several and the request names none.
    :raises InvalidState: the model's upload has not ended.
    """
    if request.path is not None and request.logged_model_id is not None:
        raise InvalidArgument("Give `path` or `logged_model_id`, not both.")
    named = request.path is not None or request.logged_model_id is not None
    matching = [model for model in models if not named or _is_meant(model, request)]
    listed = ", ".join(_called(model) for model in models[:20])
    if not matching:
        hint = f"It has {listed}." if models else "A model is a folder with an `MLmodel` file, or a logged model."
        which = f" {request.logged_model_id or request.path!r}" if named else ""
        raise InvalidArgument(f"The run {run.run_id} has no model{which}.", hint=hint)
    if len(matching) > 1:
        raise InvalidArgument(f"The run {run.run_id} has {len(matching)} models: {listed}.", hint="Name one of them.")
    (model,) = matching
    if model.logged is not None and model.logged.status != _READY:
        raise InvalidState(f"The logged model {model.logged.model_id} is {model.logged.status}, not {_READY}.")
    return model


def register_run_model(
    connection: Connection,
    who: Registrar,
    run: Run,
    model: FoundModel,
    described: ModelFile,
    request: RegisterRequest,
) -> Version:
    """Adds a Ready version and its aliases.

    :raises InvalidName: the name of the model or of an alias is not allowed.
    :raises InvalidSemver: the semantic version is none.
    :raises SemverTaken: another version has that semantic version.
    :raises SemverTooSmall: the changes ask for a larger one.
    """
    key = ensure_model(connection, who.actor, who.project_id, who.project, request.model)
    new = NewModelVersion(
        model=key.name,
        description=request.description,
        aliases=tuple(request.aliases),
        signature=described.signature,
        algorithm=described.algorithm,
        semver=request.semver or None,
        force_semver=request.force_semver,
        source=ModelSource(
            uri=model.uri,
            storage_location=model.location,
            run_id=run.run_id,
            logged_model_id="" if model.logged is None else model.logged.model_id,
        ),
    )
    request_to_create = VersionToCreate(who.actor, who.project_id, who.project, new, who.may_administrate)
    (version,) = create_versions(Raw(connection), [request_to_create])
    return get_version(connection, who.project_id, key.name, version.number)


def _is_meant(model: FoundModel, request: RegisterRequest) -> bool:
    if request.logged_model_id is not None:
        return model.logged is not None and model.logged.model_id == request.logged_model_id
    return model.path is not None and request.path is not None and model.path == request.path.strip("/")


def _called(model: FoundModel) -> str:
    return f"the folder {model.path!r}" if model.logged is None else f"the logged model {model.logged.model_id}"
