"""Orders of a search: `metrics.loss DESC`, in the same words as filters."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.filters.faults import fault
from modelyard.server.kernel.filters.nodes import Field
from modelyard.server.kernel.filters.resolution import Word, resolve_field
from modelyard.server.kernel.filters.vocabulary import Kind, Vocabulary

_DIRECTION = re.compile(r"\s+(asc|desc)\s*$", re.IGNORECASE)
_WORD = re.compile(r"""\s*(?:`([^`]+)`|"((?:[^"]|"")+)"|([^\s.`"]+))\s*(\.|$)""")

_MAX_TERMS = 20
"""Each joins a table, and a database joins no more than a few dozen."""
_MAX_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class OrderTerm:
    field: Field
    kind: Kind
    descending: bool


def parse_order(items: Iterable[str], vocabulary: Vocabulary) -> tuple[OrderTerm, ...]:
    """The terms of an order, the first the most important.

    :raises InvalidArgument: an unknown field, one that is named twice, or something else than a field and ASC or DESC.
    """
    terms: list[OrderTerm] = []
    for item in items:
        if len(terms) == _MAX_TERMS:
            raise InvalidArgument(f"The order names more than {_MAX_TERMS} fields, which is the limit.")
        if len(item) > _MAX_LENGTH:
            raise InvalidArgument(f"The order has {len(item)} characters in one field; the limit is {_MAX_LENGTH}.")
        term = _parse(item, vocabulary)
        if any(term.field == other.field for other in terms):
            raise InvalidArgument(f"The order names a field twice: {item!r}.")
        terms.append(term)
    return tuple(terms)


def _parse(item: str, vocabulary: Vocabulary) -> OrderTerm:
    direction = _DIRECTION.search(item)
    text = item[: direction.start()] if direction else item
    if "\0" in text:
        raise fault(item, text.index("\0"), "The order contains the character NUL")
    if not text.strip():
        raise fault(item, 0, "The order names no field")
    words: list[Word] = []
    position = 0
    while position < len(text):
        match = _WORD.match(text, position)
        if match is None:
            raise fault(item, position, f"The order {item!r} is not a field with ASC or DESC after it")
        quoted, double, plain = match.group(1, 2, 3)
        words.append(Word(quoted or (double or "").replace('""', '"') or plain, match.start()))
        position = match.end()
    if text.rstrip().endswith("."):
        raise fault(item, len(text) - 1, "The key is empty")
    field, kind = resolve_field(item, words, vocabulary)
    if field.family not in vocabulary.sorts_by:
        raise fault(item, words[0].position, f"Nothing here is sorted by {field.family} {field.key!r}")
    return OrderTerm(field, kind, direction is not None and direction.group(1).lower() == "desc")
