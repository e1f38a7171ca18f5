"""Reads of summaries of versions."""

from sqlalchemy import Connection, select

from modelyard.server.kernel.clock import now_ms
from modelyard.server.registry.summaries.records import to_summary
from modelyard.server.registry.tables import models, versions
from modelyard.wire.models import VersionSummary


def get_summary(connection: Connection, version_id: int) -> VersionSummary | None:
    row = connection.execute(
        select(versions, models.c.default_number).join(models).where(versions.c.id == version_id)
    ).one_or_none()
    return None if row is None else to_summary(row, row.default_number, now_ms())
