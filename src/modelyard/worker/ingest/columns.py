"""Columns: their names, and the types in which they are stored."""

import re
from collections.abc import Iterator, Sequence

from modelyard.wire.errors import Problem
from modelyard.worker.ingest.failures import IngestError

ROW_NUMBER = "file_row_number"
"""What DuckDB calls the position of a row in a Parquet file; rows are paged by it."""

MISSING = ("", "NA", "N/A", "n/a", "#N/A", "NULL", "null")
"""Texts that mean a missing value in CSV."""

_MAX_NAME_LENGTH = 500

_KEPT = re.compile(
    r"BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT)|FLOAT|DOUBLE|DECIMAL\(\d+,\s*\d+\)|VARCHAR|DATE|TIMESTAMP"
    r"|TIMESTAMP WITH TIME ZONE"
)
_AS_DOUBLE = {"HUGEINT", "UHUGEINT", "BIGNUM"}
_AS_TIMESTAMP = {"TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
_NESTED = re.compile(r"STRUCT|MAP|UNION|VARIANT|.*\[\d*\]$", re.DOTALL)


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def with_first_names(names: Sequence[str]) -> list[str]:
    """Names for columns in front that have none, as those of an index that pandas wrote; every other needs its own."""
    taken = {name.strip().casefold() for name in names}
    named: list[str] = []
    for place, name in enumerate(names):
        if name.strip():
            return [*named, *names[place:]]
        named.append(next(each for each in _unnamed(place) if each not in taken))
        taken.add(named[-1])
    return list(names)


def was_unnamed(name: str) -> bool:
    """Whether `with_first_names` may have given this name."""
    return re.fullmatch(r"unnamed_[0-9]+_*", name) is not None


def _unnamed(place: int) -> Iterator[str]:
    name = f"unnamed_{place}"
    while True:
        yield name
        name += "_"


def check_names(names: Sequence[str], max_columns: int) -> list[str]:
    """The names, trimmed.

    :raises IngestError: there are too many, or some are empty, duplicate (whatever their case) or not text.
    """
    if len(names) > max_columns:
        raise IngestError(
            f"The table has {len(names):,} columns, the limit is {max_columns:,}.",
            hint="Leave columns out, or raise the server's setting max_columns.",
        )
    trimmed = [name.strip() for name in names]
    seen: dict[str, int] = {}
    problems = []
    for position, name in enumerate(trimmed, start=1):
        fault = _name_fault(name)
        earlier = seen.setdefault(name.casefold(), position)
        if fault is None and earlier != position:
            fault = f"{name!r} is the name of column {earlier} already (upper and lower case count as the same)"
        if fault is not None:
            problems.append(Problem(path=f"column {position}", message=fault))
    if problems:
        raise IngestError(
            f"The column names cannot be used: column {problems[0].path.split()[-1]}: {problems[0].message}.",
            hint="Give every column a name of its own in the first row.",
            problems=problems,
        )
    return trimmed


def storage_expression(name: str, data_type: str) -> str:
    """SQL for a column in one of the types that are stored, under its trimmed name; see docs/concepts/datasets.md."""
    return f"{_stored_value(name, data_type)} AS {quoted(name.strip())}"


def _stored_value(name: str, data_type: str) -> str:
    column = quoted(name)
    if _KEPT.fullmatch(data_type):
        return column
    if data_type in _AS_DOUBLE:
        return f"CAST({column} AS DOUBLE)"
    if data_type in _AS_TIMESTAMP:
        return f"CAST({column} AS TIMESTAMP)"
    if data_type == "BLOB":
        return f"base64({column})"
    if data_type == "JSON":
        return f"({column} ->> '$')"
    return f"CAST({f'to_json({column})' if _NESTED.match(data_type) else column} AS VARCHAR)"


def _name_fault(name: str) -> str | None:
    if not name:
        return "the name is empty"
    if len(name) > _MAX_NAME_LENGTH:
        return f"the name has {len(name)} characters, the limit is {_MAX_NAME_LENGTH}"
    if name.casefold() == ROW_NUMBER:
        return f"the name {ROW_NUMBER!r} is reserved"
    if "\0" in name:
        return "the name contains a NUL character"
    try:
        name.encode()
    except UnicodeEncodeError:
        return "the name is not UTF-8"
    return None
