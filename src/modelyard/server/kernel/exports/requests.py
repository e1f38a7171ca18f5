"""Requests for a list as a file: all pages of the list, and then the file."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple, get_args, get_origin
from urllib.parse import urlencode

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.exports.files import to_csv, to_parquet
from modelyard.server.kernel.exports.shapes import Row, Shape
from modelyard.wire.base import Page

MAX_ROWS = 100_000
_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
_FORMATS = ("json", *_MEDIA_TYPES)

PARAMETERS: dict[str, Any] = {
    "parameters": [
        {
            "name": "format",
            "in": "query",
            "required": False,
            "schema": {"type": "string", "enum": list(_FORMATS), "default": "json"},
            "description": f"`csv` and `parquet` answer a file with all pages of the list, at most {MAX_ROWS:,} rows.",
        },
        {
            "name": "columns",
            "in": "query",
            "required": False,
            "schema": {"type": "array", "items": {"type": "string"}},
            "description": "The columns of such a file, e.g. `name` or `metrics.loss`; all when absent.",
        },
    ]
}
"""What a list takes besides its own, as OpenAPI describes it."""

NAMES = {"format": False, "columns": True}
"""The same, each with whether it may be given more than once."""


class Listed(NamedTuple):
    """What a list has: the type of its items, and the most of them on a page; None when it has no pages."""

    item: type[BaseModel]
    most: int | None


def listed(answer: Any, most: int | None) -> Listed | None:
    """What a list has whose answers are of that type; None when they are no list of objects."""
    if isinstance(answer, type) and issubclass(answer, BaseModel):
        (item,) = answer.__pydantic_generic_metadata__["args"] or (None,)
        if not issubclass(answer, Page) or most is None:
            return None
    elif get_origin(answer) is list:
        (item,), most = get_args(answer), None
    else:
        return None
    return Listed(item, most) if isinstance(item, type) and issubclass(item, BaseModel) else None


async def answer_file(request: Request, of: Listed, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """The file that is asked for, or what `answer` says where none is.

    :raises InvalidArgument: a format or a column that there is not, or more rows than a file may have.
    """
    given = [(name, value) for name, value in request.query_params.multi_items() if name not in NAMES]
    kind = request.query_params.get("format", "json")
    columns = request.query_params.getlist("columns")
    if kind not in _FORMATS:
        raise InvalidArgument(f"format: should be one of {', '.join(_FORMATS)}.")
    if kind == "json":
        if columns:
            raise InvalidArgument("columns: goes with `format=csv` and `format=parquet` only.")
        return await answer(request)
    shape = Shape(of.item, columns)
    rows: list[Row] = []
    async for items in _pages(request, of, given, answer):
        rows += [shape.row(item) for item in items]
        if len(rows) > MAX_ROWS:
            raise InvalidArgument(
                f"The list has more than {MAX_ROWS:,} rows, the most that a file may have.",
                hint="Choose fewer with a filter or a search.",
            )
    table = shape.table(rows)
    if kind == "csv":
        content = await asyncio.to_thread(to_csv, table)
    else:
        content = await asyncio.to_thread(to_parquet, table, request.app.state.settings.temporary_dir)
    name = f"{_name(request)}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=_MEDIA_TYPES[kind], headers=headers)


async def _pages(
    request: Request, of: Listed, given: list[tuple[str, str]], answer: Callable[[Request], Awaitable[Response]]
) -> AsyncIterator[list[dict[str, Any]]]:
    if of.most is None:
        yield json.loads(bytes((await answer(_with_query(request, given))).body))
        return
    asked = dict(given)
    left, token = _max_rows(asked.get("limit")), asked.get("page_token")
    given = [(name, value) for name, value in given if name not in ("limit", "page_token")]
    while True:
        page = [*given, ("limit", str(min(left, of.most))), *([("page_token", token)] if token else [])]
        body = json.loads(bytes((await answer(_with_query(request, page))).body))
        yield body["items"]
        token, left = body["next_page_token"], left - len(body["items"])
        if token is None or left <= 0:
            return


def _max_rows(limit: str | None) -> int:
    """Somebody who says how many rows wants no others; nobody gets more than a file may have, and one to tell."""
    if limit is None:
        return MAX_ROWS + 1
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:10]) <= MAX_ROWS):
        raise InvalidArgument(f"limit: should be a number from 1 to {MAX_ROWS:,}.")
    return int(limit)


def _with_query(request: Request, query: list[tuple[str, str]]) -> Request:
    return Request({**request.scope, "query_string": urlencode(query).encode()}, request.receive)


def _name(request: Request) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "_", request.url.path.rstrip("/").rpartition("/")[2]) or "table"
