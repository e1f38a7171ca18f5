"""Finding runs by their name, or by a parameter: `depth=6`, or a value alone."""

from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection

from modelyard.server.db.raw import Raw, Row
from modelyard.server.tracking.runs.columns import list_names
from modelyard.server.tracking.tables import HEAD_LENGTH


class FoundRun(NamedTuple):
    run_id: str
    name: str
    experiment: str
    started_at: int
    rank: int
    found_as: str | None = None


_ACTIVE = """
SELECT r.run_id, r.name, e.name, r.started_at{more} FROM runs r JOIN experiments e ON e.id = r.experiment_id{join}
WHERE e.project_id = ? AND e.lifecycle_stage = 'active' AND r.lifecycle_stage = 'active' AND {condition}
ORDER BY r.started_at DESC LIMIT ?
"""
_BY_NAME = _ACTIVE.format(more="", join="", condition="lower(r.name) LIKE ? ESCAPE '\\'")
_BY_PARAM = _ACTIVE.format(more="", join=" JOIN run_params p ON p.run = r.id", condition="p.key = ? AND p.value = ?")
_BY_VALUE = _ACTIVE.format(
    more=", p.key",
    join=" JOIN run_params p ON p.run = r.id",
    condition="p.experiment_id = ? AND p.key = ? AND p.head = ? AND p.value = ?",
)
# What was logged just now is not in the index yet.
_BY_NEW_VALUE = _ACTIVE.format(
    more=", p.key", join=" JOIN run_params p ON p.run = r.id", condition="r.unsettled = 1 AND p.value = ?"
)
_EXPERIMENTS = "SELECT id FROM experiments WHERE project_id = ? AND lifecycle_stage = 'active' ORDER BY id DESC LIMIT ?"

_MAX_EXPERIMENTS = 50
_MAX_NAMES = 200
_LAST_RANK = 6


def find_runs(connection: Connection, project_id: int, text: str, limit: int) -> Iterator[FoundRun]:
    """Those whose name contains the text, or that have the parameter; each once, the newest first.

    A value alone is looked up in the 50 newest experiments, along the index that filters use.
    """
    if not text:
        return
    raw, seen = Raw(connection), set[str]()
    for run in (*_by_name(raw, project_id, text, limit), *_by_param(raw, project_id, text, limit)):
        if run.run_id not in seen:
            seen.add(run.run_id)
            yield run


def _by_name(raw: Raw, project_id: int, text: str, limit: int) -> Iterator[FoundRun]:
    term = text.lower()
    escaped = term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    for run_id, name, experiment, started_at in raw.all(_BY_NAME, (project_id, f"%{escaped}%", limit)):
        lower_name = name.lower()
        rank = 1 if lower_name == term else 2 if lower_name.startswith(term) else 3
        yield FoundRun(run_id, name, experiment, started_at, rank)


def _by_param(raw: Raw, project_id: int, text: str, limit: int) -> list[FoundRun]:
    key, sign, value = (part.strip() for part in text.partition("="))
    if sign:
        rows = raw.all(_BY_PARAM, (project_id, key, value, limit))
        return [_with_param(row, f"{key}={value}", rank=1) for row in rows]
    matches = [*raw.all(_BY_NEW_VALUE, (project_id, text, limit))]
    for (experiment,) in raw.all(_EXPERIMENTS, (project_id, _MAX_EXPERIMENTS)):
        for name in sorted(list_names(raw, "run_params", [experiment]))[:_MAX_NAMES]:
            matches += raw.all(_BY_VALUE, (project_id, experiment, name, text[:HEAD_LENGTH], text, limit))
    newest = sorted(matches, key=itemgetter(3), reverse=True)[:limit]
    return [_with_param(row, f"{row[4]}={text}", rank=_LAST_RANK) for row in newest]


def _with_param(row: Row, param: str, rank: int) -> FoundRun:
    run_id, name, experiment, started_at = row[:4]
    return FoundRun(run_id, name, experiment, started_at, rank, param)
