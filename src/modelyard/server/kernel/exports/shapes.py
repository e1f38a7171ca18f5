"""Items of a list as a table: one row each, with a column for every value that is no object."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.parameters import allowed, unknown

Cell = str | int | float | bool | None
Row = dict[str, Cell]

_NOT_FINITE = frozenset({"NaN", "Infinity", "-Infinity"})
_MAX_INTEGER = 2**63 - 1


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    MOMENT = "moment"


class ExportColumn(NamedTuple):
    name: str
    kind: Kind


class ExportTable(NamedTuple):
    columns: list[ExportColumn]
    rows: list[Row]


class Shape:
    """How items of a type become rows; only the columns that are wanted are kept, all when none is named."""

    def __init__(self, item: type[BaseModel], wanted: Sequence[str]) -> None:
        """:raises InvalidArgument: a column that items of the type do not have."""
        self._item = item
        self._wanted = list(dict.fromkeys(wanted))
        self._order = {name: index for index, name in enumerate(item.model_fields)}
        for name in self._wanted:
            if _annotation(item, name.split(".")) is None:
                raise InvalidArgument(
                    f"columns: {unknown(f'column {name[:100]!r}', name, self._order)}.".replace("?.", "?"),
                    hint=allowed("columns", self._order) + " What is inside of one follows after a point.",
                )

    def row(self, item: Mapping[str, Any]) -> Row:
        row: Row = {}
        for name, value in item.items():
            _flatten(name, value, row)
        if not self._wanted:
            return row
        return {name: cell for name, cell in row.items() if any(_is_in(name, wanted) for wanted in self._wanted)}

    def table(self, rows: list[Row]) -> ExportTable:
        """The columns in the order in which they are wanted, else in the order of the type's fields."""
        seen = dict.fromkeys(name for row in rows for name in row)
        # What is absent in some rows and an object in others has no values of its own.
        parents = {name.rpartition(".")[0] for name in seen}
        names = [name for name in seen if name not in parents]
        if self._wanted:
            names = [column for wanted in self._wanted for column in self._columns_of(wanted, names)]
        else:
            # Lists of nothing have their columns too, as far as they are known.
            simple = [name for name in self._order if not rows and not _is_object(self._item, name)]
            names = [*simple, *sorted(names, key=self._place)]
        return ExportTable([ExportColumn(name, self._kind(name, rows)) for name in dict.fromkeys(names)], rows)

    def _columns_of(self, wanted: str, names: Iterable[str]) -> list[str]:
        found = sorted((name for name in names if _is_in(name, wanted)), key=self._place)
        is_value = not _is_object(self._item, wanted)
        return found or ([wanted] if is_value else [])

    def _place(self, name: str) -> tuple[int, str]:
        first = name.partition(".")[0]
        return self._order.get(first, len(self._order)), name

    def _kind(self, name: str, rows: Sequence[Row]) -> Kind:
        cells = [cell for row in rows if (cell := row.get(name)) is not None]
        annotations = _parts(_annotation(self._item, name.split(".")))
        if datetime in annotations:
            return Kind.MOMENT
        if cells and all(isinstance(cell, bool) for cell in cells):
            return Kind.BOOLEAN
        if float in annotations and all(_is_number(cell) for cell in cells):
            return Kind.NUMBER
        if cells and all(isinstance(cell, int) and not isinstance(cell, bool) for cell in cells):
            within = all(abs(cell) <= _MAX_INTEGER for cell in cells if isinstance(cell, int))
            return Kind.INTEGER if within else Kind.TEXT
        return Kind.NUMBER if cells and all(isinstance(cell, int | float) for cell in cells) else Kind.TEXT


def _flatten(name: str, value: Any, row: Row) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _flatten(f"{name}.{key}", inner, row)
    elif isinstance(value, list):
        row[name] = json.dumps(value, ensure_ascii=False)
    else:
        row[name] = value


def _is_in(name: str, wanted: str) -> bool:
    return name == wanted or name.startswith(f"{wanted}.")


def _is_number(cell: Cell) -> bool:
    return cell in _NOT_FINITE if isinstance(cell, str) else isinstance(cell, int | float)


def _is_object(item: type[BaseModel], name: str) -> bool:
    """Whether a column stands for others: an object, or values by key."""
    parts = _parts(_annotation(item, name.split(".")))
    return any(get_origin(part) is dict or (isinstance(part, type) and issubclass(part, BaseModel)) for part in parts)


def _annotation(kind: Any, path: Sequence[str]) -> Any:
    """The type of what a path leads to; None when it leads nowhere."""
    if not path:
        return kind
    for part in _parts(kind):
        if isinstance(part, type) and issubclass(part, BaseModel) and path[0] in part.model_fields:
            return _annotation(part.model_fields[path[0]].annotation, path[1:])
        if get_origin(part) is dict:
            # A key may have points of its own.
            return get_args(part)[1]
    return Any if Any in _parts(kind) else None


def _parts(kind: Any) -> list[Any]:
    """The members of a union, or the type itself."""
    if isinstance(kind, type) or get_origin(kind) in (dict, list) or kind is Any:
        return [kind]
    return [part for inner in get_args(kind) for part in _parts(inner)] or [kind]
