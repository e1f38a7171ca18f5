"""Whether a filter is small enough to be read at all: looked at token by token, and given up at the first too many."""

import re

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.filters.faults import fault

MAX_CHARACTERS = 200_000
MAX_TERMS = 200
DEEPEST = 50
MAX_TOKENS = 10_000
"""Most of them may be the values of an IN; reading one takes many times as long as counting it."""

# As in the grammar, and a quote that is never closed. Characters of no token are left to it.
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]+`|['"`]|[\w:/-]+|[=!<>]+|[(),.]""")
_CONNECTIVES = frozenset({"and", "or", "not"})
_MAX_CONNECTIVES = 4 * MAX_TERMS
_STEPS = {"(": 1, ")": -1}
_QUOTES = frozenset("'\"`")
_PREDICATES = frozenset({"in", "like", "ilike", "rlike", "is"})


def check_size(text: str) -> None:
    """:raises InvalidArgument: it is too long, has too many terms or values, a lone quote, or is nested too deep."""
    if len(text) > MAX_CHARACTERS:
        raise InvalidArgument(f"The filter has {len(text)} characters; the limit is {MAX_CHARACTERS}.")
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
        if predicates > MAX_TERMS or connectives > _MAX_CONNECTIVES:
            raise InvalidArgument(f"The filter has more than {MAX_TERMS} terms; the limit is {MAX_TERMS}.")
        if count > MAX_TOKENS:
            raise InvalidArgument(f"The filter has more than {MAX_TOKENS} words, values and signs, which is the limit.")


def too_deep() -> InvalidArgument:
    return InvalidArgument(f"The filter is nested more than {DEEPEST} deep.")
