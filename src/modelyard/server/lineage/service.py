"""Lineages: of a node in steps, and of all versions of a model."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import NotFound
from modelyard.server.lineage.descriptions import describe
from modelyard.server.lineage.graphs import Edge, Key, filtered, without_cycles
from modelyard.server.lineage.model_versions import LineageVersion, ModelVersions, find_copies
from modelyard.server.lineage.neighbors import Neighbors
from modelyard.wire.lineage import Direction, EdgeKind, Lineage, LineageEdge, LineageNode, NodeKind

_NEVER = sys.maxsize


@dataclass(frozen=True, slots=True)
class VersionFilter:
    """Which versions are shown; times are milliseconds since the epoch. A deleted version has no status."""

    statuses: frozenset[str] = frozenset()
    since: int | None = None
    until: int | None = None

    def keeps(self, version: LineageVersion | None) -> bool:
        if version is None:
            return not self.statuses and self.since is None and self.until is None
        if self.statuses and version.status not in self.statuses:
            return False
        created_at = 0 if version.created_at is None else version.created_at
        return (0 if self.since is None else self.since) <= created_at <= (_NEVER if self.until is None else self.until)

    @property
    def keeps_all(self) -> bool:
        return self == VersionFilter()


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of a lineage is wanted. Of what a caller may not see no kind is in `kinds`."""

    direction: Direction
    depth: int
    limit: int
    kinds: frozenset[NodeKind]


class _Walk:
    """Steps from one node, the nearest nodes first, to what it came from and then to what came of it."""

    def __init__(self, neighbors: Neighbors, root: Key, extent: Extent) -> None:
        self._neighbors = neighbors
        self._extent = extent
        self.depths: dict[Key, int] = {root: 0}
        self.edges: dict[tuple[Key, Key, EdgeKind], Edge] = {}
        self.hidden: dict[Key, set[Key]] = {}
        for origins in (True, False):
            if extent.direction in ("both", "origins" if origins else "uses"):
                self._go(root, origins=origins)

    def _go(self, root: Key, *, origins: bool) -> None:
        level, met = [root], {root}
        for step in range(self._extent.depth + 1):
            following = []
            for edge in self._neighbors.edges(level, origins=origins):
                near, far = (edge.target, edge.source) if origins else (edge.source, edge.target)
                if far not in met:
                    is_new = far not in self.depths
                    if step == self._extent.depth or (is_new and len(self.depths) >= self._extent.limit):
                        self.hidden.setdefault(near, set()).add(far)
                        continue
                    met.add(far)
                    self.depths.setdefault(far, -step - 1 if origins else step + 1)
                    following.append(far)
                self.edges.setdefault((edge.source, edge.target, edge.kind), edge)
            level = following
            if not level:
                return


def trace(raw: Raw, project_id: int, root: Key, extent: Extent, keep: VersionFilter) -> Lineage:
    """The origins and uses of a node.

    :raises NotFound: there is no such node, and there was none.
    """
    neighbors = Neighbors(raw, project_id, extent.kinds)
    is_unknown = root.kind is NodeKind.VERSION and neighbors.version(root) is None
    if is_unknown or describe(raw, project_id, neighbors, [root])[root].get("presence") == "missing":
        raise NotFound(f"There is no {root.kind.replace('_', ' ')} {root.id.partition(':')[2]!r}.")
    walk = _Walk(neighbors, root, extent)
    edges = without_cycles(walk.edges.values())
    shown: Iterable[Key] = walk.depths
    if not keep.keeps_all:
        shown, edges = filtered(walk.depths, edges, lambda key: key == root or keep.keeps(neighbors.version(key)))
    nodes = {
        key: LineageNode(**fields, depth=walk.depths[key], hidden=len(walk.hidden.get(key, ())))
        for key, fields in describe(raw, project_id, neighbors, shown).items()
    }
    ordered = sorted(nodes.items(), key=lambda item: (walk.depths[item[0]], item[0].kind, _place(item[0])))
    return Lineage(
        root=root.id,
        nodes=[node for _, node in ordered],
        edges=[LineageEdge(**fields) for fields in _edge_fields(edges)],
        truncated=any(node.hidden for node in nodes.values()),
    )


def trace_model(raw: Raw, project_id: int, model: str, *, limit: int, with_data: bool, keep: VersionFilter) -> bytes:
    """All versions of a model, the newest first, with the versions of other models that they were copied from or to.

    :raises NotFound: there is no such model.
    """
    neighbors = Neighbors(raw, project_id, frozenset(NodeKind))
    owner = neighbors.model(model)
    if owner is None:
        raise NotFound(f"There is no model {model!r}.", hint="List models to see their names.")
    edges = without_cycles(_edges_of(raw, project_id, owner, with_data=with_data))
    own = {owner.key(number) for number in owner.versions}
    keys = own | {key for edge in edges for key in (edge.source, edge.target)}

    def kept(key: Key) -> bool:
        return keep.keeps(neighbors.version(key))

    shown, edges = (keys, edges) if keep.keeps_all else filtered(keys, edges, kept)
    matching = sorted((key for key in shown if key.kind is NodeKind.VERSION), key=_place, reverse=True)
    matching.sort(key=lambda key: key.name != model)
    total = sum(key in own for key in matching)
    versions = matching[:limit]
    cut = len(matching) > limit
    if cut:
        shown_versions = set(versions)
        edges = [
            edge
            for edge in edges
            if edge.target in shown_versions and (edge.source in shown_versions or _is_data(edge))
        ]
        shown = shown_versions | {edge.source for edge in edges}
    data = sorted((key for key in shown if key.kind is not NodeKind.VERSION), key=_place)
    nodes = describe(raw, project_id, neighbors, [*versions, *data])
    # Ten thousand records would take longer to make than to read.
    return to_json(
        {
            "root": None,
            "nodes": [nodes[key] for key in (*versions, *data)],
            "edges": _edge_fields(edges),
            "truncated": cut,
            "total": total,
        },
        inf_nan_mode="strings",
    )


def _edges_of(raw: Raw, project_id: int, owner: ModelVersions, *, with_data: bool) -> list[Edge]:
    edges = []
    for number, version in owner.versions.items():
        edges += [edge for edge in (owner.parent_edge(number), owner.copy_edge(number)) if edge is not None]
        if with_data and version.dataset is not None:
            data = Key(NodeKind.DATASET_VERSION, version.dataset, version.dataset_number)
            edges.append(Edge(data, owner.key(number), EdgeKind.DATA, "training"))
    numbers = [owner.key(number) for number in owner.versions]
    return list(dict.fromkeys([*edges, *find_copies(raw, project_id, numbers)]))


def _is_data(edge: Edge) -> bool:
    return edge.source.kind is not NodeKind.VERSION


def _place(key: Key) -> tuple[str, int]:
    return key.name, key.number or 0


def _edge_fields(edges: Iterable[Edge]) -> list[dict[str, Any]]:
    records = []
    for edge in edges:
        fields: dict[str, Any] = {"source": edge.source.id, "target": edge.target.id, "kind": edge.kind}
        if edge.label is not None:
            fields["label"] = edge.label
        if edge.skipped:
            fields["skipped"] = edge.skipped
        records.append(fields)
    return records
