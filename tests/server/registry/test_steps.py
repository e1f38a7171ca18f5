"""The smallest step between two versions: its level, and its reasons in words."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.server.registry.bumps import Contract, Level, Step, next_semver, smallest_step
from modelyard.server.registry.semver import Semver
from modelyard.wire.models import ColumnSpec, Signature

COLUMNS = st.dictionaries(
    st.sampled_from("abc"), st.tuples(st.sampled_from(["double", "string"]), st.booleans()), max_size=3
)
LABELS = st.sampled_from([("x",), ("x", "y"), ("x", "y", "z")])


def contract(
    inputs: dict[str, tuple[str, bool]], labels: tuple[str, ...], output_type: str, algorithm: str
) -> Contract:
    """Everything is known of it."""
    specs = [ColumnSpec(name=name, type=kind, required=required) for name, (kind, required) in inputs.items()]
    return Contract(
        signature=Signature(inputs=specs, outputs=classes(*labels)),
        features=dict.fromkeys(inputs, "number"),
        output_type=output_type,
        algorithm=algorithm,
    )


CONTRACTS = st.builds(
    contract, COLUMNS, LABELS, st.sampled_from(["binary", "category"]), st.sampled_from(["linear", "gbm"])
)


def columns(*names: str, optional: bool = False, kind: str = "double") -> list[ColumnSpec]:
    return [ColumnSpec(name=name, type=kind, required=not optional) for name in names]


def classes(*labels: str) -> list[ColumnSpec]:
    return columns("t_predictions", *(f"t_probabilities_{label}" for label in labels))


BASE = Contract(
    signature=Signature(inputs=columns("a", "b"), outputs=classes("no", "yes")),
    features={"a": "number", "b": "number"},
    output_type="binary",
    algorithm="linear",
)


def with_inputs(*inputs: ColumnSpec) -> Contract:
    assert BASE.signature is not None
    return replace(BASE, signature=Signature(inputs=list(inputs), outputs=BASE.signature.outputs))


def with_outputs(*outputs: ColumnSpec) -> Contract:
    assert BASE.signature is not None
    return replace(BASE, signature=Signature(inputs=BASE.signature.inputs, outputs=list(outputs)))


@pytest.mark.parametrize(
    ("new", "level", "reason"),
    [
        (BASE, "patch", "Inputs, outputs and algorithm are the same: a retrain."),
        (replace(BASE, algorithm="gbm"), "major", "The algorithm is gbm; it was linear."),
        (with_inputs(*columns("a")), "major", "The input column `b` is gone."),
        (with_inputs(*columns("a", "b", "c", "d")), "major", "The input columns `c`, `d` are new and mandatory."),
        (
            with_inputs(*columns("a", "b"), *columns("c", optional=True)),
            "minor",
            "input column `c` is new and optional",
        ),
        (with_inputs(*columns("a"), *columns("b", kind="string")), "major", "column `b` is string; it was double."),
        (with_inputs(*columns("a"), *columns("b", optional=True)), "minor", "The input column `b` is optional now."),
        (replace(BASE, features={"a": "number", "b": "category"}), "major", "`b` is category; it was number."),
        (replace(BASE, output_type="category"), "major", "The output type is category; it was binary."),
        (with_outputs(*classes("no", "yes", "maybe")), "major", "The class `maybe` is new."),
        (with_outputs(*classes("yes")), "major", "The class `no` is gone."),
        (with_outputs(*classes("nein", "yes")), "major", "The class `nein` is new."),
        (with_outputs(*classes("no", "yes"), *columns("score")), "minor", "The output `score` is new."),
        (with_outputs(*classes("no", "yes")[1:]), "major", "The output `t_predictions` is gone."),
    ],
)
def test_each_change_has_its_level_and_its_reason(new: Contract, level: str, reason: str):
    step = smallest_step(BASE, new)
    assert step.level.label == level
    assert any(reason in sentence for sentence in step.reasons), step.reasons


def test_the_larger_reasons_come_first_and_many_names_are_counted():
    many = [*columns("a", "b"), *columns(*(f"n{index}" for index in range(9)), optional=True)]
    step = smallest_step(BASE, replace(with_inputs(*many), algorithm="gbm"))
    assert step == Step(
        Level.MAJOR,
        (
            "The algorithm is gbm; it was linear.",
            "The input columns `n0`, `n1`, `n2`, `n3`, `n4` and 4 more are new and optional.",
        ),
    )


def test_a_version_that_is_not_trained_yet_is_compared_by_its_features():
    new = Contract(features={"a": "number", "c": "number"}, column_types={"a": "string"}, algorithm="linear")
    reasons = smallest_step(BASE, new).reasons
    assert reasons == (
        "The input column `b` is gone.",
        "The input column `a` is string; it was double.",
        "The input column `c` is new and optional.",
        "The input column `a` is optional now.",
    )


def test_unknown_inputs_before_allow_only_a_major_step():
    assert smallest_step(Contract(), BASE).level is Level.MAJOR
    assert smallest_step(Contract(), Contract()).level is Level.PATCH


@given(CONTRACTS)
def test_a_version_against_itself_is_a_patch(one: Contract):
    assert smallest_step(one, one).level is Level.PATCH


@given(CONTRACTS, CONTRACTS, st.randoms())
def test_the_order_of_columns_does_not_matter(old: Contract, new: Contract, order: random.Random):
    assert new.signature is not None
    inputs, outputs = list(new.signature.inputs), list(new.signature.outputs)
    order.shuffle(inputs)
    order.shuffle(outputs)
    shuffled = replace(new, signature=Signature(inputs=inputs, outputs=outputs))
    assert smallest_step(old, new) == smallest_step(old, shuffled)


@given(CONTRACTS, CONTRACTS, CONTRACTS)
def test_a_step_is_never_larger_than_the_steps_on_the_way(one: Contract, two: Contract, three: Contract):
    on_the_way = max(smallest_step(one, two).level, smallest_step(two, three).level)
    assert smallest_step(one, three).level <= on_the_way


@given(CONTRACTS, st.sampled_from("abc"))
def test_one_more_change_never_makes_a_step_smaller(one: Contract, name: str):
    assert one.signature is not None
    changed = replace(one, algorithm="gbm" if one.algorithm == "linear" else "linear")
    fewer = [column for column in one.signature.inputs if column.name != name]
    both = replace(changed, signature=Signature(inputs=fewer, outputs=one.signature.outputs))
    assert smallest_step(one, both).level >= smallest_step(one, changed).level
    assert set(smallest_step(one, both).reasons) >= set(smallest_step(one, changed).reasons)


@pytest.mark.parametrize(
    ("latest", "level", "expected"),
    [
        ("1.2.3", Level.PATCH, "1.2.4"),
        ("1.2.3", Level.MINOR, "1.3.0"),
        ("1.2.3", Level.MAJOR, "2.0.0"),
        ("2.0.0-rc1", Level.PATCH, "2.0.0"),
        ("2.0.0-rc1", Level.MAJOR, "2.0.0"),
        ("2.1.0-rc1", Level.MAJOR, "3.0.0"),
    ],
)
def test_the_next_version_follows_from_the_level(latest: str, level: Level, expected: str):
    assert str(next_semver(Semver.parse(latest), level)) == expected
