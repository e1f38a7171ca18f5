"""Lark's LALR parser of the grammar, and what it says of a text that is not in it."""

import math
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedEOF, UnexpectedToken
from lark.exceptions import VisitError

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.filters.faults import fault
from modelyard.server.kernel.filters.nodes import (
    And,
    Comparison,
    Expression,
    Field,
    Membership,
    Not,
    NullTest,
    Or,
    Value,
)
from modelyard.server.kernel.filters.resolution import Word, resolve_field
from modelyard.server.kernel.filters.vocabulary import Kind, Vocabulary
from modelyard.server.kernel.patterns import pattern_fault

_GRAMMAR = Lark(
    (Path(__file__).parent / "filter.lark").read_text(encoding="utf-8"),
    parser="lalr",
    lexer="contextual",
    maybe_placeholders=False,
)

_EXPECTED = {
    "_AND": "AND",
    "_OR": "OR",
    "_NOT": "NOT",
    "_IS": "IS",
    "_NULL": "NULL",
    "IN": "IN",
    "LIKE": "LIKE",
    "NAME": "a field",
    "SINGLE": "a quoted value",
    "NUMBER": "a number",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": ",",
    "$END": "the end",
}


def build_tree(text: str, vocabulary: Vocabulary) -> Expression:
    """:raises InvalidArgument: wrong syntax, field, operator or type; the message points at the character.
    :raises RecursionError: terms within terms without end.
    """
    try:
        tree = _GRAMMAR.parse(text)
        expression: Expression = _Builder(text, vocabulary).transform(tree)
    except UnexpectedToken as error:
        raise _unexpected(text, error) from None
    except UnexpectedCharacters as error:
        raise _unreadable(text, error) from None
    except UnexpectedEOF:
        raise fault(text, len(text), "The filter is incomplete") from None
    except VisitError as error:
        raise error.orig_exc from None
    return expression


class _Builder(Transformer[Token, Expression]):
    """Lark calls the method that has a rule's name with what the rule's parts became."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._text = text
        self._vocabulary = vocabulary

    def start(self, parts: list[Any]) -> Expression:
        expression: Expression = parts[0]
        return expression

    def disjunction(self, parts: list[Any]) -> Expression:
        return Or(tuple(inner for part in parts for inner in (part.terms if isinstance(part, Or) else (part,))))

    def conjunction(self, parts: list[Any]) -> Expression:
        return And(tuple(inner for part in parts for inner in (part.terms if isinstance(part, And) else (part,))))

    def negation(self, parts: list[Any]) -> Expression:
        term: Expression = parts[0]
        return term.term if isinstance(term, Not) else Not(term)

    def comparison(self, parts: list[Any]) -> Expression:
        (field, kind), operator, (value, position) = parts
        name = operator.upper()
        self._check_operator(operator, name, field, kind)
        self._check_value(field, kind, name, value, position)
        if name == "RLIKE" and (reason := pattern_fault(str(value))) is not None:
            raise fault(self._text, position, f"The regular expression cannot be used: {reason}")
        return Comparison(field, name, value)

    def membership(self, parts: list[Any]) -> Expression:
        return self._members(parts, negated=False)

    def exclusion(self, parts: list[Any]) -> Expression:
        return self._members(parts, negated=True)

    def is_null(self, parts: list[Any]) -> Expression:
        return NullTest(parts[0][0], negated=False)

    def is_not_null(self, parts: list[Any]) -> Expression:
        return NullTest(parts[0][0], negated=True)

    def field(self, parts: list[Word]) -> tuple[Field, Kind]:
        return resolve_field(self._text, parts, self._vocabulary)

    def word(self, parts: list[Token]) -> Word:
        token = parts[0]
        position = token.start_pos or 0
        if token.type == "BACKTICKED":
            return Word(token[1:-1], position)
        if token.type == "DOUBLE":
            return Word(token[1:-1].replace('""', '"'), position)
        return Word(str(token), position)

    def value(self, parts: list[Token]) -> tuple[Value, int]:
        token = parts[0]
        position = token.start_pos or 0
        if token.type == "NUMBER":
            return self._number(token, position), position
        quote = token[0]
        return token[1:-1].replace(quote * 2, quote), position

    def _number(self, token: Token, position: int) -> int | float:
        try:
            whole = int(token)
        except ValueError:
            number = float(token)  # also of more digits than a whole number may have
            if math.isinf(number):
                raise fault(self._text, position, "The number is too large") from None
            return number
        if abs(whole) >= 2**63:
            raise fault(self._text, position, "The number is too large")
        return whole

    def _members(self, parts: list[Any], *, negated: bool) -> Expression:
        (field, kind), operator, *values = parts
        name = "NOT IN" if negated else "IN"
        self._check_operator(operator, name, field, kind)
        for value, position in values:
            self._check_value(field, kind, name, value, position)
        return Membership(field, tuple(value for value, _ in values), negated)

    def _check_value(self, field: Field, kind: Kind, operator: str, value: Value, position: int) -> None:
        if kind.takes(operator, value):
            return
        if isinstance(value, str):
            raise fault(self._text, position, f"{_shown(field)} is compared with a number, not with text")
        raise fault(
            self._text, position, f"{_shown(field)} is compared with text", f"Put the value in quotes: '{value}'."
        )

    def _check_operator(self, operator: Token, name: str, field: Field, kind: Kind) -> None:
        allowed = self._vocabulary.operators(kind)
        if name not in allowed:
            raise fault(
                self._text,
                operator.start_pos or 0,
                f"The operator {name} does not apply to {_shown(field)}, which is a {kind.value}",
                f"Use one of {', '.join(sorted(allowed))}.",
            )


def _shown(field: Field) -> str:
    return field.key if field.family == "attribute" else f"{field.family} {field.key!r}"


def _unexpected(text: str, error: UnexpectedToken) -> InvalidArgument:
    position = len(text) if error.token.type == "$END" else error.token.start_pos or 0
    return fault(text, position, _missing(text, position, error.accepts or error.expected))


def _unreadable(text: str, error: UnexpectedCharacters) -> InvalidArgument:
    position = error.pos_in_stream or 0
    character = text[position]
    if character in "'\"`":
        return fault(text, position, f"The quote {character} is never closed")
    hint = None if character.isspace() else "Put keys with odd characters in backticks and values in quotes."
    return fault(text, position, _missing(text, position, error.allowed or set()), hint)


def _missing(text: str, position: int, names: set[str]) -> str:
    """What was expected after the word before the position."""
    before = text[:position].split()
    return f"Expected {_expected(names)} " + (f"after `{before[-1][:50]}`" if before else "at the beginning")


def _expected(names: set[str]) -> str:
    if "COMPARATOR" in names:
        return "an operator"
    known = [shown for name, shown in _EXPECTED.items() if name in names]
    if len(known) > 1:
        return f"{', '.join(known[:-1])} or {known[-1]}"
    return known[0] if known else "something else"
