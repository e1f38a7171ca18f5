"""Signatures of versions, and the semantic version that follows from it when none was given."""

from typing import NamedTuple

from sqlalchemy import Connection, select, update

from modelyard.server.registry.bumps import FIRST, next_semver
from modelyard.server.registry.semver import Semver, parse_semver
from modelyard.server.registry.tables import version_details, versions
from modelyard.wire.models import Signature


class Release(NamedTuple):
    """A semantic version of a model, and what it takes and gives, as far as it is known."""

    semver: Semver
    signature: Signature | None


def get_signature(connection: Connection, version_id: int) -> Signature | None:
    stored = connection.scalar(select(version_details.c.signature).where(version_details.c.version_id == version_id))
    return None if stored is None else Signature.model_validate(stored)


def set_signature(connection: Connection, version_id: int, signature: Signature) -> None:
    connection.execute(
        update(version_details)
        .where(version_details.c.version_id == version_id)
        .values(signature=signature.model_dump(mode="json"))
    )


def find_latest_release(connection: Connection, model_id: int) -> Release | None:
    """The highest semantic version of a model.

    The unit of work must have changed the model's row before: until it ends, no other learns what is the highest.
    """
    rows = connection.execute(
        select(versions.c.semver, versions.c.id).where(versions.c.model_id == model_id, versions.c.semver.is_not(None))
    )
    releases = [(semver, row.id) for row in rows if (semver := parse_semver(row.semver)) is not None]
    if not releases:
        return None
    semver, version_id = max(releases)
    return Release(semver, get_signature(connection, version_id))


def propose_semver(latest: Release | None, signature: Signature) -> Semver:
    """The smallest after the highest of the model that the signatures allow."""
    return FIRST if latest is None else next_semver(latest.semver, latest.signature, signature)
