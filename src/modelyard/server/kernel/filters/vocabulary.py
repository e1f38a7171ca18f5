"""What a search may be about: its families of keys, its attributes, and the operators each of them takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from modelyard.server.kernel.filters.nodes import Value

_COMPARE = frozenset({"=", "!=", "<", "<=", ">", ">="})
_TEXT = frozenset({"=", "!=", "LIKE", "ILIKE"})
_EQUAL = frozenset({"=", "!="})
_IN = frozenset({"IN", "NOT IN"})
_NULL = frozenset({"IS NULL", "IS NOT NULL"})
_PATTERN = frozenset({"RLIKE"})


class Kind(Enum):
    """The type of a field's values and the operators it takes."""

    NUMBER = "number"
    TEXT = "text"
    EITHER = "number or text"
    NAME = "name"

    @property
    def operators(self) -> frozenset[str]:
        """Every operator that makes sense for the type."""
        return _OPERATORS[self] | _NULL

    def takes(self, operator: str, value: Value) -> bool:
        """Whether a value is of the type that the operator compares."""
        if self is Kind.EITHER and operator in _EQUAL:
            return True
        is_number = self is Kind.NUMBER or (self is Kind.EITHER and operator in _COMPARE)
        return isinstance(value, str) is not is_number


_OPERATORS = {
    Kind.NUMBER: _COMPARE | _IN,
    Kind.TEXT: _TEXT | _IN,
    Kind.EITHER: _COMPARE | _TEXT | _IN,
    Kind.NAME: frozenset({"=", "IN"}),
}


@dataclass(frozen=True, slots=True)
class Family:
    """Fields with free keys, e.g. the params of a run. `name` is the canonical one."""

    name: str
    kind: Kind


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The fields of one search. Compared by identity, so that parsed filters can be cached by it.

    `families` maps each prefix (`metrics`, `metric`, of two words `span.attributes`) to its family; `attributes` maps
    each name (`run_name`, `run name`) to its canonical name and kind; `attribute_prefixes` may stand before an
    attribute; `closed` maps a prefix to the only keys that it takes (`datasets.name`). With `patterns`, text takes
    regular expressions. `sorts_by` are the families that an order may name.
    """

    attributes: Mapping[str, tuple[str, Kind]]
    families: Mapping[str, Family] = field(default_factory=dict)
    attribute_prefixes: frozenset[str] = frozenset({"attribute", "attributes", "attr"})
    closed: Mapping[str, tuple[str, Mapping[str, Kind]]] = field(default_factory=dict)
    patterns: bool = False
    sorts_by: frozenset[str] = frozenset({"attribute"})

    def operators(self, kind: Kind) -> frozenset[str]:
        return kind.operators | _PATTERN if self.patterns and kind in (Kind.TEXT, Kind.EITHER) else kind.operators

    def describe(self) -> str:
        """The fields, for an error message."""
        names = sorted({name for name, _ in self.attributes.values()})
        prefixes = sorted({f"{family.name}s.<key>" for family in self.families.values()})
        closed = sorted(f"{prefix}.{key}" for prefix, (_, keys) in self.closed.items() for key in keys)
        return ", ".join([*names, *prefixes, *closed])
