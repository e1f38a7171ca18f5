"""Making versions: trained here, registered by clients, or brought over. There is no other place that does."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from modelyard.server.activity.outbox import has_listeners
from modelyard.server.activity.service import Line, record_each
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.registry import announcements, live_events
from modelyard.server.registry.aliases.service import Mover, check_alias, set_alias
from modelyard.server.registry.counters import refresh_default
from modelyard.server.registry.limits import check_description
from modelyard.server.registry.semver import Semver
from modelyard.server.registry.versions.inserting import VersionToInsert, insert_versions
from modelyard.server.registry.versions.new import NewModelVersion, VersionToCreate, contract_of
from modelyard.server.registry.versions.numbers import AllocatedNumber, take_numbers
from modelyard.server.registry.versions.registered import RegisteredVersion
from modelyard.server.registry.versions.seals import seal_sources
from modelyard.server.registry.versions.semvers import Semvers, find_semver, read_semver, semver_is_off
from modelyard.server.registry.versions.settling import record_forced
from modelyard.server.tracking.logged_models.queries import find_logged_model, list_logged_on_models
from modelyard.server.tracking.logged_models.service import set_logged_model_tags
from modelyard.server.tracking.runs.search import run_ids
from modelyard.server.tracking.runs.service import NewRun, create_runs
from modelyard.server.tracking.tag_lists import list_in
from modelyard.wire.models import VersionStatus
from modelyard.wire.semver import SemverStep

_VERSIONS_TAG = "mlflow.modelVersions"
_QUEUED, _READY = str(VersionStatus.QUEUED), str(VersionStatus.READY)


def create_versions(raw: Raw, requests: Sequence[VersionToCreate]) -> list[RegisteredVersion]:
    """Adds versions, each under the next number of its model, or with its history under the number that it had.

    A version that is to be trained is Queued, with a run that starts; others are Ready. Without a semantic version in
    its tags one with a signature gets the smallest that the signatures allow. Versions with a history are neither
    audited nor announced one by one.

    :raises NotFound: there is no such model.
    :raises InvalidArgument: an alias or a description is not allowed, or there is no such parent version.
    :raises InvalidSemver: a semantic version was given that is none.
    :raises SemverTaken: the model has a version with that semantic version.
    :raises SemverTooSmall: the changes ask for a larger one.
    :raises Conflict: the model has no number left.
    """
    if not requests:
        return []
    for request in requests:
        _check(request.version)
    now = now_ms()
    places = take_numbers(raw, requests, now)
    requests = [_under_its_name(request, place) for request, place in zip(requests, places, strict=True)]
    _check_parents(raw, requests, places)
    semvers = _choose_semvers(raw, requests, places)
    runs = _find_runs(raw, requests)
    rows = [
        _settle(raw, request, place, chosen, runs, now)
        for request, place, chosen in zip(requests, places, semvers, strict=True)
    ]
    keys = insert_versions(raw, rows)
    versions = [row.registered(key) for row, key in zip(rows, keys, strict=True)]
    announced = [pair for pair in zip(requests, versions, strict=True) if pair[0].version.history is None]
    seal_sources(raw, [(request.project_id, version) for request, version in announced])
    _record(raw, announced)
    _record_forced(raw, requests, rows)
    _announce(raw, announced)
    for request, version in announced:
        _link(raw, request, version)
    for model_id in {
        place.model_id for request, place in zip(requests, places, strict=True) if request.version.history
    }:
        refresh_default(raw.connection, model_id)
    return versions


def _under_its_name(request: VersionToCreate, place: AllocatedNumber) -> VersionToCreate:
    """The request may know the model by a name that it had before."""
    if request.version.model == place.model:
        return request
    return request._replace(version=replace(request.version, model=place.model))


def _check(new: NewModelVersion) -> None:
    check_description(new.description)
    for alias in new.aliases:
        check_alias(alias)


def _check_parents(raw: Raw, requests: Sequence[VersionToCreate], places: Sequence[AllocatedNumber]) -> None:
    """:raises InvalidArgument: a parent does not exist."""
    for request, place in zip(requests, places, strict=True):
        parent = request.version.parent
        if parent is None:
            continue
        if not raw.one("SELECT 1 FROM versions WHERE model_id = ? AND number = ?", (place.model_id, parent)):
            raise InvalidArgument(f"The parent, version {parent} of {request.version.model!r}, does not exist.")


class _Chosen(NamedTuple):
    """The semantic version of a version, and the step that it follows from."""

    semver: str | None = None
    step: SemverStep | None = None


def _choose_semvers(raw: Raw, requests: Sequence[VersionToCreate], places: Sequence[AllocatedNumber]) -> list[_Chosen]:
    """The chosen ones, else the smallest that the changes allow; none where neither says anything."""
    requested = [_requested(request.version, place) for request, place in zip(requests, places, strict=True)]
    semvers = Semvers(raw)
    by_model: defaultdict[int, list[Semver]] = defaultdict(list)
    for place, semver in zip(places, requested, strict=True):
        if semver is not None:
            by_model[place.model_id].append(semver)
    for model_id, model_semvers in by_model.items():
        semvers.load(model_id, model_semvers)
    return [
        _Chosen(request.version.history.semver)
        if request.version.history is not None
        else _choose_semver(semvers, request, place, semver)
        for request, place, semver in zip(requests, places, requested, strict=True)
    ]


def _requested(new: NewModelVersion, place: AllocatedNumber) -> Semver | None:
    """:raises InvalidSemver: it is none, or the model has semantic versions off and one was chosen."""
    if new.history is not None:
        return None
    if not place.uses_semver:
        if new.semver is not None:
            raise semver_is_off(new.model)
        return None
    return find_semver(new.tags) if new.semver is None else read_semver(new.semver)


def _choose_semver(
    semvers: Semvers, request: VersionToCreate, place: AllocatedNumber, requested: Semver | None
) -> _Chosen:
    new, contract = request.version, contract_of(request.version)
    if requested is not None:
        # First: one that is taken is too small as well, and that is not what is wrong with it.
        semvers.require_free(place.model_id, new.model, place.number, requested)
        proposal = semvers.check(place.model_id, requested, contract, force=new.force_semver)
        is_forced = proposal.semver > requested.finalize_version()
        semvers.claim(place.model_id, new.model, place.number, requested, contract)
        return _Chosen(str(requested), proposal.to_wire(chosen_by=request.actor, is_forced=is_forced))
    if new.signature is None or not place.uses_semver:
        return _Chosen()
    proposal = semvers.propose(place.model_id, contract)
    semvers.claim(place.model_id, new.model, place.number, proposal.semver, contract)
    return _Chosen(str(proposal.semver), proposal.to_wire())


def _find_runs(raw: Raw, requests: Sequence[VersionToCreate]) -> dict[tuple[int, str], int]:
    """The keys of the runs of sources that are here, by project and id."""
    by_project: defaultdict[int, set[str]] = defaultdict(set)
    for request in requests:
        source = request.version.source
        if source is not None and source.run_id:
            by_project[request.project_id].add(source.run_id)
    return {
        (project_id, run_id): key
        for project_id, ids in by_project.items()
        for key, run_id in run_ids(raw, project_id, list(ids))
    }


def _settle(
    raw: Raw,
    request: VersionToCreate,
    place: AllocatedNumber,
    chosen: _Chosen,
    runs: dict[tuple[int, str], int],
    now: int,
) -> VersionToInsert:
    """The row of a version; starts its run when it is to be trained."""
    new, history = request.version, request.version.history
    run: int | None
    if new.training is not None:
        name, experiment_id = f"{new.model}/{place.number}", str(place.experiment_id)
        training = NewRun(experiment_id, name, request.actor, now, params=new.training.params)
        (started,) = create_runs(raw, [(request.actor, request.project_id, training)], are_trainings=True)
        run, run_id = started.id, started.run_id
    else:
        run_id = "" if new.source is None else new.source.run_id
        run = runs.get((request.project_id, run_id))
    state = _QUEUED if new.training is not None else _READY
    return VersionToInsert(
        project_id=request.project_id,
        model_id=place.model_id,
        number=place.number,
        new=new,
        semver=chosen.semver,
        step=chosen.step,
        status=state if history is None else history.status,
        stage="None" if history is None else history.stage,
        error=None if history is None else history.error,
        run=run,
        run_id=run_id,
        created_at=now if history is None else history.created_at,
        created_by=request.actor if history is None else history.created_by,
        updated_at=now if history is None else history.updated_at,
    )


def _record(raw: Raw, created: Sequence[tuple[VersionToCreate, RegisteredVersion]]) -> None:
    record_each(
        raw.connection,
        "version.created",
        [
            Line(request.project_id, request.actor, f"{version.model}/{version.number}", _origin(request.version))
            for request, version in created
        ],
    )


def _record_forced(raw: Raw, requests: Sequence[VersionToCreate], rows: Sequence[VersionToInsert]) -> None:
    """A semantic version that was forced leaves a line of its own."""
    for request, row in zip(requests, rows, strict=True):
        if row.step is not None and row.step.is_forced:
            record_forced(raw, request.actor, request.project_id, f"{row.new.model}/{row.number}", row.semver, row.step)


def _origin(new: NewModelVersion) -> dict[str, str]:
    if new.training is not None:
        return {"dataset": f"{new.training.dataset}@{new.training.dataset_number}"}
    return {} if new.source is None else {"source": new.source.uri}


def _announce(raw: Raw, created: Sequence[tuple[VersionToCreate, RegisteredVersion]]) -> None:
    """Versions to be trained are announced when they are Ready."""
    project_ids = {request.project_id for request, _ in created}
    heard = {project_id for project_id in project_ids if has_listeners(raw, project_id)}
    for request, version in created:
        if request.version.training is not None:
            live_events.version_changed(raw.connection, request.project, version.id)
            continue
        if request.project_id in heard:
            announcements.version_created(
                raw,
                request.project_id,
                version.model,
                version.number,
                source=version.shown_source,
                run_id=version.run_id,
                description=version.description,
                tags=request.version.tags,
            )
        # Most registrations happen when nobody looks, so nothing is read for it; open views fetch the version.
        live_events.version_touched(raw.connection, request.project, version.model, version.number)


def _link(raw: Raw, request: VersionToCreate, version: RegisteredVersion) -> None:
    """Sets the version's aliases, and tells the logged model that it was registered."""
    new = request.version
    if new.source is not None and new.source.logged_model_id:
        _note_version(raw, request.project_id, new.source.logged_model_id, version.model, version.number)
    for alias in dict.fromkeys(new.aliases):
        mover = Mover(request.actor, request.may_administrate)
        set_alias(raw, mover, request.project_id, version.model, version.model_id, alias, version.number)


def _note_version(raw: Raw, project_id: int, logged_model_id: str, model: str, number: int) -> None:
    """The logged model says as which versions it was registered; one that is not here is fine."""
    logged = find_logged_model(raw, project_id, logged_model_id)
    if logged is None:
        return
    tags = dict(list_logged_on_models(raw, [logged.id])[logged.id].tags)
    versions = list_in(tags.get(_VERSIONS_TAG))
    versions.append({"name": model, "version": number})
    set_logged_model_tags(raw, project_id, logged_model_id, {_VERSIONS_TAG: json.dumps(versions)})
