"""The filter grammar."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.filters import (
    And,
    Comparison,
    Family,
    Field,
    Kind,
    Membership,
    Not,
    NullTest,
    Or,
    Vocabulary,
    parse_filter,
    parse_order,
)

RUNS = Vocabulary(
    attributes={
        "run_name": ("run_name", Kind.TEXT),
        "run name": ("run_name", Kind.TEXT),
        "start": ("start", Kind.NUMBER),
    },
    families={
        "metrics": Family("metric", Kind.NUMBER),
        "metric": Family("metric", Kind.NUMBER),
        "tags": Family("tag", Kind.TEXT),
        "params": Family("param", Kind.TEXT),
    },
    closed={"datasets": ("dataset", {"name": Kind.TEXT, "digest": Kind.TEXT})},
    sorts_by=frozenset({"attribute", "metric", "tag"}),
)
TRACES = Vocabulary(
    attributes={"name": ("name", Kind.TEXT), "prompt": ("prompt", Kind.NAME), "time": ("time", Kind.NUMBER)},
    families={"feedback": Family("feedback", Kind.EITHER), "span.attributes": Family("span.attribute", Kind.TEXT)},
    closed={"span": ("span", {"name": Kind.TEXT})},
    patterns=True,
)
LOSS = Field("metric", "loss")
GIVEN = Field("feedback", "score")


def tag(key: str) -> Field:
    return Field("tag", key)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("metrics.loss > 1", Comparison(LOSS, ">", 1)),
        ("metric.loss>=-1.5e-3", Comparison(LOSS, ">=", -1.5e-3)),
        ("metrics.loss < .5", Comparison(LOSS, "<", 0.5)),
        ("metrics.loss != 9007199254740993", Comparison(LOSS, "!=", 9007199254740993)),
        ("tags.a = 'b'", Comparison(tag("a"), "=", "b")),
        ('tags.a = "b"', Comparison(tag("a"), "=", "b")),
        ("tags.`a b` = 'c'", Comparison(tag("a b"), "=", "c")),
        ("tags.\"a 'b\" = 'c'", Comparison(tag("a 'b"), "=", "c")),
        ("tags.mlflow.source.git = 'x'", Comparison(tag("mlflow.source.git"), "=", "x")),
        ("tags.`mlflow.source` = 'x'", Comparison(tag("mlflow.source"), "=", "x")),
        ("tags.and = 'x'", Comparison(tag("and"), "=", "x")),
        ("tags.in in ('x')", Membership(tag("in"), ("x",), negated=False)),
        ("tags.not NOT IN ('x',)", Membership(tag("not"), ("x",), negated=True)),
        ("run_name IN ('x', )", Membership(Field("attribute", "run_name"), ("x",), negated=False)),
        ("tags.not NOT IN ('x', 'y')", Membership(tag("not"), ("x", "y"), negated=True)),
        ("tags.1st = 'x'", Comparison(tag("1st"), "=", "x")),
        ("metrics.val/loss-1:x > 1", Comparison(Field("metric", "val/loss-1:x"), ">", 1)),
        ("tags.a LIKE '%b_'", Comparison(tag("a"), "LIKE", "%b_")),
        ("tags.a ilike 'B'", Comparison(tag("a"), "ILIKE", "B")),
        ("tags.a IS NULL", NullTest(tag("a"), negated=False)),
        ("tags.a is not null", NullTest(tag("a"), negated=True)),
        ("run_name = 'it''s'", Comparison(Field("attribute", "run_name"), "=", "it's")),
        ("`run name` = 'x'", Comparison(Field("attribute", "run_name"), "=", "x")),
        ("attributes.`run name` = 'x'", Comparison(Field("attribute", "run_name"), "=", "x")),
        ("attr.RUN_NAME = 'x'", Comparison(Field("attribute", "run_name"), "=", "x")),
        ("datasets.name = 'x'", Comparison(Field("dataset", "name"), "=", "x")),
        ("start IN (1, 2)", Membership(Field("attribute", "start"), (1, 2), negated=False)),
        ("NOT tags.a = 'b'", Not(Comparison(tag("a"), "=", "b"))),
        ("not NOT tags.a = 'b'", Comparison(tag("a"), "=", "b")),
        ("tags.a = ''", Comparison(tag("a"), "=", "")),
        ("tags.a = '数 🚀'", Comparison(tag("a"), "=", "数 🚀")),
    ],
)
def test_a_predicate_is_read(text: str, tree: object):
    assert parse_filter(text, RUNS) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("name RLIKE '^a'", Comparison(Field("attribute", "name"), "RLIKE", "^a")),
        ("name rlike 'it''s'", Comparison(Field("attribute", "name"), "RLIKE", "it's")),
        ("feedback.score > 0.5", Comparison(GIVEN, ">", 0.5)),
        ("feedback.score = 1", Comparison(GIVEN, "=", 1)),
        ("feedback.score = 'yes'", Comparison(GIVEN, "=", "yes")),
        ("feedback.score RLIKE 'y'", Comparison(GIVEN, "RLIKE", "y")),
        ("feedback.score IN ('yes', 'no')", Membership(GIVEN, ("yes", "no"), negated=False)),
        ("prompt = 'p/1'", Comparison(Field("attribute", "prompt"), "=", "p/1")),
        ("span.name = 'x'", Comparison(Field("span", "name"), "=", "x")),
        ("span.attributes.a.b = 'x'", Comparison(Field("span.attribute", "a.b"), "=", "x")),
        ("SPAN.Attributes.`a b` = 'x'", Comparison(Field("span.attribute", "a b"), "=", "x")),
    ],
)
def test_a_predicate_of_more_kinds_is_read(text: str, tree: object):
    assert parse_filter(text, TRACES) == tree


@pytest.mark.parametrize(
    ("text", "character", "message"),
    [
        ("name RLIKE '('", 12, "The regular expression cannot be used: missing )"),
        ("time RLIKE '1'", 6, "The operator RLIKE does not apply to time, which is a number"),
        ("prompt RLIKE 'p'", 8, "The operator RLIKE does not apply to prompt, which is a name"),
        ("prompt NOT IN ('p/1')", 12, "The operator NOT IN does not apply to prompt"),
        ("feedback.score > 'x'", 18, "feedback 'score' is compared with a number, not with text"),
        ("feedback.score LIKE 1", 21, "feedback 'score' is compared with text"),
        ("feedback.score IN (1)", 20, "Put the value in quotes: '1'"),
        ("name RLIKE 1", 12, "name is compared with text"),
        ("span.attributes = 'x'", 6, "There is no span.attributes"),
    ],
)
def test_an_error_of_more_kinds_points_at_the_character(text: str, character: int, message: str):
    with pytest.raises(InvalidArgument) as raised:
        parse_filter(text, TRACES)
    assert message in raised.value.message
    assert f"(character {character})" in raised.value.message


def test_text_without_patterns_refuses_them():
    with pytest.raises(InvalidArgument, match=r"The operator RLIKE does not apply to tag 'a'.*character 8"):
        parse_filter("tags.a RLIKE 'x'", RUNS)


def test_and_binds_more_than_or_and_parentheses_most():
    a, b, c = (Comparison(tag(key), "=", "1") for key in "abc")
    assert parse_filter("tags.a='1' OR tags.b='1' AND tags.c='1'", RUNS) == Or((a, And((b, c))))
    assert parse_filter("(tags.a='1' OR tags.b='1') AND tags.c='1'", RUNS) == And((Or((a, b)), c))
    assert parse_filter("tags.a='1' and (tags.b='1' and tags.c='1')", RUNS) == And((a, b, c))
    assert parse_filter("NOT (tags.a='1' or tags.b='1')", RUNS) == Not(Or((a, b)))


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_filter_asks_nothing(text: str):
    assert parse_filter(text, RUNS) is None


@pytest.mark.parametrize(
    ("text", "character", "message"),
    [
        ("metrics.loss >", 15, "Expected a quoted value or a number after `>`"),
        ("metrics.loss > 'x'", 16, "compared with a number"),
        ("tags.a = 5", 10, "Put the value in quotes: '5'"),
        ("tags.a > 'x'", 8, "The operator > does not apply to tag 'a'"),
        ("metrics.loss LIKE 'x'", 14, "The operator LIKE does not apply"),
        ("nothing = 'x'", 1, "There is no field 'nothing'"),
        ("tags.a = 'x' tags.b = 'y'", 14, "Expected AND, OR or the end after `'x'`"),
        ("tags.a = 'x", 10, "The quote ' is never closed"),
        ("(tags.a = 'x'", 14, "Expected ) after `'x'`"),
        ("datasets.size = 'x'", 10, "The keys are digest, name"),
        ("tags.a = 'x' AND ?", 18, "Expected NOT, a field or ( after `AND`"),
        ("status foo", 8, "Expected an operator after `status`"),
        ("'x'", 1, "Expected NOT, a field or ( at the beginning"),
        ("other.a = 'x'", 1, "There is no field 'other'"),
        ("metrics.loss > 99999999999999999999", 16, "too large"),
    ],
)
def test_an_error_points_at_the_character(text: str, character: int, message: str):
    with pytest.raises(InvalidArgument) as raised:
        parse_filter(text, RUNS)
    first, *_, shown, caret = raised.value.message.split("\n")
    assert message in first
    assert f"(character {character})" in first
    assert shown == text
    assert caret == " " * (character - 1) + "^"


def test_a_long_filter_is_shown_around_the_fault():
    with pytest.raises(InvalidArgument) as raised:
        parse_filter(" AND ".join(["tags.a = 'x'"] * 60) + " AND nope = 'x'" + " AND tags.a = 'x'" * 20, RUNS)
    _, shown, caret = raised.value.message.split("\n")
    assert shown[caret.index("^") :].startswith("nope")
    assert len(shown) < 140


@pytest.mark.parametrize("text", ["(" * 5000, "(" * 3000 + "tags.a='1'" + ")" * 3000, "not " * 5000 + "tags.a='1'"])
def test_deep_nesting_neither_crashes_nor_hangs(text: str):
    try:
        parse_filter(text, RUNS)
    except InvalidArgument:
        return


TOO_MUCH = {
    "parentheses": "(" * 99_000 + "tags.a='1'" + ")" * 99_000,
    "pairs of parentheses": "()" * 99_000,
    "ors": " OR ".join(["tags.a='1'"] * 13_000),
    "nots": "NOT " * 40_000 + "tags.a='1'",
    "ands": "AND " * 40_000,
    "dots": "a." * 90_000 + "b = 1",
    "commas": "tags.a IN (" + "'1'," * 40_000,
    "signs": "=" * 3 + " = " * 40_000,
    "a quote": "tags.a = '" + "x" * 190_000,
    "quotes": "tags.a = " + "'" * 190_001,
    "backticks": "`" * 190_000,
    "characters": "tags.a = '" + "x" * 300_000 + "'",
    "digits": "metrics.a = " + "9" * 190_000,
}


@pytest.mark.parametrize("text", TOO_MUCH.values(), ids=TOO_MUCH)
def test_what_is_too_much_is_refused_before_it_is_read(text: str):
    """In a few milliseconds; the least of several tries is not that of a busy machine."""
    with pytest.raises(InvalidArgument):
        parse_filter("metrics.a > ", RUNS)  # makes the parser, which takes longer than using it
    took = []
    for _ in range(5):
        began = time.thread_time()
        with pytest.raises(InvalidArgument):
            parse_filter(text, RUNS)
        took.append(time.thread_time() - began)
    assert min(took) < 0.02


def test_a_list_of_many_values_is_read():
    ids = [f"{number:032x}" for number in range(4000)]
    expression = parse_filter(f"run_name IN ({', '.join(repr(item) for item in ids)})", RUNS)
    assert expression == Membership(Field("attribute", "run_name"), tuple(ids), negated=False)


def test_keys_that_are_called_as_keywords_are_no_terms():
    text = " AND ".join(f"params.in = '{number}' AND tags.not = 'x'" for number in range(90))
    assert isinstance(parse_filter(text, RUNS), And)


@pytest.mark.parametrize(
    "items",
    [[f"metrics.m{number}" for number in range(21)], ["metrics.m", "tags." + "x" * 2000], ["tags.a" + " " * 9000]],
    ids=["many", "long", "blank"],
)
def test_orders_are_bounded(items: list[str]):
    with pytest.raises(InvalidArgument, match="the limit"):
        parse_order(items, RUNS)


def test_nesting_and_length_are_bounded():
    deep = "tags.a='1'"
    for _ in range(60):
        deep = f"(tags.a='1' AND (tags.b='1' OR {deep}))"
    with pytest.raises(InvalidArgument, match="deep"):
        parse_filter(deep, RUNS)
    with pytest.raises(InvalidArgument, match="terms; the limit"):
        parse_filter(" AND ".join(["tags.a='1'"] * 300), RUNS)


@pytest.mark.parametrize(
    ("text", "field", "descending"),
    [
        ("metrics.loss", LOSS, False),
        ("metrics.loss desc", LOSS, True),
        ("metrics.`a b` ASC", Field("metric", "a b"), False),
        ('tags."a b" DESC', tag("a b"), True),
        ("tags.a.b", tag("a.b"), False),
        ("run_name ASC", Field("attribute", "run_name"), False),
        ("attribute.start desc ", Field("attribute", "start"), True),
        ("metrics.desc", Field("metric", "desc"), False),
    ],
)
def test_an_order_is_read(text: str, field: Field, descending: bool):
    (term,) = parse_order([text], RUNS)
    assert (term.field, term.descending) == (field, descending)


@pytest.mark.parametrize(
    "items",
    [
        ["nope"],
        ["metrics.a", "metric.a DESC"],
        ["run_name up"],
        [""],
        ["metrics."],
        ["a..b"],
        ["params.a"],
        ["datasets.name"],
    ],
)
def test_a_wrong_order_is_refused(items: list[str]):
    with pytest.raises(InvalidArgument):
        parse_order(items, RUNS)


keys = st.text(st.characters(exclude_characters="`\0", exclude_categories=["Cs"]), min_size=1, max_size=20)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**63) + 1, 2**63 - 1)


@settings(deadline=None)
@given(key=keys, value=texts)
def test_any_key_and_any_text_survive_quoting(key: str, value: str):
    escaped = value.replace("'", "''")
    assert parse_filter(f"tags.`{key}` = '{escaped}'", RUNS) == Comparison(tag(key), "=", value)


@settings(deadline=None)
@given(value=numbers)
def test_any_number_survives(value: float):
    assert parse_filter(f"metrics.loss = {value!r}", RUNS) == Comparison(LOSS, "=", value)


predicates = st.builds(
    Comparison,
    st.builds(Field, st.just("tag"), st.from_regex(r"\A[a-z]{1,5}\Z")),
    st.sampled_from(["=", "LIKE"]),
    texts,
)
trees = st.recursive(
    predicates, lambda inner: st.builds(Not, inner) | st.builds(lambda a, b: And((a, b)), inner, inner)
    | st.builds(lambda a, b: Or((a, b)), inner, inner), max_leaves=8
)  # fmt: skip


def written(node: object) -> str:
    if isinstance(node, Not):
        return f"NOT ({written(node.term)})"
    if isinstance(node, And):
        return "(" + " AND ".join(map(written, node.terms)) + ")"
    if isinstance(node, Or):
        return "(" + " OR ".join(map(written, node.terms)) + ")"
    assert isinstance(node, Comparison)
    value = str(node.value).replace("'", "''")
    return f"tags.{node.field.key} {node.operator} '{value}'"


def holds(node: object, chosen: frozenset[object]) -> bool:
    if isinstance(node, Not):
        return not holds(node.term, chosen)
    if isinstance(node, And):
        return all(holds(term, chosen) for term in node.terms)
    if isinstance(node, Or):
        return any(holds(term, chosen) for term in node.terms)
    return node in chosen


def leaves(node: object) -> list[object]:
    if isinstance(node, Not):
        return leaves(node.term)
    if isinstance(node, And | Or):
        return [leaf for term in node.terms for leaf in leaves(term)]
    return [node]


@settings(deadline=None)
@given(tree=trees, seed=st.integers(0, 255))
def test_a_written_tree_means_the_same(tree: object, seed: int):
    read = parse_filter(written(tree), RUNS)
    chosen = frozenset(leaf for index, leaf in enumerate(leaves(tree)) if seed >> index & 1)
    assert holds(read, chosen) == holds(tree, chosen)


words = st.sampled_from(
    ["tags.a", "=", "'x'", "AND", "OR", "NOT", "(", ")", "IN", ",", "5", "`", '"', ".", "metrics.b", ">", "LIKE", "IS"]
)


@settings(deadline=None)
@given(text=st.text(max_size=60) | st.lists(words).map(" ".join))
def test_any_text_is_read_or_refused_with_a_caret(text: str):
    try:
        parse_filter(text, RUNS)
    except InvalidArgument as error:
        message = error.message
        assert message.endswith("^")
