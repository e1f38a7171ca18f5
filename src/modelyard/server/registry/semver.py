"""Semantic versions, as semver.org 2.0.0 defines them, and ranges of them."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from semver import Version

Semver: TypeAlias = Version
Core: TypeAlias = tuple[int, int, int]

_RANGE = re.compile(r"([\^~])(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?(?:\.(0|[1-9]\d*))?", re.ASCII)

_MAX_LENGTH = 100
_MAX_CACHED = 16_384
"""Texts whose meaning is remembered: a range is resolved by reading every semantic version of a model."""


@dataclass(frozen=True)
class Range:
    """From `low` up to, not including, `high`; releases only."""

    low: Semver
    high: Semver

    def includes(self, version: Semver) -> bool:
        return not version.prerelease and self.low <= version < self.high


@lru_cache(maxsize=_MAX_CACHED)
def parse_semver(text: str) -> Semver | None:
    """The version without its build, which says nothing about precedence; None when the text is no semantic version."""
    if len(text) > _MAX_LENGTH:
        return None
    try:
        return Version.parse(text).replace(build=None)
    except ValueError:
        return None


@lru_cache(maxsize=_MAX_CACHED)
def parse_release(text: str) -> Core | None:
    """The three numbers of a release; None for a prerelease and for what is no semantic version."""
    version = parse_semver(text)
    return None if version is None or version.prerelease else core_of(version)


def core_of(version: Semver) -> Core:
    """The three numbers, which compare faster than versions do."""
    return version.major, version.minor, version.patch


@lru_cache(maxsize=_MAX_CACHED)
def parse_range(text: str) -> Range | None:
    """`^1.2` takes compatible versions, `~1.2.3` takes patches; None when the text is not a range.

    As package managers read them: `^1.2` is 1.2.0 up to 2, `^0.2` is 0.2.0 up to 0.3, `~1.2` is 1.2.0 up to 1.3, and
    `~1` is 1.0.0 up to 2.
    """
    match = _RANGE.fullmatch(text)
    if match is None or len(text) > _MAX_LENGTH:
        return None
    mark, *numbers = match.groups()
    low = Version(*(int(number or 0) for number in numbers))
    if mark == "~":
        return Range(low, low.bump_major() if numbers[1] is None else low.bump_minor())
    if low.major > 0 or numbers[1] is None:
        return Range(low, low.bump_major())
    if low.minor > 0 or numbers[2] is None:
        return Range(low, low.bump_minor())
    return Range(low, low.bump_patch())
