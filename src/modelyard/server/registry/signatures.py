"""What versions take and give, and the semantic version that follows from it when none was given."""

from sqlalchemy import Connection, select, update

from modelyard.server.registry.bumps import FIRST, next_semver
from modelyard.server.registry.semver import parse_semver
from modelyard.server.registry.tables import version_details, versions
from modelyard.wire.models import Signature


def get_signature(connection: Connection, version_id: int) -> Signature | None:
    stored = connection.scalar(select(version_details.c.signature).where(version_details.c.version_id == version_id))
    return None if stored is None else Signature.model_validate(stored)


def set_signature(connection: Connection, version_id: int, signature: Signature) -> None:
    connection.execute(
        update(version_details)
        .where(version_details.c.version_id == version_id)
        .values(signature=signature.model_dump(mode="json"))
    )


def default_semver(connection: Connection, model_id: int, signature: Signature | None) -> str | None:
    """The smallest after the highest of the model that the signatures allow; None without a signature.

    The unit of work must have changed the model's row before: until it ends, no other learns what is the highest.
    """
    if signature is None:
        return None
    rows = connection.execute(
        select(versions.c.semver, versions.c.id).where(versions.c.model_id == model_id, versions.c.semver.is_not(None))
    )
    known = [(parsed, row.id) for row in rows if (parsed := parse_semver(row.semver)) is not None]
    if not known:
        return str(FIRST)
    latest, version_id = max(known)
    return str(next_semver(latest, get_signature(connection, version_id), signature))
