"""CSV and TSV: the first row is always the header; types come from a sample, then from the whole file if need be."""

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import duckdb

from modelyard.wire.errors import MAX_PROBLEMS, Problem
from modelyard.worker.ingest.columns import MISSING, check_names, literal, quoted, with_first_names
from modelyard.worker.ingest.failures import IngestError, no_rows
from modelyard.worker.ingest.source_files import SourceFile
from modelyard.worker.ingest.wide_tables import make_room_for

_HEADER_BYTES = 4 * 1024 * 1024
_MAX_ROW_BYTES = 16 * 1024 * 1024
_SAMPLE = 20_480
_MAX_GUARDED = 500
_WHOLE_FILE = -1
_DATES = ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")
_ISO_FORMATS = (None, "", "%Y-%m-%d")

_NO_INTEGER = "not a whole number"
_EXACT = 2**53
_NO_DIGITS = re.compile(r"\s*[+-]?(inf|infinity|nan)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A CSV file with its delimiter, columns and their types."""

    source: SourceFile
    delimiter: str
    columns: dict[str, str]
    strict: bool = True
    long_rows: bool = False
    guessed: bool = False
    """Types are from a sample: what comes later may not fit them."""
    missing: Sequence[str] = MISSING

    def relation(self) -> str:
        """SQL that reads it."""
        kinds = {name: self._read_as(kind) for name, kind in self.columns.items()}
        columns = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in kinds.items())
        file = (
            f"read_csv({literal(self.source.location())}, columns={{{columns}}}, auto_detect=false, {self.dialect()},"
            " dateformat='%Y-%m-%d')"
        )
        if kinds == self.columns:
            return file
        items = (quoted(name) if kind == kinds[name] else _checked(name, kind) for name, kind in self.columns.items())
        return f"(SELECT {', '.join(items)} FROM {file})"  # noqa: S608

    def rejecting(self) -> str:
        """SQL that reads it as text, and notes the rows that it cannot read."""
        text = replace(self, columns=dict.fromkeys(self.columns, "VARCHAR"), strict=True, long_rows=True)
        return f"{text.relation().removesuffix(')')}, store_rejects=true, rejects_limit={MAX_PROBLEMS})"

    def _read_as(self, kind: str) -> str:
        # DuckDB rounds 0.5 to 1 where it was told to expect a whole number.
        if self.guessed and kind == "BIGINT":
            return "DOUBLE"
        # Where it was told to expect no zone, it forgets one that comes.
        return "TIMESTAMP WITH TIME ZONE" if kind == "TIMESTAMP" else kind

    def dialect(self) -> str:
        """Options that say how the file is written."""
        missing = ", ".join(literal(text) for text in self.missing)
        return (
            f"delim={literal(self.delimiter)}, quote='\"', escape='\"', comment='', skip=0, header=true,"
            f" nullstr=[{missing}], strict_mode={self.strict}"
            f"{f', max_line_size={_MAX_ROW_BYTES}' if self.long_rows else ''}"
        )


def open_csv(connection: duckdb.DuckDBPyConnection, source: SourceFile, max_columns: int) -> Iterator[CsvTable]:
    """Ways to read the file, cheapest first; the next is for when a value does not fit the one before.

    :raises IngestError: its header cannot be used, it has no rows, or a row has another number of values.
    """
    delimiter, names = _read_header(source, max_columns)
    make_room_for(connection, len(names))
    text = CsvTable(source, delimiter, dict.fromkeys(names, "VARCHAR"))
    # Guarding guessed whole numbers takes memory for each column.
    sizes = (_SAMPLE, _WHOLE_FILE) if len(names) <= _MAX_GUARDED else (_WHOLE_FILE,)
    # Line ends of both kinds in one file are harmless, but only the lenient parser takes them; rows above 2 MB need
    # larger buffers, which are slow. `explain` has made sure by then that nothing else is wrong with the file.
    for table in (text, replace(text, strict=False, long_rows=True)):
        for size in sizes:
            typed = _typed(connection, table, size)
            if typed is not None:
                yield replace(typed, guessed=size != _WHOLE_FILE)
        yield table


