"""Model versions as the protocol shows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.protocols.mlflow.documents import tags_json
from modelyard.server.protocols.mlflow.errors import missing
from modelyard.server.registry.aliases.queries import aliases_of
from modelyard.server.registry.tags.queries import version_tags
from modelyard.server.registry.versions.registered import RegisteredVersion
from modelyard.server.registry.versions.semvers import SEMVER_TAGS
from modelyard.wire.models import VersionStatus

_READY = (VersionStatus.READY, VersionStatus.DEPLOYING, VersionStatus.DEPLOYED, VersionStatus.UNDEPLOYING)
_FAILED = (VersionStatus.FAILED, VersionStatus.CANCELED)
_STATUSES = {
    str(status): "READY" if status in _READY else "FAILED_REGISTRATION" if status in _FAILED else "PENDING_REGISTRATION"
    for status in VersionStatus
}

_SEMVER_TAG = SEMVER_TAGS[0]
"""Shows the semantic version of a version to clients that have no field for it."""

Tags = Mapping[int, list[tuple[str, str]]]


def versions_json(raw: Raw, versions: Sequence[RegisteredVersion]) -> list[dict[str, Any]]:
    """Versions with their tags and aliases, in two statements for all of them."""
    tags = version_tags(raw, list({version.id for version in versions}))
    aliases = aliases_of(raw, list({version.model_id for version in versions}))
    return [version_json(version, tags, aliases.get(version.model_id, [])) for version in versions]


def version_json(version: RegisteredVersion, tags: Tags, aliases: Sequence[tuple[str, int]] = ()) -> dict[str, Any]:
    """`tags` are by version; of the model's `aliases` those that name the version are shown."""
    shown: dict[str, Any] = {
        "name": version.model,
        "version": str(version.number),
        "creation_timestamp": version.created_at,
        "last_updated_timestamp": version.updated_at,
        "user_id": version.created_by,
        "current_stage": version.stage,
        "description": version.description,
        "source": version.shown_source,
        "run_id": version.run_id,
        "status": _STATUSES[version.status],
        "run_link": version.run_link or "",
    }
    if version.error_message:
        shown["status_message"] = version.error_message
    own = tags.get(version.id, [])
    if version.semver is not None and all(key != _SEMVER_TAG for key, _ in own):
        own = [*own, (_SEMVER_TAG, version.semver)]
    if own:
        shown["tags"] = tags_json(own)
    own_aliases = [alias for alias, number in aliases if number == version.number]
    if own_aliases:
        shown["aliases"] = own_aliases
    if version.logged_model_id:
        shown["model_id"] = version.logged_model_id
    return shown


def version_number(text: str | None, parameter: str = "version") -> int:
    """:raises InvalidArgument: it is missing or not the text of an integer."""
    if not text:
        raise missing(parameter)
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InvalidArgument(f"Parameter '{parameter}' must be an integer, got '{text[:100]}'.")
    return int(text)
