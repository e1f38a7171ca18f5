"""What the search box finds."""

import re

from sqlalchemy import ColumnElement, Connection, select

from modelyard.server.datasets.queries import list_datasets
from modelyard.server.kernel.clock import to_datetime
from modelyard.server.registry.models.queries import count_models_by_dataset
from modelyard.server.registry.tables import models, versions
from modelyard.wire.projects import SearchHit, SearchResults

_NUMBERED = re.compile(r"(?:models:/)?(?P<name>[^\s/@#]*)[\s/@#]+(?P<number>\d{1,9})")


def search(connection: Connection, project_id: int, text: str, limit: int) -> SearchResults:
    """The newest of each kind whose name or description contains `text`; `iris/3` names a version."""
    wanted = text.strip()
    if not wanted:
        return SearchResults(hits=[])
    numbered = _NUMBERED.fullmatch(wanted)
    hits = (
        [] if numbered is None else _numbered(connection, project_id, numbered["name"], int(numbered["number"]), limit)
    )
    hits += _models(connection, project_id, wanted, limit)
    hits += _datasets(connection, project_id, wanted, limit)
    hits += _versions(connection, project_id, wanted, limit)
    unique = {(hit.kind, hit.name, hit.number): hit for hit in reversed(hits)}
    return SearchResults(hits=list(reversed(unique.values()))[:limit])


def _numbered(connection: Connection, project_id: int, name: str, number: int, limit: int) -> list[SearchHit]:
    named = versions.c.model.startswith(name, autoescape=True)
    return _version_hits(
        connection, (versions.c.project_id == project_id) & named & (versions.c.number == number), limit
    )


def _models(connection: Connection, project_id: int, text: str, limit: int) -> list[SearchHit]:
    rows = connection.execute(
        select(models.c.name, models.c.description, models.c.updated_at)
        .where(models.c.project_id == project_id, models.c.search_text.contains(text.casefold(), autoescape=True))
        .order_by(models.c.updated_at.desc(), models.c.id.desc())
        .limit(limit)
    )
    return [
        SearchHit(kind="model", name=row.name, description=row.description, updated_at=to_datetime(row.updated_at))
        for row in rows
    ]


def _datasets(connection: Connection, project_id: int, text: str, limit: int) -> list[SearchHit]:
    page = list_datasets(
        connection,
        project_id,
        count_models_by_dataset,
        search=text,
        sort="updated_at",
        order="desc",
        limit=limit,
        page_token=None,
    )
    return [
        SearchHit(kind="dataset", name=item.name, description=item.description, updated_at=item.updated_at)
        for item in page.items
    ]


def _versions(connection: Connection, project_id: int, text: str, limit: int) -> list[SearchHit]:
    found = versions.c.search_text.contains(text.casefold(), autoescape=True)
    return _version_hits(connection, (versions.c.project_id == project_id) & found, limit)


def _version_hits(connection: Connection, which: ColumnElement[bool], limit: int) -> list[SearchHit]:
    rows = connection.execute(
        select(versions.c.model, versions.c.number, versions.c.description, versions.c.updated_at)
        .where(which)
        .order_by(versions.c.updated_at.desc(), versions.c.id.desc())
        .limit(limit)
    )
    return [
        SearchHit(
            kind="version",
            name=row.model,
            number=row.number,
            description=row.description,
            updated_at=to_datetime(row.updated_at),
        )
        for row in rows
    ]
