"""Semantic versions, as semver.org 2.0.0 defines them, and ranges of them."""

import re
from typing import NamedTuple

_VERSION = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*))?"
    r"(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?",
    re.ASCII,
)
_RANGE = re.compile(r"([\^~])(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?(?:\.(0|[1-9]\d*))?", re.ASCII)

_MAX_LENGTH = 100


class Semver(NamedTuple):
    """A semantic version; a build, which says nothing about precedence, is left out."""

    major: int
    minor: int
    patch: int
    prerelease: tuple[str, ...] = ()

    def __lt__(self, other: object) -> bool:
        return self._rank() < other._rank() if isinstance(other, Semver) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self._rank() <= other._rank() if isinstance(other, Semver) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self._rank() > other._rank() if isinstance(other, Semver) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self._rank() >= other._rank() if isinstance(other, Semver) else NotImplemented

    def __str__(self) -> str:
        text = f"{self.major}.{self.minor}.{self.patch}"
        return f"{text}-{'.'.join(self.prerelease)}" if self.prerelease else text

    def _rank(self) -> tuple[int, int, int, bool, list[tuple[bool, int, str]]]:
        parts = [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in self.prerelease]
        return self.major, self.minor, self.patch, not self.prerelease, parts


class Range(NamedTuple):
    """From `low` up to, not including, `high`; releases only."""

    low: Semver
    high: Semver

    def includes(self, version: Semver) -> bool:
        return not version.prerelease and self.low <= version < self.high


def parse_semver(text: str) -> Semver | None:
    """None when the text is not a semantic version."""
    match = _VERSION.fullmatch(text)
    if match is None or len(text) > _MAX_LENGTH:
        return None
    major, minor, patch, prerelease, _ = match.groups()
    return Semver(int(major), int(minor), int(patch), tuple(prerelease.split(".")) if prerelease else ())


def parse_range(text: str) -> Range | None:
    """`^1.2` takes compatible versions, `~1.2.3` takes patches; None when the text is not a range.

    As package managers read them: `^1.2` is 1.2.0 up to 2, `^0.2` is 0.2.0 up to 0.3, `~1.2` is 1.2.0 up to 1.3, and
    `~1` is 1.0.0 up to 2.
    """
    match = _RANGE.fullmatch(text)
    if match is None or len(text) > _MAX_LENGTH:
        return None
    mark, *numbers = match.groups()
    major, minor, patch = (int(number or 0) for number in numbers)
    low = Semver(major, minor, patch)
    if mark == "~":
        return Range(low, Semver(major, minor + 1, 0) if numbers[1] is not None else Semver(major + 1, 0, 0))
    if major > 0 or numbers[1] is None:
        return Range(low, Semver(major + 1, 0, 0))
    if minor > 0 or numbers[2] is None:
        return Range(low, Semver(0, minor + 1, 0))
    return Range(low, Semver(0, 0, patch + 1))
