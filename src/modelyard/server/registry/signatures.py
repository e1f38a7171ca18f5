"""Signatures of versions, and what else their callers rely on."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from modelyard.server.registry.bumps import Contract
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


def get_contract(connection: Connection, version_id: int) -> Contract:
    """The promises of a version to its callers."""
    row = connection.execute(
        select(
            versions.c.trainer,
            versions.c.output_type,
            version_details.c.signature,
            version_details.c.algorithm,
            version_details.c.rendered_config,
        )
        .join(version_details)
        .where(versions.c.id == version_id)
    ).one()
    return Contract(
        signature=None if row.signature is None else Signature.model_validate(row.signature),
        features=features_of(row.rendered_config),
        output_type=row.output_type,
        algorithm=row.trainer or row.algorithm,
    )


def features_of(config: Mapping[str, Any]) -> dict[str, str] | None:
    """Types of the input features of a config with every default filled in, by column; None without a config."""
    features = config.get("input_features")
    if not features:
        return None
    return {str(feature.get("column") or feature["name"]): str(feature["type"]) for feature in features}
