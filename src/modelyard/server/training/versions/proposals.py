"""Semantic versions of trainings that have not started."""

from sqlalchemy import Connection

from modelyard.server.db.raw import Raw
from modelyard.server.registry.bumps import FIRST, Contract, Level
from modelyard.server.registry.models.queries import find_optional_model
from modelyard.server.registry.pins.queries import find_followers
from modelyard.server.registry.semver import Semver
from modelyard.server.registry.signatures import features_of
from modelyard.server.registry.versions.semvers import Proposal, Semvers, read_semver
from modelyard.server.registry.versions.settling import uses_semver
from modelyard.server.training.configs.service import CheckedConfig
from modelyard.wire.proposals import SemverProposal


def propose(
    connection: Connection, project_id: int, model: str, checked: CheckedConfig, choice: str | None
) -> SemverProposal:
    """The smallest that the training may have; with a choice, that one, when it is allowed.

    :raises InvalidSemver: the choice is none.
    :raises SemverTaken: another version has it.
    :raises SemverTooSmall: the changes ask for a larger one.
    """
    chosen = None if choice is None else read_semver(choice)
    key = find_optional_model(connection, project_id, model)
    if key is None:
        return SemverProposal(semver=str(chosen or FIRST), step=Proposal(FIRST).to_wire())
    raw = Raw(connection)
    if not uses_semver(raw, key.id):
        return SemverProposal(semver=None, step=None)
    contract = Contract(
        features=features_of(checked.rendered),
        column_types=checked.column_types,
        output_type=checked.config.output_features[0].type,
        algorithm=checked.config.model_type,
        classes=checked.classes,
    )
    semvers = Semvers(raw)
    if chosen is None:
        proposal = semvers.propose(key.id, contract)
        return _answer(raw, key.id, proposal.semver, proposal)
    semvers.load(key.id, [chosen])
    semvers.require_free(key.id, model, 0, chosen)
    return _answer(raw, key.id, chosen, semvers.check(key.id, chosen, contract))


def _answer(raw: Raw, model_id: int, semver: Semver, proposal: Proposal) -> SemverProposal:
    breaks = proposal.step is not None and proposal.step.level is Level.MAJOR
    affected = find_followers(raw, model_id, semver) if breaks else []
    return SemverProposal(semver=str(semver), step=proposal.to_wire(), affected=affected)
