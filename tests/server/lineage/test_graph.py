"""Graphs without cycles, and with what a filter leaves."""

from graphlib import CycleError, TopologicalSorter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.server.lineage.graphs import Edge, Key, filtered, without_cycles
from modelyard.server.lineage.model_versions import copied_from
from modelyard.wire.lineage import EdgeKind, NodeKind

N, E = NodeKind, EdgeKind


def version(number: int) -> Key:
    return Key(N.VERSION, "m", number)


@st.composite
def graphs(draw: st.DrawFn) -> list[Edge]:
    """Versions of lower to higher numbers by parents, and runs and logged models and copies as clients claim them."""
    found = []
    for first, second in draw(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=25)):
        kind = draw(st.sampled_from([E.PARENT, E.COPY, E.INPUT, E.OUTPUT, E.REGISTERED]))
        run, model = Key(N.RUN, f"r{first}"), Key(N.LOGGED_MODEL, f"l{second}")
        found.append(
            {
                E.PARENT: Edge(version(min(first, second)), version(max(first, second) + 1), E.PARENT),
                E.COPY: Edge(version(first), version(second), E.COPY),
                E.INPUT: Edge(model, run, E.INPUT),
                E.OUTPUT: Edge(run, model, E.OUTPUT),
                E.REGISTERED: Edge(model, version(first), E.REGISTERED),
            }[kind]
        )
    return list(dict.fromkeys(edge for edge in found if edge.kind is not E.OUTPUT or _made_once(edge, found)))


def _made_once(edge: Edge, found: list[Edge]) -> bool:
    """A logged model is made by one run."""
    makers = [other.source for other in found if other.kind is E.OUTPUT and other.target == edge.target]
    return makers[0] == edge.source


def has_cycle(edges: list[Edge]) -> bool:
    before: dict[Key, set[Key]] = {}
    for edge in edges:
        before.setdefault(edge.target, set()).add(edge.source)
    try:
        TopologicalSorter(before).prepare()
    except CycleError:
        return True
    return False


@given(graphs())
def test_there_is_no_cycle_whatever_clients_claim(edges: list[Edge]):
    left = without_cycles(edges)
    assert not has_cycle(left)
    assert [edge for edge in left if edge.kind not in (E.COPY, E.INPUT)] == [
        edge for edge in edges if edge.kind not in (E.COPY, E.INPUT)
    ]
    if not has_cycle(edges):
        assert left == edges


def test_a_claim_that_closes_a_circle_is_left_out():
    made = Edge(Key(N.RUN, "r"), Key(N.LOGGED_MODEL, "l"), E.OUTPUT)
    claimed = Edge(Key(N.LOGGED_MODEL, "l"), Key(N.RUN, "r"), E.INPUT)
    other = Edge(Key(N.LOGGED_MODEL, "l"), Key(N.RUN, "s"), E.INPUT)
    assert without_cycles([made, claimed, other]) == [made, other]


@given(graphs(), st.frozensets(st.integers(0, 7)))
def test_a_filter_joins_the_versions_that_descend_from_one_another(edges: list[Edge], hidden: frozenset[int]):
    edges = without_cycles(edges)
    keys = {key for edge in edges for key in (edge.source, edge.target)}
    shown, left = filtered(keys, edges, lambda key: key.number not in hidden)
    versions = {key for key in keys if key.kind is N.VERSION}
    assert {key for key in shown if key.kind is N.VERSION} == {key for key in versions if key.number not in hidden}
    assert all({edge.source, edge.target} <= shown for edge in left)
    assert not has_cycle(left)
    pairs = {(edge.source, edge.target) for edge in left if edge.source.kind is N.VERSION}
    assert pairs == {(first, second) for first in shown & versions for second in _next(first, edges, shown)}
    dropped = keys - shown - versions
    assert all(edge.target not in shown for edge in edges if edge.source in dropped)


def _next(start: Key, edges: list[Edge], shown: set[Key]) -> set[Key]:
    """The shown versions that can be reached over hidden ones alone."""
    found: set[Key] = set()
    waiting = [start]
    seen = {start}
    while waiting:
        here = waiting.pop()
        for edge in edges:
            if edge.source == here and edge.target not in seen:
                seen.add(edge.target)
                (found.add if edge.target in shown else waiting.append)(edge.target)
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("models:/iris/3", Key(N.VERSION, "iris", 3)),
        ("models:/a/b/12", Key(N.VERSION, "a/b", 12)),
        ("models:/iris/latest", None),
        ("models:/m-0123456789abcdef0123456789abcdef", None),
        ("runs:/1/model", None),
        ("models:/iris/99999999999999", None),
        (None, None),
    ],
)
def test_a_copy_is_known_by_its_source(source: str | None, expected: Key | None):
    assert copied_from(source) == expected