def open_text(source: SourceFile, max_columns: int) -> Iterator[CsvTable]:
    """Ways to read every value as the text that it is; nothing but an empty one is missing. There may be no rows.

    :raises IngestError: its header cannot be used.
    """
    delimiter, names = _read_header(source, max_columns, may_be_empty=True)
    text = CsvTable(source, delimiter, dict.fromkeys(names, "VARCHAR"), missing=("",))
    yield text
    yield replace(text, strict=False, long_rows=True)


def explain(connection: duckdb.DuckDBPyConnection, table: CsvTable) -> IngestError | None:
    """Finds what is wrong with a file that could not be read, row by row; None when no row is at fault.

    :raises IngestError: it is not UTF-8.
    """
    _check_encoding(table.source)
    problems = _rejected_rows(connection, table)
    if not problems:
        return None
    first = problems[0]
    return IngestError(f"The table cannot be read: {first.path}: {first.message}.", problems=problems)


def is_misfit(error: duckdb.Error) -> bool:
    """Whether the error says that a value does not fit its column's type."""
    text = str(error)
    return isinstance(error, duckdb.ConversionException) or "Error when converting" in text or _NO_INTEGER in text


def _read_header(source: SourceFile, max_columns: int, *, may_be_empty: bool = False) -> tuple[str, list[str]]:
    start = source.start(_HEADER_BYTES).removeprefix(codecs.BOM_UTF8)
    text = start.decode("utf-8", "surrogateescape")
    csv.field_size_limit(_HEADER_BYTES)
    stream = io.StringIO(text.lstrip("\r\n"), newline="")
    first_line = text.lstrip("\r\n").splitlines()[0] if text.strip() else ""
    delimiter = "\t" if source.ending == ".tsv" else _delimiter(first_line)
    try:
        names = next(csv.reader(stream, delimiter=delimiter), [])
    except csv.Error as error:
        raise IngestError(f"The first row cannot be read as column names: {error}.") from error
    if not first_line:
        raise no_rows("it holds nothing but empty lines")
    if any("\udc80" <= character <= "\udcff" for name in names for character in name):
        _check_encoding(source)
    names = check_names(with_first_names(names), max_columns)
    if not may_be_empty and len(start) < _HEADER_BYTES and not text.lstrip("\r\n")[stream.tell() :].strip("\r\n"):
        raise no_rows("it ends after the column names")
    return delimiter, names


def _checked(name: str, kind: str) -> str:
    """A time in UTC out of one with a zone; a whole number out of a DOUBLE, and an error where it is none, or too large
    for a DOUBLE to be exact about it.
    """
    column = quoted(name)
    if kind == "TIMESTAMP":
        return f"({column} AT TIME ZONE 'UTC') AS {column}"
    return (
        f"CASE WHEN {column} = floor({column}) AND abs({column}) < {_EXACT} THEN CAST({column} AS BIGINT)"
        f" WHEN {column} IS NOT NULL THEN error({literal(_NO_INTEGER)}) END AS {column}"
    )


def _delimiter(first_line: str) -> str:
    """The one of `,` `;` tab `|` that splits the first line into most names."""
    counts = {candidate: len(next(csv.reader([first_line], delimiter=candidate), [])) for candidate in ",;\t|"}
    return max(counts, key=lambda candidate: counts[candidate])


def _typed(connection: duckdb.DuckDBPyConnection, text: CsvTable, sample_size: int) -> CsvTable | None:
    """The table with types that its sample fits; None when the sample cannot be parsed."""
    try:
        row = connection.execute(
            f"SELECT Columns, DateFormat, TimestampFormat FROM sniff_csv({literal(text.source.location())},"  # noqa: S608
            f" {text.dialect()}, sample_size={sample_size})"
        ).fetchone()
    except duckdb.Error:
        return None
    assert row is not None
    types = {name: column["type"] for name, column in zip(text.columns, row[0], strict=False)}
    if len(types) != len(row[0]) or len(types) != len(text.columns):
        return None
    # DuckDB would read `Yes`, `T` and `TRUE` as one value: they stay the words that they are.
    types = {name: "VARCHAR" if kind == "BOOLEAN" else kind for name, kind in types.items()}
    types |= dict.fromkeys(_numbers_unlike_numbers(connection, text, types, sample_size), "DOUBLE")
    # One format is found for all columns: where it is unusual, those in ISO 8601 are taken for something else.
    unusual = () if row[1] in _ISO_FORMATS and row[2] in _ISO_FORMATS else _DATES
    types |= dict.fromkeys(_left_as_text(connection, text, types, sample_size, ["TIME", *unusual]), "VARCHAR")
    return replace(text, columns=types)


