"""Whether a filter is small enough to be read at all: looked at token by token, and given up at the first too many."""

import re

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.filters.faults import fault

MOST_CHARACTERS = 200_000
MOST_TERMS = 200
DEEPEST = 50
MOST_TOKENS = 10_000
"""Most of them may be the values of an IN; reading one takes many times as long as counting it."""

# As in the grammar, and a quote that is never closed. Characters of no token are left to it.
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]+`|['"`]|[\w:/-]+|[=!<>]+|[(),.]""")
_CONNECTIVES = frozenset({"and", "or", "not"})
_MOST_CONNECTIVES = 4 * MOST_TERMS
_STEPS = {"(": 1, ")": -1}
_QUOTES = frozenset("'\"`")
_PREDICATES = frozenset({"in", "like", "ilike", "rlike", "is"})


def check_size(text: str) -> None:
    """:raises InvalidArgument: it is too long, has too many terms or values, a lone quote, or is nested too deep."""
    if len(text) > MOST_CHARACTERS:
        raise InvalidArgument(f"The filter has {len(text)} characters; the limit is {MOST_CHARACTERS}.")
    depth = predicates = connectives = 0
    before = ""
    for count, match in enumerate(_TOKEN.finditer(text), 1):
        token = match[0]
        word = token.lower() if before != "." and len(token) < 6 else ""
        before = token
        if token in _QUOTES:
            raise fault(text, match.start(), f"The quote {token} is never closed")
        depth += _STEPS.get(token, 0)
        predicates += token[0] in "=!<>" or word in _PREDICATES
        connectives += word in _CONNECTIVES
        if depth > DEEPEST:
            raise too_deep()
        if predicates > MOST_TERMS or connectives > _MOST_CONNECTIVES:
            raise InvalidArgument(f"The filter has more than {MOST_TERMS} terms; the limit is {MOST_TERMS}.")
        if count > MOST_TOKENS:
            raise InvalidArgument(
                f"The filter has more than {MOST_TOKENS} words, values and signs, which is the limit."
            )


def too_deep() -> InvalidArgument:
    return InvalidArgument(f"The filter is nested more than {DEEPEST} deep.")
