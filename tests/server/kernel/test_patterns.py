"""Regular expressions of callers."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.server.kernel.patterns import for_postgresql, matches, pattern_fault

parts = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\w", r"\s", r"\b", "^", "$", ""]),
    lambda inner: (
        st.tuples(inner, inner).map("".join)
        | st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})")
        | st.tuples(inner, st.sampled_from(["*", "+", "?", "{0,3}", "*?"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}")
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(pattern=parts, text=st.text("ab x", max_size=12))
def test_it_means_what_it_means_to_everybody(pattern: str, text: str):
    assert pattern_fault(pattern) is None
    assert matches(pattern, text) == (re.search(pattern, text, re.ASCII | re.DOTALL) is not None)


@settings(deadline=None)
@given(pattern=st.text(max_size=30) | st.text(r"ab()[]{}?*+\|^$.:,19px", max_size=30), text=st.text(max_size=20))
def test_any_text_is_used_or_refused(pattern: str, text: str):
    if pattern_fault(pattern) is None:
        assert matches(pattern, text) in (True, False)


def test_nothing_matches_what_is_not_there():
    assert matches("a", None) is None


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(", "missing )"),
        ("a(?=b)", "invalid perl operator"),
        (r"(a)\1", "invalid escape sequence"),
        ("a{2000}", "invalid repetition size"),
        ("(.{0,30}){0,30}", "too many repetitions"),
        (r"\pL{200}", "too many repetitions"),
        ("a" * 1001, "the limit is 1000"),
        ("\ud800", "half of a character"),
    ],
)
def test_a_fault_is_named(pattern: str, reason: str):
    assert reason in (pattern_fault(pattern) or "")


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*$", "(a*)*b", "(.*a){20}", "(a|b)*a(a|b){100}c"])
def test_time_is_linear_in_the_text(pattern: str):
    assert pattern_fault(pattern) is None
    began = time.monotonic()
    matches(pattern, "ab" * 50_000 + "!")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\bword\b", r"\yword\y"),
        (r"a\Bb\z", r"a\Yb\Z"),
        (r"\x41b", r"\U00000041b"),
        (r"[\x{1F680}-]", r"[\U0001F680-]"),
        (r"\\bword", r"\\bword"),
        (r"\w\.\d", r"\w\.\d"),
    ],
)
def test_in_words_of_postgresql(pattern: str, expected: str):
    assert for_postgresql(pattern) == expected
