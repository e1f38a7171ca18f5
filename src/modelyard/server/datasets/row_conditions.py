"""Conditions on the rows of a stored table: comparisons of columns, and a text that any column holds."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.wire.datasets import Column

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
OPERATORS = (*COMPARISONS, "contains", "missing", "present")
_WITHOUT_VALUE = ("missing", "present")
_MAX_CONDITIONS = 20
_SHAPE = 'Write each as a JSON list: ["age", ">=", "30"], or ["age", "missing"].'


class Condition(NamedTuple):
    column: Column
    operator: str
    value: str


@dataclass(frozen=True)
class RowConditions:
    """The conditions as SQL, with their values; `casts` are the values that must have the type of a column."""

    sql: str = "TRUE"
    values: dict[str, str] = field(default_factory=dict)
    casts: tuple[tuple[str, Column], ...] = ()

    @property
    def is_all(self) -> bool:
        return self.sql == "TRUE"


def read_conditions(texts: Sequence[str], columns: Sequence[Column]) -> list[Condition]:
    """:raises InvalidArgument: one cannot be read, or names no column of the table."""
    if len(texts) > _MAX_CONDITIONS:
        raise InvalidArgument(f"At most {_MAX_CONDITIONS} conditions can be combined.")
    by_name = {column.name: column for column in columns}
    return [_read(text, by_name) for text in texts]


def _read(text: str, columns: dict[str, Column]) -> Condition:
    try:
        parts: Any = json.loads(text)
    except (ValueError, RecursionError):
        parts = None
    is_list = isinstance(parts, list) and 2 <= len(parts) <= 3 and all(isinstance(part, str) for part in parts)
    if not is_list:
        raise InvalidArgument(f"The condition {text[:100]!r} cannot be read.", hint=_SHAPE)
    name, operator, value = (*parts, "")[:3]
    if name not in columns:
        raise InvalidArgument(f"There is no column {name[:100]!r} to filter by.", hint="Names are case-sensitive.")
    if operator not in OPERATORS:
        raise InvalidArgument(f"There is no operator {operator[:100]!r}.", hint=f"Use one of {', '.join(OPERATORS)}.")
    if (len(parts) == 2) != (operator in _WITHOUT_VALUE):
        raise InvalidArgument(f"The condition {text[:100]!r} has no value, or one too many.", hint=_SHAPE)
    return Condition(columns[name], operator, value)


def to_row_conditions(conditions: Sequence[Condition], search: str, columns: Sequence[Column]) -> RowConditions:
    """All of the conditions, and the text in any of the columns, in any case."""
    parts: list[str] = []
    values: dict[str, str] = {}
    casts: list[tuple[str, Column]] = []
    for index, (column, operator, value) in enumerate(conditions):
        name, stored = f"value{index}", f"stored.{quoted(column.name)}"
        if operator in _WITHOUT_VALUE:
            parts.append(f"{stored} IS {'' if operator == 'missing' else 'NOT '}NULL")
            continue
        values[name] = value
        if operator == "contains":
            parts.append(_contains(stored, name))
        elif operator in ("=", "!=") and column.data_type == "VARCHAR":
            parts.append(f"{stored} {operator} ${name}")
        else:
            casts.append((name, column))
            parts.append(f"{stored} {operator} CAST(${name} AS {column.data_type})")
    if search:
        values["search"] = search
        parts.append(
            "(" + " OR ".join(_contains(f"stored.{quoted(column.name)}", "search") for column in columns) + ")"
        )
    return RowConditions(" AND ".join(parts) or "TRUE", values, tuple(casts))


def _contains(stored: str, name: str) -> str:
    return f"contains(lower(CAST({stored} AS VARCHAR)), lower(${name}))"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
