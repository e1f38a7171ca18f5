"""From text to tree, in time linear in the text."""

from functools import lru_cache

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.filters.faults import fault
from modelyard.server.kernel.filters.nodes import And, Expression, Not, Or
from modelyard.server.kernel.filters.size import DEEPEST, MAX_TERMS, check_size, too_deep
from modelyard.server.kernel.filters.vocabulary import Vocabulary

_MAX_CACHED_LENGTH = 2000


def parse_filter(text: str, vocabulary: Vocabulary) -> Expression | None:
    """The tree of a filter, or None for an empty one. Reading a long one takes its time: not on the event loop.

    :raises InvalidArgument: wrong syntax, field, operator or type; the message points at the character.
    """
    return _parse_short(text, vocabulary) if len(text) <= _MAX_CACHED_LENGTH else _parse(text, vocabulary)


@lru_cache(maxsize=1024)
def _parse_short(text: str, vocabulary: Vocabulary) -> Expression | None:
    return _parse(text, vocabulary)


def _parse(text: str, vocabulary: Vocabulary) -> Expression | None:
    if not text.strip():
        return None
    check_size(text)
    if "\0" in text:
        raise fault(text, text.index("\0"), "The filter contains the character NUL")
    # Making the parser takes longer than any of its answers, and nobody may ask for one.
    from modelyard.server.kernel.filters.grammar import build_tree  # noqa: PLC0415

    try:
        expression = build_tree(text, vocabulary)
    except RecursionError:
        raise too_deep() from None
    _check_tree(expression)
    return expression


def _check_tree(expression: Expression) -> None:
    """Bounds what is made of the tree later: SQL with as many terms and as deep."""
    count = 0
    level: list[Expression] = [expression]
    depth = 0
    while level:
        depth += 1
        count += len(level)
        following: list[Expression] = []
        for node in level:
            if isinstance(node, And | Or):
                following.extend(node.terms)
            elif isinstance(node, Not):
                following.append(node.term)
        level = following
    if depth > DEEPEST:
        raise InvalidArgument(f"The filter is nested {depth} deep; the limit is {DEEPEST}.")
    if count > MAX_TERMS:
        raise InvalidArgument(f"The filter has {count} terms; the limit is {MAX_TERMS}.")
