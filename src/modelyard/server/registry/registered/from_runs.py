"""Registering a model that a run left as a version."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import InvalidArgument, InvalidState
from modelyard.server.registry.aliases.service import check_alias, set_alias
from modelyard.server.registry.models.service import ensure_model
from modelyard.server.registry.registered.service import SEMVER_TAGS, Registration, Wanted, register_versions
from modelyard.server.registry.texts import check_description
from modelyard.server.registry.versions.queries import get_version
from modelyard.server.tracking.logged_models.of_runs import FoundModel
from modelyard.server.tracking.logged_models.queries import find_logged_model, list_logged_on_models
from modelyard.server.tracking.logged_models.service import set_logged_model_tags
from modelyard.server.tracking.runs.queries import Run
from modelyard.server.tracking.tagged import list_in
from modelyard.wire.models import Signature, Version
from modelyard.wire.runs import RegisterRequest

_VERSIONS_TAG = "mlflow.modelVersions"
_READY = "LOGGED_MODEL_READY"


class Registrar(NamedTuple):
    """Who registers, and where."""

    actor: str
    project_id: int
    project: str


def choose_model(found: Sequence[FoundModel], run: Run, wanted: RegisterRequest) -> FoundModel:
    """The model of the run that a request means; the only one when it names none.

    :raises InvalidArgument: the run has no such model, or several and the request names none.
    :raises InvalidState: the model's upload has not ended.
    """
    if wanted.path is not None and wanted.logged_model_id is not None:
        raise InvalidArgument("Give `path` or `logged_model_id`, not both.")
    named = wanted.path is not None or wanted.logged_model_id is not None
    matching = [model for model in found if not named or _is_meant(model, wanted)]
    known = ", ".join(_called(model) for model in found[:20])
    if not matching:
        hint = f"It has {known}." if found else "A model is a folder with an `MLmodel` file, or a logged model."
        asked = f" {wanted.logged_model_id or wanted.path!r}" if named else ""
        raise InvalidArgument(f"The run {run.run_id} has no model{asked}.", hint=hint)
    if len(matching) > 1:
        raise InvalidArgument(f"The run {run.run_id} has {len(matching)} models: {known}.", hint="Name one of them.")
    (model,) = matching
    if model.logged is not None and model.logged.status != _READY:
        raise InvalidState(f"The logged model {model.logged.model_id} is {model.logged.status}, not {_READY}.")
    return model


def register_run_model(
    connection: Connection,
    who: Registrar,
    run: Run,
    model: FoundModel,
    signature: Signature | None,
    wanted: RegisterRequest,
) -> Version:
    """Adds a Ready version and its aliases.

    :raises InvalidName: the name of the model or of an alias is not allowed.
    :raises InvalidArgument: the semantic version is none.
    :raises AlreadyExists: another version has that semantic version.
    """
    raw = Raw(connection)
    description = check_description(wanted.description)
    for alias in wanted.aliases:
        check_alias(alias)
    key = ensure_model(connection, who.actor, who.project_id, who.project, wanted.model)
    new = Registration(
        model=key.name,
        source=model.uri,
        storage_location=model.location,
        run_id=run.run_id,
        run_link="",
        logged_model_id="" if model.logged is None else model.logged.model_id,
        description=description,
        tags={SEMVER_TAGS[0]: wanted.semver} if wanted.semver else {},
        signature=signature,
    )
    (version,) = register_versions(raw, [Wanted(who.actor, who.project_id, who.project, new)])
    if model.logged is not None:
        note_on_logged_model(raw, who.project_id, model.logged.model_id, key.name, version.number)
    for alias in dict.fromkeys(wanted.aliases):
        set_alias(raw, who.actor, who.project_id, key.name, key.id, alias, version.number)
    return get_version(connection, who.project_id, key.name, version.number)


def note_on_logged_model(raw: Raw, project_id: int, model_id: str, name: str, number: int) -> None:
    """The logged model says as which versions it was registered; one that is not here is fine."""
    model = find_logged_model(raw, project_id, model_id)
    if model is None:
        return
    tags = dict(list_logged_on_models(raw, [model.id])[model.id].tags)
    known = list_in(tags.get(_VERSIONS_TAG))
    known.append({"name": name, "version": number})
    set_logged_model_tags(raw, project_id, model_id, {_VERSIONS_TAG: json.dumps(known)})


def _is_meant(model: FoundModel, wanted: RegisterRequest) -> bool:
    if wanted.logged_model_id is not None:
        return model.logged is not None and model.logged.model_id == wanted.logged_model_id
    return model.path is not None and wanted.path is not None and model.path == wanted.path.strip("/")


def _called(model: FoundModel) -> str:
    return f"the folder {model.path!r}" if model.logged is None else f"the logged model {model.logged.model_id}"
