"""Another type for a column of a table that was read before, as someone chose."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import duckdb

from modelyard.wire.datasets import Column, ColumnChange, ColumnFormat, FeatureType
from modelyard.wire.errors import Problem
from modelyard.wire.ingest import Retyping
from modelyard.worker.inference.texts import Kind, kind_of
from modelyard.worker.ingest.columns import literal, quoted
from modelyard.worker.ingest.conversions import date_sql, number_sql
from modelyard.worker.ingest.failures import IngestError
from modelyard.worker.ingest.meanings import NO_VALUE, Meanings, guesses_of, rewrite

_KINDS: dict[FeatureType, Kind] = {
    FeatureType.NUMBER: "number",
    FeatureType.TEXT: "text",
    FeatureType.DATE: "date",
}
"""What values of a feature type are; categories may be of any kind."""


def retype(
    connection: duckdb.DuckDBPyConnection, path: Path, types: Mapping[str, str], retyping: Retyping
) -> tuple[Meanings, dict[str, FeatureType]]:
    """Reads the columns anew whose type changes, and answers the feature type of every column.

    :raises IngestError: a value does not fit the type that was chosen for its column.
    """
    before = {column.name: column for column in retyping.columns}
    meanings = Meanings(
        dict(types),
        {name: column.format for name, column in before.items() if column.format is not None},
        {name: list(notes) for name, notes in retyping.notes.items()},
    )
    chosen: dict[str, str] = {}
    problems: list[Problem] = []
    for change in retyping.changes:
        column = before[change.column]
        try:
            sql = _changed(connection, path, column, change, meanings)
        except IngestError as error:
            problems.append(Problem(path=change.column, message=str(error).rstrip(".")))
            continue
        meanings.notes[column.name] = [_note(column, change)]
        if sql is not None:
            chosen[column.name] = sql
    if problems:
        raise IngestError(f"Column {problems[0].path!r}: {problems[0].message}.", problems=problems)
    rewrite(connection, path, chosen, meanings)
    kinds = {name: column.feature_type for name, column in before.items()}
    return meanings, kinds | {change.column: change.feature_type for change in retyping.changes}


def _note(column: Column, change: ColumnChange) -> str:
    formats = _date_formats(change)
    how = f", read in the format {' or '.join(formats)}" if formats else ""
    return f"The type {change.feature_type.value} was chosen{how}; before, it was {column.feature_type.value}."


def _date_formats(change: ColumnChange) -> list[str]:
    return [] if change.format is None else change.format.date_formats


def _changed(
    connection: duckdb.DuckDBPyConnection, path: Path, column: Column, change: ColumnChange, meanings: Meanings
) -> str | None:
    """SQL for the column's values in their new type; None where they stay as they are."""
    kind = _KINDS.get(change.feature_type)
    if change.feature_type is FeatureType.BINARY:
        _require_two(connection, path, column)
    if kind is None or kind == "boolean" or (kind == kind_of(column.data_type) and not _date_formats(change)):
        return None
    text = _text_of(column)
    if kind == "text":
        meanings.formats.pop(column.name, None)
        return text
    missing = _missing(change)
    words = ", ".join(literal(word) for word in ("", *missing))
    given = f"CASE WHEN {text} NOT IN ({words}) THEN {text} END"
    misfits: tuple[int, str] | None = None
    for how, data_type in _ways(connection, path, change, kind, missing):
        value = date_sql(given, how.date_formats, data_type) if kind == "date" else _number_sql(given, how, data_type)
        misfits = _misfits(connection, path, given, value)
        if misfits[0] == 0:
            meanings.formats[column.name] = how.model_copy(update={"missing": missing})
            return value
    if misfits is None:
        raise IngestError("its values are not dates in any common format; name the format.")
    raise IngestError(
        f"{misfits[0]:,} values are not {'numbers' if kind == 'number' else 'dates'} in this format, such as"
        f" {misfits[1][:50]!r}; correct the format, or name the words that mean a missing value."
    )


def _missing(change: ColumnChange) -> list[str]:
    """Words for a missing value: the usual ones, and those that were named."""
    return list(dict.fromkeys([*NO_VALUE, *([] if change.format is None else change.format.missing)]))


def _ways(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    change: ColumnChange,
    kind: Literal["number", "date"],
    missing: Sequence[str],
) -> Iterator[tuple[ColumnFormat, str]]:
    """Formats to try, with the type in which the values would be stored."""
    given = ColumnFormat() if change.format is None else change.format.model_copy(update={"missing": []})
    if kind == "date" and given.date_formats:
        has_time = any(directive in each for each in given.date_formats for directive in ("%H", "%I"))
        has_zone = any("%z" in each for each in given.date_formats)
        yield given, "TIMESTAMP WITH TIME ZONE" if has_zone else "TIMESTAMP" if has_time else "DATE"
    elif kind == "number" and given != ColumnFormat():
        yield given, "DOUBLE"
    elif kind == "number":
        yield given, "BIGINT"
        yield from guesses_of(connection, path, change.column, kind, missing)
        yield given, "DOUBLE"
    else:
        yield from guesses_of(connection, path, change.column, kind, missing)


def _number_sql(text: str, how: ColumnFormat, data_type: str) -> str:
    if data_type == "BIGINT":
        return f"CASE WHEN regexp_full_match({text}, '[+-]?[0-9]+') THEN try_cast({text} AS BIGINT) END"
    return number_sql(text, how)


def _text_of(column: Column) -> str:
    """SQL for the text of a value: as it was written, where a date came in one known format."""
    value = f"stored.{quoted(column.name)}"
    formats = column.format.date_formats if column.format is not None else []
    if kind_of(column.data_type) == "date" and formats:
        if len(formats) > 1:
            raise IngestError("its dates came in several formats, which are no longer known; upload the file again.")
        return f"strftime({value}, {literal(formats[0])})"
    return f"trim(CAST({value} AS VARCHAR))"


def _misfits(connection: duckdb.DuckDBPyConnection, path: Path, given: str, value: str) -> tuple[int, str]:
    """How many values are none, and one of them."""
    wrong = f"({given}) IS NOT NULL AND ({value}) IS NULL"
    row = connection.execute(
        f"SELECT count(*) FILTER ({wrong}), any_value({given}) FILTER ({wrong})"  # noqa: S608
        f" FROM read_parquet({literal(str(path))}) AS stored"
    ).fetchone()
    assert row is not None
    return int(row[0]), str(row[1])


def _require_two(connection: duckdb.DuckDBPyConnection, path: Path, column: Column) -> None:
    row = connection.execute(
        f"SELECT count(DISTINCT stored.{quoted(column.name)}) FROM read_parquet({literal(str(path))}) AS stored"  # noqa: S608
    ).fetchone()
    assert row is not None
    if row[0] > 2:
        raise IngestError(f"it has {row[0]:,} different values, but binary means two.")
