"""Numbers that are written as text: with currency or percent signs, marks between thousands, or a decimal comma."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from modelyard.wire.datasets import ColumnFormat
from modelyard.worker.inference.texts import NUMBER, SPACES, plain_number

_SIGNS = r"US\$|A\$|C\$|HK\$|R\$|[$€£¥₹%]|USD|EUR|GBP|CHF|JPY|kr"
_SHAPE = re.compile(
    rf"([+-]?) ?(?P<before>{_SIGNS})? ?([+-]?)"
    r"(?P<body>[0-9][0-9.,' \u00a0\u202f]*(?:[eE][+-]?[0-9]+)?|[.,][0-9]+)"
    rf" ?(?P<after>{_SIGNS})?"
)
_LEADING_ZERO = re.compile(r"0[0-9]+")
_MARKS = ((".", None), (".", ","), (",", None), (",", "."), (".", SPACES[0]), (",", SPACES[0]), (".", "'"))
"""Decimal mark and mark between thousands, the likeliest first."""


@dataclass(frozen=True, slots=True)
class NumberGuess:
    """Ways in which all of a sample are numbers, the likeliest first; `is_plain` if they are written as usual."""

    formats: list[ColumnFormat]
    is_plain: bool


def guess_numbers(
    texts: Collection[str], *, comma_is_likely: bool = False, codes_too: bool = False
) -> NumberGuess | None:
    """How texts, none of which means a missing value, are numbers; None where some are none.

    Digits behind a zero, and numbers that all have a plus in front, are codes: numbers only if `codes_too`.
    """
    matches = [_SHAPE.fullmatch(text.strip()) for text in texts]
    found = [match for match in matches if match is not None]
    if not found or len(found) < len(matches):
        return None
    bodies = [match["body"].strip() for match in found]
    signs = [match["before"] or match["after"] for match in found]
    affixes = sorted({sign for sign in signs if sign is not None})
    if len(affixes) > 1 or (affixes == ["%"] and None in signs):
        return None
    if not codes_too and _are_codes(found, bodies, affixes):
        return None
    formats = [
        ColumnFormat(decimal=mark, grouping=grouping, affixes=affixes)
        for mark, grouping in _likely_marks(comma_is_likely=comma_is_likely)
        if all(re.fullmatch(NUMBER, plain_number(body, mark, grouping, ())) for body in bodies)
        and (grouping is None or any(grouping in _with_plain_spaces(body) for body in bodies))
    ]
    is_plain = not affixes and bool(formats) and formats[0].decimal == "." and formats[0].grouping is None
    return NumberGuess(formats, is_plain) if formats else None


def _are_codes(found: list[re.Match[str]], bodies: list[str], affixes: list[str]) -> bool:
    if all(match[1] == "+" for match in found):
        return True
    if affixes:
        return False
    # Groups of digits in every value are rather those of a telephone or an account.
    grouped = all(" " in _with_plain_spaces(body) for body in bodies)
    return grouped or any(_LEADING_ZERO.fullmatch(body) for body in bodies)


def _likely_marks(*, comma_is_likely: bool) -> list[tuple[str, str | None]]:
    marks = list(_MARKS)
    if comma_is_likely:
        marks.sort(key=lambda pair: (pair != (".", None), pair[0] != ","))
    return marks


def _with_plain_spaces(text: str) -> str:
    for space in SPACES[1:]:
        text = text.replace(space, SPACES[0])
    return text
