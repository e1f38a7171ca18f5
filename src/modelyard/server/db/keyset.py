"""Sorted pages that continue after a row, whatever the number of rows before it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_

from modelyard.server.kernel.pages import decode_token, encode_token

Order = Literal["asc", "desc"]


@dataclass(frozen=True, slots=True)
class Sort:
    """Sorted by `key`, rows without it last in either order; `tie` is unique and decides between equals."""

    key: ColumnElement[Any]
    tie: ColumnElement[Any]
    order: Order
    nullable: bool = False


def fetch_page(
    connection: Connection,
    statement: Select[Any],
    sort: Sort,
    *,
    limit: int,
    page_token: str | None,
    query: str,
    position: Callable[[Row[Any]], tuple[Any, Any]],
) -> tuple[list[Row[Any]], str | None]:
    """The rows of a page and the token of the next. `position` reads key and tie from a row."""
    if page_token is not None:
        statement = statement.where(_after(sort, decode_token(page_token, query)))
    descending = sort.order == "desc"
    keys = [sort.key.desc(), sort.tie.desc()] if descending else [sort.key.asc(), sort.tie.asc()]
    if sort.nullable:
        keys.insert(0, sort.key.is_(None).asc())
    rows = list(connection.execute(statement.order_by(*keys).limit(limit + 1)))
    token = encode_token(position(rows[limit - 1]), query) if len(rows) > limit else None
    return rows[:limit], token


def _after(sort: Sort, position: list[Any]) -> ColumnElement[bool]:
    value, tie = position
    descending = sort.order == "desc"
    tie_after = sort.tie < tie if descending else sort.tie > tie
    if value is None:
        return and_(sort.key.is_(None), tie_after)
    beyond = sort.key < value if descending else sort.key > value
    after = or_(beyond, and_(sort.key == value, tie_after))
    return or_(after, sort.key.is_(None)) if sort.nullable else after
