"""Semantic versions are read and ordered as semver.org says, ranges as package managers read them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.server.registry.semver import Semver, parse_range, parse_semver

NUMBERS = st.integers(0, 3) | st.integers(0, 10**12)
WORDS = st.from_regex(r"[0-9]{0,9}[A-Za-z-][0-9A-Za-z-]{0,3}", fullmatch=True)
PRERELEASES = st.lists(NUMBERS | WORDS, max_size=3)
RELEASES = st.tuples(NUMBERS, NUMBERS, NUMBERS)


def semver(text: str) -> Semver:
    version = parse_semver(text)
    assert version is not None, text
    return version


def written(release: tuple[int, ...], prerelease: list[int | str] | None = None, build: str = "") -> str:
    text = ".".join(map(str, release))
    text += "-" + ".".join(map(str, prerelease)) if prerelease else ""
    return f"{text}+{build}" if build else text


def rank(release: tuple[int, ...], prerelease: list[int | str]) -> tuple[object, ...]:
    """Section 11 of semver.org: numbers are below words, and a release is above what came before it."""
    parts = [(0, part, "") if isinstance(part, int) else (1, 0, part) for part in prerelease]
    return release, not prerelease, parts


@given(RELEASES, PRERELEASES, RELEASES, PRERELEASES)
def test_precedence(
    release: tuple[int, ...], prerelease: list[int | str], other: tuple[int, ...], other_prerelease: list[int | str]
):
    one, two = semver(written(release, prerelease)), semver(written(other, other_prerelease))
    assert (one < two) == (rank(release, prerelease) < rank(other, other_prerelease))
    assert (one > two) == (rank(release, prerelease) > rank(other, other_prerelease))
    assert (one == two) == (rank(release, prerelease) == rank(other, other_prerelease))


def test_the_example_of_the_specification():
    texts = "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0"
    versions = [semver(text) for text in texts.split()]
    for lower, higher in itertools.combinations(versions, 2):
        assert lower < higher
        assert not higher < lower


@given(RELEASES, PRERELEASES, st.from_regex(r"[0-9A-Za-z-]{1,4}(\.[0-9A-Za-z-]{1,4})?", fullmatch=True))
def test_a_version_is_written_as_it_was_read_without_its_build(
    release: tuple[int, ...], prerelease: list[int | str], build: str
):
    assert str(semver(written(release, prerelease, build))) == written(release, prerelease)


@pytest.mark.parametrize(
    "text",
    [
        *("", "1", "1.2", "1.2.3.4", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3+", "1.2.3-01", "1.2.3-a..b", "1.2.3-é"),
        *(" 1.2.3", "1.2.3\n", "\uff11.2.3", "1.2.3-\u0663", "1.2.3+a+b", f"1.2.3-{'a' * 100}", f"{'9' * 5000}.0.0"),
    ],
)
def test_what_is_no_version(text: str):
    assert parse_semver(text) is None


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("^1", "1.0.0", "2.0.0"),
        ("^1.2", "1.2.0", "2.0.0"),
        ("^1.2.3", "1.2.3", "2.0.0"),
        ("^0", "0.0.0", "1.0.0"),
        ("^0.0", "0.0.0", "0.1.0"),
        ("^0.2", "0.2.0", "0.3.0"),
        ("^0.2.3", "0.2.3", "0.3.0"),
        ("^0.0.3", "0.0.3", "0.0.4"),
        ("^0.0.0", "0.0.0", "0.0.1"),
        ("~1", "1.0.0", "2.0.0"),
        ("~0", "0.0.0", "1.0.0"),
        ("~1.2", "1.2.0", "1.3.0"),
        ("~1.2.3", "1.2.3", "1.3.0"),
        ("~0.0.3", "0.0.3", "0.1.0"),
    ],
)
@given(release=RELEASES, prerelease=PRERELEASES)
def test_a_range_includes_the_releases_between_its_ends(
    text: str, low: str, high: str, release: tuple[int, ...], prerelease: list[int | str]
):
    span = parse_range(text)
    assert span is not None
    assert (str(span.low), str(span.high)) == (low, high)
    ends = [tuple(map(int, end.split("."))) for end in (low, high)]
    assert span.includes(semver(written(release))) == (ends[0] <= release < ends[1])
    assert span.includes(semver(low))
    assert not span.includes(semver(high))
    assert span.includes(semver(written(release, prerelease))) == (not prerelease and ends[0] <= release < ends[1])


@pytest.mark.parametrize("text", ["", "1.2", "^", "^1.", "^01", "~1.2.3-rc1", "^1.2.3.4", "^1 || ^2", "^\u0661", "=1"])
def test_what_is_no_range(text: str):
    assert parse_range(text) is None
