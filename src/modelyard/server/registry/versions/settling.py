"""Semantic versions of versions that exist: settled when a training ends, and changed by people and by tags."""

import json

from modelyard.server.activity.service import record
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import SemverTooSmall
from modelyard.server.registry.semver import Semver, parse_semver
from modelyard.server.registry.signatures import get_contract
from modelyard.server.registry.versions.numbers import lock_models
from modelyard.server.registry.versions.semvers import Semvers, read_semver, semver_is_off
from modelyard.wire.semver import SemverStep


def record_forced(raw: Raw, actor: str, project_id: int, version: str, semver: str | None, step: SemverStep) -> None:
    """The audit line of a semantic version that is smaller than its step allows."""
    record(
        raw.connection,
        project_id,
        actor,
        "version.semver_forced",
        version,
        semver=semver,
        smallest=step.smallest,
        reasons=step.reasons,
    )


def settle_semver(raw: Raw, version_id: int) -> None:
    """The final check of a training, whose signature is known now. The unit of work has changed the model's row.

    Without a chosen one the version gets the smallest. A chosen one that turns out too small is raised, unless it was
    forced: the training is not lost for it.
    """
    row = raw.one(
        "SELECT v.model_id, v.project_id, v.model, v.number, v.semver, m.uses_semver, d.semver_step "
        "FROM versions v JOIN models m ON m.id = v.model_id JOIN version_details d ON d.version_id = v.id "
        "WHERE v.id = ?",
        (version_id,),
    )
    assert row is not None
    model_id, project_id, model, number, text, is_on, stored = row
    contract = get_contract(raw.connection, version_id)
    if not is_on or (text is None and contract.signature is None):
        return
    semvers = Semvers(raw, without=version_id)
    chosen = None if text is None else parse_semver(text)
    if chosen is None:
        proposal = semvers.propose(model_id, contract)
        _store(raw, version_id, proposal.semver, proposal.to_wire())
        return
    before = SemverStep.model_validate(json.loads(stored) if isinstance(stored, str) else stored)
    try:
        proposal = semvers.check(model_id, chosen, contract, force=before.is_forced)
    except SemverTooSmall:
        proposal = semvers.propose(model_id, contract)
        step = proposal.to_wire(chosen_by=before.chosen_by).model_copy(update={"raised_from": text})
        _store(raw, version_id, proposal.semver, step)
        detail = {"before": text, "semver": str(proposal.semver), "reasons": step.reasons}
        record(
            raw.connection, project_id, before.chosen_by or "", "version.semver_raised", f"{model}/{number}", **detail
        )
        return
    _store(raw, version_id, chosen, proposal.to_wire(chosen_by=before.chosen_by, is_forced=before.is_forced))


def release_semver(raw: Raw, version_id: int) -> None:
    """A training that did not become Ready leaves its semantic version to others."""
    raw.run("UPDATE versions SET semver = NULL WHERE id = ? AND semver IS NOT NULL", (version_id,))
    raw.run("UPDATE version_details SET semver_step = NULL WHERE version_id = ?", (version_id,))


def uses_semver(raw: Raw, model_id: int) -> bool:
    """Whether versions of the model have semantic versions."""
    row = raw.one("SELECT uses_semver FROM models WHERE id = ?", (model_id,))
    return row is not None and bool(row[0])


def change_semver(
    raw: Raw, actor: str, project_id: int, model_id: int, model: str, number: int, text: str, *, force: bool = False
) -> None:
    """Gives a version another semantic version, which is larger than the one that it has.

    :raises InvalidSemver: the text is none, or the model has semantic versions off.
    :raises SemverTaken: another version of the model has it.
    :raises SemverTooSmall: it is smaller than the changes allow or than the one that it has, and not forced.
    """
    semver = read_semver(text)
    lock_models(raw, [model_id])
    row = raw.one(
        "SELECT v.id, v.semver, m.uses_semver FROM versions v JOIN models m ON m.id = v.model_id "
        "WHERE v.model_id = ? AND v.number = ?",
        (model_id, number),
    )
    assert row is not None
    version_id, present, is_on = row
    if not is_on:
        raise semver_is_off(model)
    if present == str(semver):
        return
    semvers = Semvers(raw, without=version_id)
    semvers.load(model_id, [semver])
    semvers.require_free(model_id, model, number, semver)
    current = None if present is None else parse_semver(present)
    if current is not None and semver < current and not force:
        raise SemverTooSmall(
            f"Version {number} of {model!r} is {current}; {semver} is smaller, and callers may rely on {current}.",
            hint="Choose a larger one.",
        )
    proposal = semvers.check(model_id, semver, get_contract(raw.connection, version_id), force=force)
    is_forced = force and (semver.finalize_version() < proposal.semver or (current is not None and semver < current))
    step = proposal.to_wire(chosen_by=actor, is_forced=is_forced)
    _store(raw, version_id, semver, step)
    if is_forced:
        record_forced(raw, actor, project_id, f"{model}/{number}", str(semver), step)
    else:
        record(raw.connection, project_id, actor, "version.updated", f"{model}/{number}", semver=str(semver))


def _store(raw: Raw, version_id: int, semver: Semver, step: SemverStep) -> None:
    raw.run("UPDATE versions SET semver = ? WHERE id = ?", (str(semver), version_id))
    raw.run(
        "UPDATE version_details SET semver_step = ? WHERE version_id = ?",
        (step.model_dump_json(), version_id),
    )
