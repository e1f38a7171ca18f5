"""Finding models, versions, prompts, datasets and runs of a project by what people remember of them."""

import re
from collections.abc import Collection
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, case, exists, func, null, select

from modelyard.server.datasets.tables import datasets
from modelyard.server.kernel.clock import to_datetime
from modelyard.server.registry.prompt_tag import IS_PROMPT
from modelyard.server.registry.tables import aliases, models, versions
from modelyard.server.search.runs import FoundRun, find_runs
from modelyard.wire.projects import SearchHit, SearchResults

Kind = Literal["model", "version", "prompt", "dataset", "run"]

# `iris/3`, `iris #3`, `iris 3`: how people write a version.
_VERSION = re.compile(r"(?P<model>[^\s/#]+)(?:\s*[/#]\s*|\s+)(?P<number>\d+)")


_OF_MODEL = exists().where(models.c.id == versions.c.model_id, ~IS_PROMPT)
"""Not of a prompt, whose versions its own page shows."""


def search(connection: Connection, project_id: int, kinds: Collection[str], text: str, limit: int) -> SearchResults:
    """The best `limit` hits: a version named exactly, then names that start with the text, then those that contain it,
    then descriptions; the most recently changed first among equals. An alias finds its version, a parameter its runs.
    An empty text finds the latest changes. Only objects of the `kinds` are searched.
    """
    term = text.strip().removeprefix("models:/").casefold()
    statements: list[tuple[Kind, Any]] = [
        ("model", _models(project_id, term, limit, ~IS_PROMPT)),
        ("prompt", _models(project_id, term, limit, IS_PROMPT)),
        ("dataset", _datasets(project_id, term, limit)),
        ("version", _versions(project_id, term, limit)),
    ]
    if term:
        statements.append(("version", _aliased(project_id, term.removeprefix("@"), limit)))
    hits_by_object = {
        (kind, row.name, row.number): _hit(kind, row)
        for kind, statement in statements
        if kind in kinds
        for row in connection.execute(statement)
    }
    hits = [*hits_by_object.values()]
    if "run" in kinds:
        hits += [_run_hit(run) for run in find_runs(connection, project_id, text.strip(), limit)]
    hits.sort(key=lambda hit: (hit[0], -hit[1]))
    return SearchResults(hits=[hit for _, _, hit in hits[:limit]])


def _hit(kind: Kind, row: Any) -> tuple[int, float, SearchHit]:
    hit = SearchHit(
        kind=kind,
        name=row.name,
        number=row.number,
        description=row.description,
        updated_at=to_datetime(row.updated_at),
        found_as=getattr(row, "found_as", None),
    )
    return row.rank, row.updated_at, hit


def _run_hit(run: FoundRun) -> tuple[int, float, SearchHit]:
    hit = SearchHit(
        kind="run",
        name=run.name,
        id=run.run_id,
        description=run.experiment,
        updated_at=to_datetime(run.started_at),
        found_as=run.found_as,
    )
    return run.rank, run.started_at, hit


def _rank(name: ColumnElement[str], term: str) -> ColumnElement[int]:
    folded = func.lower(name)
    starts = folded.startswith(term, autoescape=True)
    return case((folded == term, 1), (starts, 2), (folded.contains(term, autoescape=True), 3), else_=4)


def _models(project_id: int, term: str, limit: int, which: ColumnElement[bool]) -> Any:
    return (
        select(
            models.c.name,
            null().label("number"),
            models.c.description,
            models.c.updated_at,
            _rank(models.c.name, term).label("rank"),
        )
        .where(models.c.project_id == project_id, models.c.search_text.contains(term, autoescape=True), which)
        .order_by("rank", models.c.updated_at.desc())
        .limit(limit)
    )


def _datasets(project_id: int, term: str, limit: int) -> Any:
    text = func.lower(datasets.c.name + "\n" + datasets.c.description)
    return (
        select(
            datasets.c.name,
            null().label("number"),
            datasets.c.description,
            datasets.c.updated_at,
            _rank(datasets.c.name, term).label("rank"),
        )
        .where(datasets.c.project_id == project_id, text.contains(term, autoescape=True))
        .order_by("rank", datasets.c.updated_at.desc())
        .limit(limit)
    )


def _versions(project_id: int, term: str, limit: int) -> Any:
    named = _VERSION.fullmatch(term)
    if named is not None:
        condition = func.lower(versions.c.model).contains(named["model"], autoescape=True) & (
            versions.c.number == int(named["number"][:9])
        )
        rank = case((func.lower(versions.c.model) == named["model"], 0), else_=2)
    else:
        condition = versions.c.search_text.contains(term, autoescape=True) & (versions.c.description != "")
        rank = case((versions.c.description != "", 5))
    return (
        select(
            versions.c.model.label("name"),
            versions.c.number,
            versions.c.description,
            versions.c.updated_at,
            rank.label("rank"),
        )
        .where(versions.c.project_id == project_id, condition, _OF_MODEL)
        .order_by("rank", versions.c.updated_at.desc())
        .limit(limit)
    )


def _aliased(project_id: int, term: str, limit: int) -> Any:
    return (
        select(
            versions.c.model.label("name"),
            versions.c.number,
            versions.c.description,
            versions.c.updated_at,
            _rank(aliases.c.alias, term).label("rank"),
            ("@" + aliases.c.alias).label("found_as"),
        )
        .join(aliases, (aliases.c.model_id == versions.c.model_id) & (aliases.c.number == versions.c.number))
        .where(
            versions.c.project_id == project_id,
            func.lower(aliases.c.alias).contains(term, autoescape=True),
            _OF_MODEL,
        )
        .order_by("rank", versions.c.updated_at.desc())
        .limit(limit)
    )
