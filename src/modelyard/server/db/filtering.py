"""From a filter's tree, and from the order of a list, to the text of SQL."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.filters import And, Comparison, Expression, Membership, Not, NullTest, Or

Keys = list[tuple[str, bool]]
"""Columns to sort by, never null, each with whether it descends."""


class Sql(NamedTuple):
    """A piece of a statement and the values of its placeholders."""

    text: str
    values: tuple[object, ...]


def compile_condition(expression: Expression, predicate: Callable[[Comparison | Membership | NullTest], Sql]) -> Sql:
    """Joins what `predicate` makes of each predicate."""
    if isinstance(expression, Not):
        inner = compile_condition(expression.term, predicate)
        return Sql(f"NOT ({inner.text})", inner.values)
    if isinstance(expression, And | Or):
        parts = [compile_condition(term, predicate) for term in expression.terms]
        word = " AND " if isinstance(expression, And) else " OR "
        joined = word.join(f"({part.text})" for part in parts)
        return Sql(joined, tuple(value for part in parts for value in part.values))
    return predicate(expression)


def compare(column: str, node: Comparison | Membership, *, is_sqlite: bool) -> Sql:
    """`column` compared as the node says; LIKE minds the case, ILIKE does not, on both dialects."""
    if isinstance(node, Membership):
        word = "NOT IN" if node.negated else "IN"
        return Sql(f"{column} {word} ({placeholders(len(node.values))})", node.values)
    if node.operator == "LIKE":
        if is_sqlite:
            return Sql(f"{column} GLOB ?", (_as_glob(str(node.value)),))
        return Sql(f"{column} LIKE ? ESCAPE ''", (node.value,))
    if node.operator == "ILIKE":
        if is_sqlite:
            return Sql(f"{column} LIKE ?", (node.value,))
        return Sql(f"{column} ILIKE ? ESCAPE ''", (node.value,))
    operator = "<>" if node.operator == "!=" else node.operator
    return Sql(f"{column} {operator} ?", (node.value,))


def terms_of(expression: Expression | None) -> tuple[Expression, ...]:
    """What must all hold."""
    if expression is None:
        return ()
    return expression.terms if isinstance(expression, And) else (expression,)


def name_contains(raw: Raw, column: str, text: str) -> Sql:
    """Whether a name has a text in it, whatever the case of ASCII letters."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    operator = "LIKE" if raw.is_sqlite else "ILIKE"
    return Sql(f"{column} {operator} ? ESCAPE '\\'", (f"%{escaped}%",))


def order_by(keys: Sequence[tuple[str, bool]]) -> str:
    """`keys` are columns that are never null, each with whether it descends."""
    return ", ".join(f"{column} {'DESC' if descending else 'ASC'}" for column, descending in keys)


def after(keys: Sequence[tuple[str, bool]], position: Sequence[Any]) -> Sql:
    """Only rows that come after a position: greater in the first key that differs."""
    text = ""
    values: list[object] = []
    for (column, descending), value in reversed(list(zip(keys, position, strict=True))):
        operator = "<" if descending else ">"
        if text:
            text = f"{column} {operator} ? OR ({column} = ? AND ({text}))"
            values = [value, value, *values]
        else:
            text = f"{column} {operator} ?"
            values = [value]
    return Sql(text, tuple(values))


def _as_glob(pattern: str) -> str:
    """SQLite's LIKE ignores case, its GLOB does not."""
    special = {"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}
    return "".join(special.get(character, character) for character in pattern)
