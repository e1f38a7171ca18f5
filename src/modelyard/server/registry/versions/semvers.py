"""Semantic versions for new versions: the one in the tags, else the smallest that the signatures allow."""

from collections.abc import Iterable, Mapping

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.errors import AlreadyExists, InvalidArgument
from modelyard.server.registry.semver import Semver, parse_semver
from modelyard.server.registry.signatures import Release, find_latest_release, propose_semver
from modelyard.wire.models import Signature

SEMVER_TAGS = ("modelyard.semver", "gitlab.version")
"""Tags of a version that give it a semantic version when it is made."""


def find_semver(tags: Mapping[str, str]) -> Semver | None:
    """The semantic version in the tags.

    :raises InvalidArgument: a tag gives one that is none.
    """
    for tag in SEMVER_TAGS:
        if tag in tags:
            semver = parse_semver(tags[tag])
            if semver is None:
                raise InvalidArgument(
                    f"The tag {tag} has {tags[tag]!r}, which is not a semantic version such as 1.2.0."
                )
            return semver
    return None


class Semvers:
    """The semantic versions of models to which a batch of versions is added, those of the batch among them."""

    def __init__(self, raw: Raw) -> None:
        self._raw = raw
        self._numbers: dict[tuple[int, str], int] = {}
        self._stored: dict[int, Release | None] = {}
        self._claimed: dict[int, Release] = {}

    def load(self, model_id: int, semvers: Iterable[Semver]) -> None:
        """Reads which of them the model has, before they are claimed."""
        texts = [str(semver) for semver in semvers]
        if texts:
            rows = self._raw.run(
                f"SELECT semver, number FROM versions WHERE model_id = ? AND semver IN ({placeholders(len(texts))})",  # noqa: S608
                (model_id, *texts),
            )
            self._numbers.update(((model_id, text), number) for text, number in rows)

    def claim(self, model_id: int, model: str, number: int, semver: Semver, signature: Signature | None = None) -> None:
        """Gives a semantic version to the version of that number.

        :raises AlreadyExists: another version of the model has it.
        """
        holder = self._numbers.setdefault((model_id, str(semver)), number)
        if holder != number:
            raise AlreadyExists(f"Version {holder} of {model!r} has the semantic version {semver} already.")
        highest = self._claimed.get(model_id)
        if highest is None or semver > highest.semver:
            self._claimed[model_id] = Release(semver, signature)

    def propose(self, model_id: int, signature: Signature) -> Semver:
        """The smallest after the highest of the model that the signatures allow."""
        if model_id not in self._stored:
            self._stored[model_id] = find_latest_release(self._raw.connection, model_id)
        releases = [self._stored[model_id], self._claimed.get(model_id)]
        latest = max((release for release in releases if release is not None), default=None, key=lambda it: it.semver)
        return propose_semver(latest, signature)
