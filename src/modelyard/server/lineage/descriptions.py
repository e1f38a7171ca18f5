"""The fields of a graph's nodes."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from modelyard.server.db.raw import Raw, Row, placeholders
from modelyard.server.kernel.clock import to_datetime
from modelyard.server.lineage.graphs import Key
from modelyard.server.lineage.model_versions import LineageVersion, find_deleted_models
from modelyard.server.lineage.neighbors import Neighbors
from modelyard.server.registry.summaries.records import positive_class_of
from modelyard.wire.lineage import LineageNode, NodeKind

_AT_ONCE = 500
_SHOWN = ("status", "created_by", "deleted_by", "semver", "trainer")
_TIMES = ("created_at", "deleted_at")


def describe(raw: Raw, project_id: int, neighbors: Neighbors, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
    """The fields of a `LineageNode` for each key, those left out that are as they are by default.

    What is not here any more says so.
    """
    by_kind: dict[NodeKind, list[Key]] = {}
    for key in keys:
        by_kind.setdefault(key.kind, []).append(key)
    versions = by_kind.pop(NodeKind.VERSION, [])
    fields = {key: _fields(key, neighbors) for key in versions}
    gone = {key.name for key in versions if neighbors.model(key.name) is None}
    deleted = find_deleted_models(raw, project_id, gone)
    for key in versions if gone - deleted else ():
        if key.name in gone - deleted:
            fields[key]["presence"] = "missing"
    for kind, members in by_kind.items():
        rows: dict[Key, LineageNode] = {}
        for start in range(0, len(members), _AT_ONCE):
            rows.update(_described(raw, project_id, kind, members[start : start + _AT_ONCE]))
        for key in members:
            missing = LineageNode(id=key.id, kind=kind, name=key.name, number=key.number, presence="missing")
            fields[key] = rows.get(key, missing).model_dump(exclude_defaults=True)
    return fields


def _fields(key: Key, neighbors: Neighbors) -> dict[str, Any]:
    """Of a version; one that its model does not have was deleted."""
    owner, version = neighbors.model(key.name), neighbors.version(key)
    fields: dict[str, Any] = {"id": key.id, "kind": key.kind, "name": key.name, "number": key.number}
    if owner is None or version is None or version.is_deleted:
        fields["presence"] = "deleted"
    if version is not None:
        fields.update({name: value for name in _SHOWN if (value := getattr(version, name))})
        fields.update({name: to_datetime(at) for name in _TIMES if (at := getattr(version, name)) is not None})
        fields["archived"] = bool(version.archived)
        if version.metric_name is not None:
            fields["metric"] = _metric(version, version.metric_name)
        if version.description:
            fields["detail"] = version.description
        if owner is not None and version.number in owner.aliases:
            fields["aliases"] = owner.aliases[version.number]
    return fields


def _metric(version: LineageVersion, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "split": version.metric_split,
        "value": math.nan if version.metric_value is None else version.metric_value,
        "higher_is_better": bool(version.metric_higher_is_better),
        "positive_class": positive_class_of(name, version.positive_class),
    }


def _described(raw: Raw, project_id: int, kind: NodeKind, keys: Sequence[Key]) -> Iterator[tuple[Key, LineageNode]]:
    read = {
        NodeKind.RUN: _runs,
        NodeKind.LOGGED_MODEL: _logged_models,
        NodeKind.DATASET_VERSION: _dataset_versions,
        NodeKind.LOGGED_DATASET: _logged_datasets,
        NodeKind.EVALUATION_DATASET: _evaluation_datasets,
    }[kind]
    by_place = {(key.name, key.number): key for key in keys}
    for node in read(raw, project_id, keys):
        place = (node.id.partition(":")[2] if node.number is None else node.name, node.number)
        if place in by_place:
            yield by_place[place], node


def _select(raw: Raw, statement: str, project_id: int, keys: Sequence[Key]) -> list[Row]:
    return raw.all(f"{statement} ({placeholders(len(keys))})", (project_id, *(key.name for key in keys)))


def _runs(raw: Raw, project_id: int, keys: Sequence[Key]) -> Iterator[LineageNode]:
    statement = (
        "SELECT r.run_id, r.name, r.status, r.user_name, r.started_at, r.lifecycle_stage, e.lifecycle_stage "
        "FROM runs r JOIN experiments e ON e.id = r.experiment_id WHERE e.project_id = ? AND r.run_id IN"
    )
    for run_id, name, status, user, started_at, own, stage in _select(raw, statement, project_id, keys):
        yield LineageNode(
            id=f"{NodeKind.RUN}:{run_id}",
            kind=NodeKind.RUN,
            name=name,
            presence="here" if own == stage == "active" else "deleted",
            status=status,
            created_at=to_datetime(started_at),
            created_by=user,
        )


def _logged_models(raw: Raw, project_id: int, keys: Sequence[Key]) -> Iterator[LineageNode]:
    statement = (
        "SELECT m.model_id, m.name, m.status, m.created_at, m.lifecycle_stage FROM logged_models m "
        "JOIN experiments e ON e.id = m.experiment_id WHERE e.project_id = ? AND m.model_id IN"
    )
    for model_id, name, status, created_at, stage in _select(raw, statement, project_id, keys):
        yield LineageNode(
            id=f"{NodeKind.LOGGED_MODEL}:{model_id}",
            kind=NodeKind.LOGGED_MODEL,
            name=name,
            presence="here" if stage == "active" else "deleted",
            status=status.removeprefix("LOGGED_MODEL_").replace("_", " ").capitalize(),
            created_at=to_datetime(created_at),
        )


def _dataset_versions(raw: Raw, project_id: int, keys: Sequence[Key]) -> Iterator[LineageNode]:
    statement = (
        "SELECT d.name, v.number, v.created_at, v.created_by, v.row_count, v.column_count FROM datasets d "
        "JOIN dataset_versions v ON v.dataset_id = d.id WHERE d.project_id = ? AND d.name IN"
    )
    for name, number, created_at, created_by, rows, columns in _select(raw, statement, project_id, keys):
        yield LineageNode(
            id=f"{NodeKind.DATASET_VERSION}:{name}@{number}",
            kind=NodeKind.DATASET_VERSION,
            name=name,
            number=number,
            created_at=to_datetime(created_at),
            created_by=created_by,
            detail=f"{rows:,} rows, {columns:,} columns",
        )


def _logged_datasets(raw: Raw, project_id: int, keys: Sequence[Key]) -> Iterator[LineageNode]:
    rows = raw.all(
        "SELECT g.id, g.name, g.digest, g.source_type FROM logged_datasets g "  # noqa: S608
        "JOIN experiments e ON e.id = g.experiment_id "
        f"WHERE e.project_id = ? AND g.id IN ({placeholders(len(keys))})",
        (project_id, *(int(key.name) for key in keys)),
    )
    for key, name, digest, source_type in rows:
        yield LineageNode(
            id=f"{NodeKind.LOGGED_DATASET}:{key}",
            kind=NodeKind.LOGGED_DATASET,
            name=name,
            detail=f"digest {digest}, {source_type}",
        )


def _evaluation_datasets(raw: Raw, project_id: int, keys: Sequence[Key]) -> Iterator[LineageNode]:
    statement = (
        "SELECT e.dataset_id, e.name, e.created_at, e.created_by, e.digest FROM evaluation_datasets e "
        "WHERE e.project_id = ? AND e.dataset_id IN"
    )
    for dataset_id, name, created_at, created_by, digest in _select(raw, statement, project_id, keys):
        yield LineageNode(
            id=f"{NodeKind.EVALUATION_DATASET}:{dataset_id}",
            kind=NodeKind.EVALUATION_DATASET,
            name=name,
            created_at=to_datetime(created_at),
            created_by=created_by,
            detail=f"digest {digest}",
        )
