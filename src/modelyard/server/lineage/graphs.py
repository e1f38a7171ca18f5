"""A graph of keys and edges, without cycles, and the same graph without what a filter leaves out."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from modelyard.wire.lineage import EdgeKind, NodeKind


class Key(NamedTuple):
    """A node: of a version and of a dataset version by name and number, of all else by its id."""

    kind: NodeKind
    name: str
    number: int | None = None

    @property
    def id(self) -> str:
        if self.number is None:
            return f"{self.kind}:{self.name}"
        return f"{self.kind}:{self.name}{'/' if self.kind is NodeKind.VERSION else '@'}{self.number}"


class Edge(NamedTuple):
    """`skipped` versions between the two are not shown."""

    source: Key
    target: Key
    kind: EdgeKind
    label: str | None = None
    skipped: int = 0


_CLAIMED = frozenset({EdgeKind.COPY, EdgeKind.INPUT})
"""What clients claim, and so may claim in a circle. All other edges lead from a kind to the next, or from a version to
one of a higher number."""


def without_cycles(edges: Collection[Edge]) -> list[Edge]:
    """The edges but for claims that are part of a circle: a run that says that it was given the model that it made."""
    if not any(edge.kind in _CLAIMED for edge in edges):
        return list(edges)
    core = _core(edges)
    return [edge for edge in edges if edge.kind not in _CLAIMED or not {edge.source, edge.target} <= core]


def _core(edges: Collection[Edge]) -> set[Key]:
    """The nodes that remain when all without an edge in or without an edge out are removed again and again."""
    core = {key for edge in edges for key in (edge.source, edge.target)}
    for outward in (True, False):
        following: defaultdict[Key, list[Key]] = defaultdict(list)
        waits: dict[Key, int] = dict.fromkeys(core, 0)
        for edge in edges:
            if edge.source in core and edge.target in core:
                first, second = (edge.source, edge.target) if outward else (edge.target, edge.source)
                following[first].append(second)
                waits[second] += 1
        free = [key for key, count in waits.items() if count == 0]
        while free:
            key = free.pop()
            core.discard(key)
            for other in following[key]:
                waits[other] -= 1
                if waits[other] == 0:
                    free.append(other)
    return core


def filtered(keys: Iterable[Key], edges: Collection[Edge], keep: Callable[[Key], bool]) -> tuple[set[Key], list[Edge]]:
    """The nodes and edges that remain when `keep` refuses versions.

    Versions that descend from one another over versions that were left out are joined. Runs and datasets of which
    nothing else came go with them.
    """
    shown = {key for key in keys if key.kind is not NodeKind.VERSION or keep(key)}
    hidden = {key for key in keys if key not in shown}
    if not hidden:
        return shown, list(edges)
    shown -= _barren(edges, hidden)
    over = _origins_over(edges, hidden, shown)
    joined = [edge for edge in edges if edge.source in shown and edge.target in shown]
    pairs = {(edge.source, edge.target) for edge in joined}
    for edge in edges:
        if edge.source in hidden and edge.target in shown:
            for origin, skipped in over[edge.source].items():
                if (origin, edge.target) not in pairs:
                    pairs.add((origin, edge.target))
                    joined.append(Edge(origin, edge.target, edge.kind, None, skipped))
    return shown, joined


def _barren(edges: Collection[Edge], hidden: set[Key]) -> set[Key]:
    """Runs, datasets and logged models that led to hidden versions only."""
    leads: defaultdict[Key, int] = defaultdict(int)
    before: defaultdict[Key, list[Key]] = defaultdict(list)
    for edge in edges:
        if edge.source.kind is not NodeKind.VERSION:
            leads[edge.source] += 1
            before[edge.target].append(edge.source)
    gone: set[Key] = set()
    waiting = list(hidden)
    while waiting:
        for origin in before[waiting.pop()]:
            leads[origin] -= 1
            if leads[origin] == 0:
                gone.add(origin)
                waiting.append(origin)
    return gone


def _origins_over(edges: Collection[Edge], hidden: set[Key], shown: set[Key]) -> Mapping[Key, dict[Key, int]]:
    """For each hidden version the shown versions that it descends from, with how many hidden ones there are on the
    shortest way, itself included.
    """
    before: defaultdict[Key, list[Key]] = defaultdict(list)
    after: defaultdict[Key, list[Key]] = defaultdict(list)
    waits = dict.fromkeys(hidden, 0)
    for edge in edges:
        if edge.target in hidden and edge.source.kind is NodeKind.VERSION:
            before[edge.target].append(edge.source)
            if edge.source in hidden:
                after[edge.source].append(edge.target)
                waits[edge.target] += 1
    origins_of: dict[Key, dict[Key, int]] = {key: {} for key in hidden}
    free = [key for key, count in waits.items() if count == 0]
    while free:
        key = free.pop()
        origins = origins_of[key]
        for origin in before[key]:
            steps = {origin: 0} if origin in shown else origins_of.get(origin, {})
            for each, count in steps.items():
                origins[each] = min(count + 1, origins.get(each, count + 1))
        for other in after[key]:
            waits[other] -= 1
            if waits[other] == 0:
                free.append(other)
    return origins_of
