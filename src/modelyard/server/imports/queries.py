"""Reads of imports and of what they have brought."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.clock import to_datetime, to_optional_datetime
from modelyard.server.kernel.errors import NotFound
from modelyard.server.kernel.pages import decode_token, encode_token, fingerprint
from modelyard.server.traces.bulk.queries import count_imported_traces
from modelyard.server.tracking.bulk.queries import count_experiments, count_logged_models, count_runs
from modelyard.wire.base import Page
from modelyard.wire.imports import Import, ImportedItem

_COLUMNS = "id, import_id, source, started_at, started_by, finished_at, CAST(report AS TEXT)"
_ITEM = "SELECT {} FROM imported_items i JOIN {} WHERE i.import = ? AND i.kind = '{}'"
_COPIED = "imported"
"""The folder of files that belonged to no run and no logged model."""
_DEPTHS = (2, 3, 4)
"""How many parts the folders of copied files, of runs and of logged models have."""
_OF_MODELS = {
    "models": "SELECT count(*) FROM models WHERE id IN ({})",
    "model_tags": "SELECT count(*) FROM model_tags WHERE model_id IN ({})",
    "aliases": "SELECT count(*) FROM aliases WHERE model_id IN ({})",
}
_OF_VERSIONS = {
    "versions": "SELECT count(*) FROM versions WHERE id IN ({})",
    "version_tags": "SELECT count(*) FROM version_tags WHERE version_id IN ({})",
}


class StoredImport(NamedTuple):
    """Times are milliseconds since the epoch; `report` is JSON."""

    id: int
    import_id: str
    source: str
    started_at: int
    started_by: str
    finished_at: int | None
    report: str | None


def list_imports(raw: Raw, project_id: int) -> list[Import]:
    """Newest first."""
    rows = raw.all(f"SELECT {_COLUMNS} FROM imports WHERE project_id = ? ORDER BY id DESC", (project_id,))  # noqa: S608
    return [to_import(StoredImport(*row)) for row in rows]


def find_import(raw: Raw, project_id: int, source: str) -> str | None:
    """The id of the project's import of that source."""
    row = raw.one("SELECT import_id FROM imports WHERE project_id = ? AND source = ?", (project_id, source))
    return None if row is None else row[0]


def get_import(raw: Raw, project_id: int, import_id: str) -> StoredImport:
    """:raises NotFound: the project has no such import."""
    row = raw.one(
        f"SELECT {_COLUMNS} FROM imports WHERE project_id = ? AND import_id = ?",  # noqa: S608
        (project_id, import_id),
    )
    if row is None:
        raise NotFound(f"There is no import {import_id!r}.", hint="List imports to see their ids.")
    return StoredImport(*row)


def list_whole_folders(raw: Raw, key: int) -> set[str]:
    """Folders of artifacts that an import has brought whole."""
    rows = raw.all("SELECT key FROM imported_items WHERE import = ? AND kind = 'artifacts'", (key,))
    return {folder for (folder,) in rows}


def to_import(stored: StoredImport) -> Import:
    return Import(
        id=stored.import_id,
        source=stored.source,
        started_at=to_datetime(stored.started_at),
        started_by=stored.started_by,
        finished_at=to_optional_datetime(stored.finished_at),
        report=None if stored.report is None else json.loads(stored.report),
    )


def list_items(raw: Raw, key: int, kind: str, *, limit: int, page_token: str | None) -> Page[ImportedItem]:
    """Objects of a kind that an import brought, by key."""
    query = fingerprint("imported", key, kind)
    after = decode_token(page_token, query)[0] if page_token else ""
    rows = raw.all(
        "SELECT key, target, fingerprint FROM imported_items WHERE import = ? AND kind = ? AND key > ? "
        "ORDER BY key LIMIT ?",
        (key, kind, after, limit + 1),
    )
    items = [ImportedItem(key=row[0], target=row[1], fingerprint=row[2]) for row in rows[:limit]]
    token = encode_token([items[-1].key], query) if len(rows) > limit else None
    return Page(items=items, next_page_token=token)


def find_targets(raw: Raw, key: int, kind: str, keys: Sequence[str]) -> dict[str, str]:
    """Names of objects here, by their names at the source."""
    targets: dict[str, str] = {}
    for start in range(0, len(keys), 5000):
        part = keys[start : start + 5000]
        targets.update(
            raw.all(
                f"SELECT key, target FROM imported_items WHERE import = ? AND kind = ? AND key IN ({placeholders(len(part))})",  # noqa: E501, S608
                (key, kind, *part),
            )
        )
    return targets


def count_imported(
    raw: Raw, project_id: int, key: int, experiments: Sequence[int] | None, models: Sequence[str] | None
) -> dict[str, int]:
    """Objects that an import has brought and that are here: of the experiments and models named, or of all."""
    within = "" if experiments is None else f" AND e.id IN ({placeholders(len(experiments))})"
    values: tuple[object, ...] = (key, *(experiments or ()))
    of_experiments = _ITEM.format("e.id", "experiments e ON e.id = CAST(i.target AS BIGINT)", "experiment") + within
    of_runs = (
        _ITEM.format("r.id", "runs r ON r.run_id = i.target JOIN experiments e ON e.id = r.experiment_id", "run")
        + within
    )
    of_logged = (
        _ITEM.format(
            "m.id",
            "logged_models m ON m.model_id = i.target JOIN experiments e ON e.id = m.experiment_id",
            "logged_model",
        )
        + within
    )
    of_traces = (
        _ITEM.format("t.id", "traces t ON t.trace_id = i.target JOIN experiments e ON e.id = t.experiment_id", "trace")
        + within
    )
    counts = {
        **count_experiments(raw, of_experiments, values),
        **count_runs(raw, of_runs, values),
        **count_logged_models(raw, of_logged, values),
        **count_imported_traces(raw, of_traces, values),
    }
    named = "" if models is None else f" AND m.name IN ({placeholders(len(models))})"
    values = (project_id, key, *(models or ()))
    join = "models m ON m.name = i.target AND m.project_id = ?"
    of_models = _ITEM.format("m.id", join, "model") + named
    join = "versions v ON v.id = CAST(i.target AS BIGINT) AND v.project_id = ? JOIN models m ON m.id = v.model_id"
    of_versions = _ITEM.format("v.id", join, "version") + named
    for statements, ids in ((_OF_MODELS, of_models), (_OF_VERSIONS, of_versions)):
        for kind, statement in statements.items():
            row = raw.one(statement.format(ids), values)
            counts[kind] = int(row[0]) if row else 0
    return {**counts, **_count_artifacts(raw, project_id, key, experiments)}


def _count_artifacts(raw: Raw, project_id: int, key: int, experiments: Sequence[int] | None) -> dict[str, int]:
    """Files in the folders that the import said to be whole."""
    marked = raw.all("SELECT key FROM imported_items WHERE import = ? AND kind = 'artifacts'", (key,))
    chosen = None if experiments is None else {str(experiment) for experiment in experiments} | {_COPIED}
    whole = {folder for (folder,) in marked if chosen is None or folder.partition("/")[0] in chosen}
    files = size = 0
    if whole:
        folders = raw.run(
            "SELECT folder, count(*), sum(size_bytes) FROM artifact_files "
            "WHERE project_id = ? AND key IS NOT NULL GROUP BY folder",
            (project_id,),
        )
        for folder, count, bytes_ in folders:
            parts = folder.split("/")
            if any("/".join(parts[:depth]) in whole for depth in _DEPTHS):
                files += count
                size += int(bytes_)
    return {"artifact_files": files, "artifact_bytes": size}
