"""Configs by what they mean: diff(a, a) is empty, a diff that is applied gives the other, order is no change."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from modelyard.server.comparison.configs import Difference, Named, differences, same
from modelyard.server.comparison.lines import side_by_side, unified
from modelyard.wire.comparison import ChangeKind

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0, 2.5]) | st.sampled_from("abc")
KEYS = st.sampled_from(["alpha", "beta", "gamma", "delta"])


def _deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    named = st.dictionaries(st.sampled_from("xyz"), st.dictionaries(KEYS, inner, max_size=3), min_size=1, max_size=3)
    features = named.map(lambda items: [{"name": name, **fields} for name, fields in items.items()])
    return st.dictionaries(KEYS, inner, max_size=3) | st.lists(inner, max_size=3) | features


CONFIGS = st.dictionaries(KEYS, st.recursive(SCALARS, _deeper, max_leaves=12), max_size=4)


def changed(before: Any, after: Any) -> list[tuple[str, str]]:
    return [(each.to_wire().path, each.kind.value) for each in differences(before, after)]


def applied(config: Any, changes: list[Difference]) -> Any:
    """What the config is when every change is made to a copy of it."""
    made = copy.deepcopy(config)
    for change in changes:
        place = made
        for step in change.path[:-1]:
            place = (
                next(item for item in place if item["name"] == step.name) if isinstance(step, Named) else place[step]
            )
        last = change.path[-1]
        if isinstance(last, Named):
            at = [index for index, item in enumerate(place) if item["name"] == last.name]
            place[slice(at[0], at[0] + 1) if at else slice(len(place), None)] = (
                [] if change.kind is ChangeKind.REMOVED else [change.after]
            )
        elif change.kind is ChangeKind.REMOVED:
            del place[last]
        else:
            place[last] = change.after
    return made


def shuffled(value: Any, shuffle: Callable[[list[Any]], list[Any]]) -> Any:
    """The same with other orders of keys and of items that have names, and with numbers written otherwise."""
    if isinstance(value, dict):
        return {key: shuffled(value[key], shuffle) for key in shuffle(list(value))}
    if isinstance(value, list):
        items = [shuffled(item, shuffle) for item in value]
        names = [item.get("name") if isinstance(item, dict) else None for item in items]
        is_named = all(isinstance(name, str) for name in names) and len(set(names)) == len(names)
        return shuffle(items) if is_named else items
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@given(CONFIGS)
def test_a_config_is_not_different_from_itself(config: dict[str, Any]):
    assert list(differences(config, copy.deepcopy(config))) == []


@given(CONFIGS, CONFIGS)
def test_a_diff_that_is_applied_gives_the_other(before: dict[str, Any], after: dict[str, Any]):
    changes = list(differences(before, after))
    made = applied(before, changes)
    assert list(differences(made, after)) == []
    assert same(made, after)
    assert bool(changes) is not same(before, after)


@example({"alpha": [None]}, {"alpha": [{"name": "x"}]})
@given(CONFIGS, CONFIGS)
def test_the_other_way_round_what_was_added_is_removed(before: dict[str, Any], after: dict[str, Any]):
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    there, back = changed(before, after), changed(after, before)
    assert sorted(there) == sorted((path, turned[kind]) for path, kind in back)


@given(CONFIGS, st.randoms(use_true_random=False))
def test_order_and_notation_are_no_change(config: dict[str, Any], random: Any):
    other = shuffled(config, lambda items: random.sample(items, len(items)))
    assert changed(config, other) == []
    assert all(row.kind == "same" for row in side_by_side(config, other))


@given(CONFIGS, CONFIGS)
def test_both_texts_side_by_side_are_the_configs(before: dict[str, Any], after: dict[str, Any]):
    rows = side_by_side(before, after)
    for config, texts, numbers in (
        (before, [row.before for row in rows if row.before is not None], [row.before_number for row in rows]),
        (after, [row.after for row in rows if row.after is not None], [row.after_number for row in rows]),
    ):
        read = yaml.safe_load("\n".join(texts)) or {}
        assert same(read, config)
        assert [number for number in numbers if number is not None] == list(range(1, len(texts) + 1))
    assert any(row.kind != "same" for row in rows) is bool(changed(before, after))


@given(CONFIGS, CONFIGS)
def test_the_unified_text_has_every_changed_row(before: dict[str, Any], after: dict[str, Any]):
    rows = side_by_side(before, after)
    text = unified(rows, "a", "b").splitlines()[2:]
    assert [line[1:] for line in text if line.startswith("-")] == [
        row.before for row in rows if row.kind != "same" and row.before is not None
    ]
    assert sorted(line[1:] for line in text if line.startswith("+")) == sorted(
        row.after for row in rows if row.kind != "same" and row.after is not None
    )


FEATURES = [{"name": "age", "type": "number"}, {"name": "sex", "type": "category"}]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"rate": 0.1}, {"rate": 1e-1}, []),
        ({"rate": 1}, {"rate": True}, [("rate", "changed")]),
        ({"rate": 1}, {"rate": "1"}, [("rate", "changed")]),
        ({"rate": None}, {}, [("rate", "removed")]),
        ({"features": FEATURES}, {"features": FEATURES[::-1]}, []),
        ({"features": FEATURES}, {"features": FEATURES[:1]}, [("features[sex]", "removed")]),
        (
            {"features": FEATURES},
            {"features": [FEATURES[1], {"name": "age", "type": "text"}]},
            [("features[age].type", "changed")],
        ),
        ({"shares": [0.7, 0.1, 0.2]}, {"shares": [0.6, 0.2, 0.2]}, [("shares", "changed")]),
        ({"layers": [{"n": 1}, {"n": 2}]}, {"layers": [{"n": 1}, {"n": 3}]}, [("layers[1].n", "changed")]),
        ({"a": {"b": 1}}, {"a": [1]}, [("a", "changed")]),
    ],
)
def test_what_is_a_change(before: Any, after: Any, expected: list[tuple[str, str]]):
    assert changed(before, after) == expected


def test_the_unified_text_is_as_diff_writes_it():
    before = {f"key_{letter}": index for index, letter in enumerate("abcdefghijklmnop")}
    after = {**before, "key_d": 30, "extra": [1, 2]}
    del after["key_p"]
    assert unified(side_by_side(before, after), "iris/1", "iris/2").splitlines() == [
        "--- iris/1",
        "+++ iris/2",
        "@@ -1,7 +1,7 @@",
        " key_a: 0",
        " key_b: 1",
        " key_c: 2",
        "-key_d: 3",
        "+key_d: 30",
        " key_e: 4",
        " key_f: 5",
        " key_g: 6",
        "@@ -13,4 +13,4 @@",
        " key_m: 12",
        " key_n: 13",
        " key_o: 14",
        "-key_p: 15",
        "+extra: [1, 2]",
    ]
