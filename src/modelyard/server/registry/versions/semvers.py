"""Semantic versions for versions: the chosen one, when the step allows it, else the smallest that it allows."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.errors import InvalidSemver, SemverTaken, SemverTooSmall
from modelyard.server.registry.bumps import FIRST, Contract, Step, next_semver, smallest_step
from modelyard.server.registry.semver import Core, Semver, core_of, parse_semver
from modelyard.server.registry.signatures import get_contract
from modelyard.wire.errors import Problem
from modelyard.wire.semver import SemverStep

SEMVER_TAGS = ("modelyard.semver", "gitlab.version")
"""Tags of a version that give it a semantic version."""


def read_semver(text: str, named: str = "") -> Semver:
    """:raises InvalidSemver: the text is no semantic version. `named` says where it stands."""
    semver = parse_semver(text)
    if semver is None:
        where = f"{named} has {text[:100]!r}, which" if named else f"{text[:100]!r}"
        raise InvalidSemver(f"{where} is not a semantic version such as 1.2.0.")
    return semver


def semver_is_off(model: str) -> InvalidSemver:
    return InvalidSemver(f"The model {model!r} has no semantic versions.", hint="Switch them on in its settings.")


def find_semver(tags: Mapping[str, str]) -> Semver | None:
    """The semantic version in the tags.

    :raises InvalidSemver: a tag gives one that is none.
    """
    for tag in SEMVER_TAGS:
        if tag in tags:
            return read_semver(tags[tag], f"The tag {tag}")
    return None


class Proposal(NamedTuple):
    """The smallest semantic version that a step allows. The first of a model has neither step nor base."""

    semver: Semver
    step: Step | None = None
    base: Semver | None = None
    base_version: int | None = None
    """The key of the version with the base, when it is stored already."""

    def to_wire(self, *, chosen_by: str | None = None, is_forced: bool = False) -> SemverStep:
        return SemverStep(
            level=None if self.step is None else self.step.level.label,
            reasons=["It is the first semantic version."] if self.step is None else list(self.step.reasons),
            base=None if self.base is None else str(self.base),
            smallest=str(self.semver),
            chosen_by=chosen_by,
            is_forced=is_forced,
        )


class _Holder(NamedTuple):
    """A semantic version, and the version that has it: stored, or of the batch."""

    semver: Semver
    version_id: int | None = None
    contract: Contract | None = None


class _ModelSemvers:
    """All semantic versions of a model. Releases are in order; prereleases promise callers nothing."""

    def __init__(self) -> None:
        self._cores: list[Core] = []
        self._holders: dict[Core, _Holder] = {}
        self.highest: _Holder | None = None

    def add(self, holder: _Holder) -> None:
        if self.highest is None or holder.semver > self.highest.semver:
            self.highest = holder
        if not holder.semver.prerelease and (core := core_of(holder.semver)) not in self._holders:
            insort(self._cores, core)
            self._holders[core] = holder

    @property
    def promise(self) -> _Holder | None:
        """The version that callers have now: the highest release, or the highest prerelease when there is none."""
        return self._holders[self._cores[-1]] if self._cores else self.highest

    @property
    def has_releases(self) -> bool:
        return bool(self._cores)

    def before(self, semver: Semver) -> _Holder | None:
        """The highest release below a semantic version."""
        index = bisect_left(self._cores, core_of(semver))
        return self._holders[self._cores[index - 1]] if index else None


class Semvers:
    """The semantic versions of models to which a batch of versions is added, those of the batch among them.

    The unit of work must have changed or locked a model's row before: until it ends, nobody else adds to them.
    """

    def __init__(self, raw: Raw, *, without: int | None = None) -> None:
        """`without` is the key of a version that does not count: the one that is about to get another."""
        self._raw = raw
        self._without = without
        self._numbers: dict[tuple[int, str], int] = {}
        self._models: dict[int, _ModelSemvers] = {}

    def load(self, model_id: int, semvers: Iterable[Semver]) -> None:
        """Reads which of them the model has, before they are claimed."""
        texts = [str(semver) for semver in semvers]
        if texts:
            rows = self._raw.run(
                f"SELECT semver, number FROM versions WHERE model_id = ? AND semver IN ({placeholders(len(texts))})",  # noqa: S608
                (model_id, *texts),
            )
            self._numbers.update(((model_id, text), number) for text, number in rows)

    def claim(self, model_id: int, model: str, number: int, semver: Semver, contract: Contract | None = None) -> None:
        """Gives a semantic version to the version of that number.

        :raises SemverTaken: another version of the model has it.
        """
        self.require_free(model_id, model, number, semver)
        self._numbers[model_id, str(semver)] = number
        if model_id in self._models:
            self._models[model_id].add(_Holder(semver, contract=contract or Contract()))

    def require_free(self, model_id: int, model: str, number: int, semver: Semver) -> None:
        """:raises SemverTaken: a version of another number has it."""
        holder = self._numbers.get((model_id, str(semver)), number)
        if holder != number:
            raise SemverTaken(f"Version {holder} of {model!r} has the semantic version {semver} already.")

    def propose(self, model_id: int, contract: Contract) -> Proposal:
        """The smallest after all of the model that the changes allow."""
        semvers = self._of(model_id)
        promise, highest = semvers.promise, semvers.highest
        if promise is None or highest is None:
            return Proposal(FIRST)
        step = smallest_step(self._contract(promise), contract)
        semver = next_semver(promise.semver, step.level)
        if highest.semver > semver:
            semver = highest.semver.finalize_version()
        return Proposal(semver, step, promise.semver, promise.version_id)

    def check(self, model_id: int, semver: Semver, contract: Contract, *, force: bool = False) -> Proposal:
        """Checks a chosen semantic version: it is at least the step after the highest release below it.

        So a correction of 1.0.4 may be 1.0.5 when there is a 2.0.0.

        :raises SemverTooSmall: it is smaller, and not forced.
        """
        semvers = self._of(model_id)
        base = semvers.before(semver)
        if not contract.is_known or (base is None and not semvers.has_releases):
            return Proposal(semver)
        if base is None:
            proposal = self.propose(model_id, contract)
        else:
            step = smallest_step(self._contract(base), contract)
            proposal = Proposal(next_semver(base.semver, step.level), step, base.semver, base.version_id)
        if semver.finalize_version() < proposal.semver and not force:
            raise _too_small(semver, proposal, self.propose(model_id, contract).semver)
        return proposal

    def _of(self, model_id: int) -> _ModelSemvers:
        if model_id not in self._models:
            semvers = self._models[model_id] = _ModelSemvers()
            rows = self._raw.run(
                "SELECT semver, id FROM versions WHERE model_id = ? AND semver IS NOT NULL", (model_id,)
            )
            for text, version_id in rows:
                semver = parse_semver(text)
                if semver is not None and version_id != self._without:
                    semvers.add(_Holder(semver, version_id))
        return self._models[model_id]

    def _contract(self, holder: _Holder) -> Contract:
        if holder.contract is not None:
            return holder.contract
        assert holder.version_id is not None
        return get_contract(self._raw.connection, holder.version_id)


def _too_small(semver: Semver, proposal: Proposal, smallest: Semver) -> SemverTooSmall:
    reasons = () if proposal.step is None else proposal.step.reasons
    level = "" if proposal.step is None else f" is a {proposal.step.level.label} one and"
    return SemverTooSmall(
        f"The semantic version {semver} is too small: the step from {proposal.base}{level} "
        f"leads to {proposal.semver} at least. {' '.join(reasons)}",
        hint=f"Choose {smallest} or a larger one. Who may administrate models may force a smaller one.",
        problems=[Problem(path="semver", message=reason, suggestion=str(smallest)) for reason in reasons],
    )
