"""The tree that a filter is read into."""

from dataclasses import dataclass
from typing import Literal

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "LIKE", "ILIKE", "RLIKE"]
Value = str | int | float


@dataclass(frozen=True, slots=True)
class Field:
    """What a predicate is about: a key of a family, e.g. `metric` and `loss`, or `attribute` and `run_name`.

    Both are canonical: aliases are resolved by the vocabulary of the search.
    """

    family: str
    key: str


@dataclass(frozen=True, slots=True)
class Comparison:
    field: Field
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class Membership:
    field: Field
    values: tuple[Value, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class NullTest:
    """`negated` means IS NOT NULL."""

    field: Field
    negated: bool


@dataclass(frozen=True, slots=True)
class Not:
    """The complement: an object for which `term` does not hold, be it that it lacks the key."""

    term: "Expression"


@dataclass(frozen=True, slots=True)
class And:
    """At least two terms, none of them an And."""

    terms: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least two terms, none of them an Or."""

    terms: tuple["Expression", ...]


Predicate = Comparison | Membership | NullTest
Expression = Predicate | Not | And | Or
