"""From text to tree, in time linear in the text."""

from functools import lru_cache

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.filters.faults import fault
from modelyard.server.kernel.filters.nodes import And, Expression, Not, Or
from modelyard.server.kernel.filters.vocabulary import Vocabulary

_LONGEST = 500_000
_MOST_TERMS = 200
_DEEPEST = 50


@lru_cache(maxsize=1024)
def parse_filter(text: str, vocabulary: Vocabulary) -> Expression | None:
    """The tree of a filter, or None for an empty one.

    :raises InvalidArgument: wrong syntax, field, operator or type; the message points at the character.
    """
    if not text.strip():
        return None
    if "\0" in text:
        raise fault(text, text.index("\0"), "The filter contains the character NUL")
    if len(text) > _LONGEST:
        raise InvalidArgument(f"The filter has {len(text)} characters; the limit is {_LONGEST}.")
    # Making the parser takes longer than any of its answers, and nobody may ask for one.
    from modelyard.server.kernel.filters.grammar import build_tree  # noqa: PLC0415

    try:
        expression = build_tree(text, vocabulary)
    except RecursionError:
        raise InvalidArgument(f"The filter is nested more than {_DEEPEST} deep.") from None
    _check_size(expression)
    return expression


def _check_size(expression: Expression) -> None:
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
    if depth > _DEEPEST:
        raise InvalidArgument(f"The filter is nested {depth} deep; the limit is {_DEEPEST}.")
    if count > _MOST_TERMS:
        raise InvalidArgument(f"The filter has {count} terms; the limit is {_MOST_TERMS}.")
