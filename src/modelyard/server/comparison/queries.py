"""Reads of a version's ancestors."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from modelyard.server.db.raw import Raw
from modelyard.server.registry.tables import deleted_versions, version_details, version_files, versions
from modelyard.server.registry.versions.files import EVALUATION_REPORT
from modelyard.server.storage import StoredFile
from modelyard.server.tracking.runs.queries import list_logged


class Link(NamedTuple):
    """A version on the line, and how many deleted ones are between it and its parent."""

    number: int
    skipped: int


class Ancestor(NamedTuple):
    row: Row[Any]
    params: dict[str, str]
    report_file: StoredFile | None


def list_line(connection: Connection, model_id: int, number: int) -> list[Link]:
    """The version and its ancestors that are here, the nearest first."""
    present, gone = (
        {
            row.number: row.parent
            for row in connection.execute(select(table.c.number, table.c.parent).where(table.c.model_id == model_id))
        }
        for table in (versions, deleted_versions)
    )
    links = []
    here: int | None = number
    while here is not None and here in present:
        skipped, parent = 0, present[here]
        while parent is not None and parent not in present:
            skipped, parent = skipped + 1, gone.get(parent)
        links.append(Link(here, skipped))
        here = parent if parent is None or parent < here else None
    return links


def read_ancestors(
    connection: Connection, model_id: int, numbers: Sequence[int], *, sees_runs: bool
) -> dict[int, Ancestor]:
    """The params are of a version's own run, or of one that somebody else logged, when the caller may see runs."""
    statement = (
        select(versions, version_details.c.rendered_config, version_files)
        .join(version_details, version_details.c.version_id == versions.c.id)
        .outerjoin(
            version_files,
            (version_files.c.version_id == versions.c.id) & (version_files.c.path == EVALUATION_REPORT),
        )
        .where(versions.c.model_id == model_id, versions.c.number.in_(numbers))
    )
    rows = connection.execute(
        statement.with_only_columns(
            versions,
            version_details.c.rendered_config,
            version_files.c.key.label("report_key"),
            version_files.c.size_bytes.label("report_bytes"),
            version_files.c.digest.label("report_digest"),
        )
    ).all()
    runs = [row.run for row in rows if row.run is not None and (row.source is None or sees_runs)]
    logged = list_logged(Raw(connection), runs)
    return {
        row.number: Ancestor(
            row,
            dict(logged[row.run].params) if row.run in logged else {},
            None if row.report_key is None else StoredFile(row.report_key, row.report_bytes, row.report_digest),
        )
        for row in rows
    }
