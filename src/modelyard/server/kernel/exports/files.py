"""Tables as bytes of CSV and Parquet."""

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from modelyard.server.kernel.exports.shapes import Cell, ExportTable, Kind

_NEEDS_QUOTES = re.compile(r'[",\r\n]|^\s|\s$|^$')
_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.MOMENT: "TIMESTAMPTZ",
}


def to_csv(table: ExportTable) -> bytes:
    """UTF-8 with a header, as RFC 4180 has it. What is absent is empty; an empty text has quotes."""
    return "".join(_lines(table)).encode("utf-8", "replace")


def to_parquet(table: ExportTable, scratch: Path) -> bytes:
    """A file with a type for each column. `scratch` is a folder for what is written on the way."""
    import duckdb  # noqa: PLC0415 - it takes memory and time that most requests need not spend

    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="export-", dir=scratch) as folder:
        source, target = Path(folder) / "table.csv", Path(folder) / "table.parquet"
        source.write_bytes(to_csv(table))
        # Columns are called by their place on the way: two names may differ in case alone.
        places = {f"c{index}": _TYPES[column.kind] for index, column in enumerate(table.columns)}
        shown = ", ".join(f"c{index} AS {_quoted(name)}" for index, name in enumerate(_distinct(table)))
        with duckdb.connect(config={"threads": 1, "memory_limit": "512MiB"}) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"SET allowed_directories = [{_literal(folder)}]")
            connection.execute("SET enable_external_access = false")
            read = f"read_csv({_literal(str(source))}, header = true, auto_detect = false, delim = ',', quote = '\"', "
            read += f"escape = '\"', nullstr = '', allow_quoted_nulls = false, columns = {_struct(places)}, "
            read += f"max_line_size = {max(2_097_152, source.stat().st_size)})"
            connection.execute(
                f"COPY (SELECT {shown} FROM {read}) TO {_literal(str(target))} (FORMAT parquet)"  # noqa: S608
            )
        return target.read_bytes()


def _lines(table: ExportTable) -> Iterator[str]:
    names = [column.name for column in table.columns]
    yield ",".join(map(_cell, names)) + "\r\n"
    for row in table.rows:
        yield ",".join(_cell(row.get(name)) for name in names) + "\r\n"


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def _distinct(table: ExportTable) -> list[str]:
    """Names that differ in more than case, as the readers of such files need them."""
    seen: set[str] = set()
    names = []
    for column in table.columns:
        name, number = column.name, 2
        while name.casefold() in seen:
            name, number = f"{column.name} ({number})", number + 1
        seen.add(name.casefold())
        names.append(name)
    return names


def _struct(columns: dict[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {_literal(kind)}" for name, kind in columns.items()) + "}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
