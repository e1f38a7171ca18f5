"""How numbers, dates and booleans are written. It needs no library, so that reading a table is quick to start."""

import re
from collections.abc import Sequence
from typing import Literal

TRUE_TEXTS = frozenset({"true", "t", "yes", "y", "1", "on"})
FALSE_TEXTS = frozenset({"false", "f", "no", "n", "0", "off"})

NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
NO_DIGITS = r"[+-]?(?:inf|infinity|nan)"
ISO_DATE = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
ISO_TIME = r"[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
ISO_ZONE = r" ?(?:Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)"
SPACES = (" ", "\u00a0", "\u202f")
"""Spaces that part thousands; the first stands for all."""


INTEGERS = re.compile(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT)")
FLOATS = re.compile(r"FLOAT|DOUBLE|DECIMAL.*")

Kind = Literal["number", "boolean", "date", "text"]


def kind_of(data_type: str) -> Kind:
    """What values of a stored type are."""
    if data_type == "BOOLEAN":
        return "boolean"
    if data_type == "DATE" or data_type.startswith("TIMESTAMP"):
        return "date"
    return "number" if INTEGERS.fullmatch(data_type) or FLOATS.fullmatch(data_type) else "text"


def plain_number(text: str, mark: str, grouping: str | None, affixes: Sequence[str]) -> str:
    """The text of a number without currency and percent signs and marks between thousands, and with a decimal point."""
    text = text.strip()
    if affixes:
        text = re.sub(prefix_pattern(affixes), r"\1\2", text)
        text = re.sub(suffix_pattern(affixes), "", text)
    if grouping == SPACES[0]:
        for space in SPACES[1:]:
            text = text.replace(space, grouping)
    if grouping is not None and re.fullmatch(grouped_pattern(mark, grouping), text):
        text = text.replace(grouping, "").replace(mark, ".")
    elif mark != "." and re.fullmatch(marked_pattern(mark), text):
        text = text.replace(mark, ".")
    return text


def prefix_pattern(affixes: Sequence[str]) -> str:
    return rf"^([+-]?) ?(?:{_any_of(affixes)}) ?([+-]?)"


def suffix_pattern(affixes: Sequence[str]) -> str:
    return rf" ?(?:{_any_of(affixes)})$"


def grouped_pattern(mark: str, grouping: str) -> str:
    """Of numbers with marks between thousands."""
    return rf"[+-]?[0-9]{{1,3}}(?:{re.escape(grouping)}[0-9]{{3}})+(?:{re.escape(mark)}[0-9]*)?"


def marked_pattern(mark: str) -> str:
    """Of numbers with a decimal mark that is no point."""
    return rf"[+-]?[0-9]*{re.escape(mark)}[0-9]*(?:[eE][+-]?[0-9]+)?"


def _any_of(texts: Sequence[str]) -> str:
    return "|".join(re.escape(text) for text in texts)