def _left_as_text(
    connection: duckdb.DuckDBPyConnection,
    text: CsvTable,
    types: dict[str, str],
    sample_size: int,
    kinds: Collection[str],
) -> list[str]:
    """Columns of these kinds, and those whose text DuckDB takes for something else than `meanings` does, or whose words
    it would lose: dates without digits, and booleans in other words than true and false.
    """
    left = [name for name, kind in types.items() if kind in kinds]
    booleans = [name for name, kind in types.items() if kind == "BOOLEAN"]
    dates = [name for name, kind in types.items() if kind in _DATES and name not in left]
    if booleans or dates:
        tests = ", ".join(
            [f"bool_and({quoted(name)} IS NULL OR lower({quoted(name)}) IN ('true', 'false'))" for name in booleans]
            + [f"bool_and({quoted(name)} IS NULL OR {quoted(name)} ~ '[0-9].*')" for name in dates]
        )
        limit = "" if sample_size == _WHOLE_FILE else f" LIMIT {sample_size}"
        row = connection.execute(f"SELECT {tests} FROM (FROM {text.relation()}{limit})").fetchone()  # noqa: S608
        assert row is not None
        left += [name for name, keeps in zip([*booleans, *dates], row, strict=True) if keeps is False]
    return left


def _numbers_unlike_numbers(
    connection: duckdb.DuckDBPyConnection, text: CsvTable, types: dict[str, str], sample_size: int
) -> list[str]:
    """Columns that DuckDB's sniffer takes for text because their first value is `inf` or `nan`."""
    first = connection.execute(f"FROM {text.relation()} LIMIT 1").fetchone() or ()
    suspects = [
        name
        for name, value in zip(types, first, strict=False)
        if types[name] == "VARCHAR" and value is not None and _NO_DIGITS.fullmatch(value)
    ]
    if not suspects:
        return []
    limit = "" if sample_size == _WHOLE_FILE else f" LIMIT {sample_size}"
    tests = ", ".join(
        f"bool_and({column} IS NULL OR try_cast({column} AS DOUBLE) IS NOT NULL)" for column in map(quoted, suspects)
    )
    row = connection.execute(f"SELECT {tests} FROM (FROM {text.relation()}{limit})").fetchone()  # noqa: S608
    assert row is not None
    return [name for name, is_number in zip(suspects, row, strict=True) if is_number]


def _check_encoding(source: SourceFile) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = row = 0
    with source.whole().open("rb") as file:
        while chunk := file.read(1024 * 1024):
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                at = offset - pending + error.start
                row += chunk[: max(0, error.start - pending)].count(b"\n")
                problem = Problem(path=f"row {row + 1}", message=f"byte {at} of the file is not UTF-8")
                raise IngestError(
                    f"The file is not UTF-8: byte {at}, in row {row + 1} (the header is row 1).",
                    hint="Save it as UTF-8.",
                    problems=[problem],
                ) from error
            offset += len(chunk)
            row += chunk.count(b"\n")


def _rejected_rows(connection: duckdb.DuckDBPyConnection, table: CsvTable) -> list[Problem]:
    try:
        connection.execute(f"SELECT count(*) FROM {table.rejecting()}").fetchall()  # noqa: S608
        rows = connection.execute(
            "SELECT line, error_type, error_message FROM reject_errors ORDER BY line LIMIT ?", [MAX_PROBLEMS]
        ).fetchall()
    except duckdb.Error:
        return []
    return [Problem(path=f"row {line}", message=_reject_message(str(kind), str(text))) for line, kind, text in rows]


def _reject_message(kind: str, text: str) -> str:
    first = text.strip().splitlines()[0] if text.strip() else kind.lower()
    if kind in ("MISSING COLUMNS", "TOO MANY COLUMNS"):
        expected, _, found = first.removeprefix("Expected Number of Columns:").partition("Found:")
        return f"it has {found.strip()} values, the header has {expected.strip()} columns (the header is row 1)"
    return first.rstrip(".")
