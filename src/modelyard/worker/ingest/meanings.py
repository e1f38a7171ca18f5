"""What columns of text mean: numbers and dates that are written in another way, and words for a missing value.

A guess from a sample is checked against every value of the column; what does not fit all of them stays text, and a note
says why.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

import duckdb

from modelyard.wire.datasets import ColumnFormat
from modelyard.worker.ingest.columns import MISSING, literal, quoted, was_unnamed
from modelyard.worker.ingest.conversions import date_sql, number_sql
from modelyard.worker.ingest.date_texts import DateGuess, guess_dates
from modelyard.worker.ingest.number_texts import NumberGuess, guess_numbers

_SAMPLE_ROWS = 5_000
_SAMPLE_CELLS = 500_000
_AT_ONCE = 50
_EXACT = 2**53
_WIDEST_CODE = 18
NO_VALUE = ("?", "-", "--", "\u2013", "\u2014", ".", "nan", "NaN", "None", "none", "<NA>", "NaT")
"""Beside numbers and dates, these mean a missing value; beside words, they are words."""
_UNKNOWN = "?"
_MIN_WORDS = 2
_DATES = ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")
"""What later values may need, too, though the first do not: a time, and a zone."""


@dataclass(frozen=True, slots=True)
class Meanings:
    """`types` are those of the file as it is now; `formats` and `notes` are of columns that have some."""

    types: dict[str, str]
    formats: dict[str, ColumnFormat] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to read a column: SQL for its value, made of that for its text, and what is said if all values fit."""

    data_type: str
    how: ColumnFormat
    value: Callable[[str], str]
    note: str
    missing: Sequence[str] = NO_VALUE


def give_meaning(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    types: Mapping[str, str],
    *,
    is_typed: bool,
    comma_is_likely: bool,
) -> Meanings:
    """Reads columns of text as what they mean, and writes the file anew where there are such.

    `is_typed` is for files that know numbers from text: there, plain digits in text are meant as text.
    """
    meanings = Meanings(dict(types))
    for name in types:
        if not is_typed and was_unnamed(name):
            meanings.notes[name] = [
                "The file has no name for this column, as pandas writes an index; it was given one."
            ]
    texts = [name for name, kind in types.items() if kind == "VARCHAR"]
    samples = dict(_samples(connection, path, texts))
    guesses = {}
    for name, sample in samples.items():
        ways, note = _ways(sample, is_typed=is_typed, comma_is_likely=comma_is_likely)
        if ways:
            guesses[name] = ways
        if note is not None:
            meanings.notes.setdefault(name, []).append(note)
    chosen = dict(_choose(connection, path, guesses, meanings))
    for name in texts:
        if name not in chosen and name in samples:
            _note_codes(connection, path, name, samples[name], meanings)
    rewrite(connection, path, chosen, meanings)
    return meanings


def guesses_of(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    kind: Literal["number", "date"],
    missing: Sequence[str],
) -> Iterator[tuple[ColumnFormat, str]]:
    """Usual ways in which a column may be numbers, or dates, the likeliest first, and the type of such values.

    Who asks knows that they are none of the codes that only look like numbers.
    """
    relation = f"(SELECT trim(CAST({quoted(name)} AS VARCHAR)) FROM read_parquet({literal(str(path))}))"  # noqa: S608
    rows = connection.execute(f"SELECT * FROM {relation} LIMIT {_SAMPLE_ROWS}").fetchall()  # noqa: S608
    values = [value for value in dict.fromkeys(text for (text,) in rows) if value and value not in missing]
    numbers = guess_numbers(values, codes_too=True) if kind == "number" else None
    dates = guess_dates(values) if kind == "date" else None
    for how in numbers.formats if numbers is not None else []:
        yield how, "DOUBLE"
    for how in dates.formats if dates is not None else []:
        assert dates is not None
        yield how, dates.data_type


def rewrite(connection: duckdb.DuckDBPyConnection, path: Path, chosen: Mapping[str, str], meanings: Meanings) -> None:
    """Writes the file anew, with SQL for the values of the chosen columns."""
    if not chosen:
        return
    items = ", ".join(
        f"{chosen[name]} AS {quoted(name)}" if name in chosen else quoted(name) for name in meanings.types
    )
    target = path.with_name(f"{path.name}.converted")
    metadata = connection.execute("SELECT max(row_group_num_rows) FROM parquet_metadata(?)", [str(path)]).fetchone()
    assert metadata is not None
    connection.execute(
        f"COPY (SELECT {items} FROM read_parquet({literal(str(path))}) AS stored) TO {literal(str(target))}"  # noqa: S608
        f" (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2, ROW_GROUP_SIZE {metadata[0]})"
    )
    target.replace(path)
    described = connection.execute(f"DESCRIBE FROM read_parquet({literal(str(path))})").fetchall()
    meanings.types.update({name: kind for name, kind, *_ in described})


def _samples(
    connection: duckdb.DuckDBPyConnection, path: Path, names: Sequence[str]
) -> Iterator[tuple[str, list[str]]]:
    """Different values of the first rows, by column; columns without any are left out."""
    if not names:
        return
    rows = max(1, min(_SAMPLE_ROWS, _SAMPLE_CELLS // len(names)))
    columns = ", ".join(quoted(name) for name in names)
    sample = connection.execute(f"SELECT {columns} FROM read_parquet({literal(str(path))}) LIMIT {rows}")  # noqa: S608
    for name, values in zip(names, zip(*sample.fetchall(), strict=True), strict=True):
        found = [value for value in dict.fromkeys(values) if value is not None and value.strip()]
        if found:
            yield name, found


def _ways(sample: list[str], *, is_typed: bool, comma_is_likely: bool) -> tuple[list[Way], str | None]:
    """How a column may be read, the likeliest first; and a note for what it only looks like."""
    unusable = {*NO_VALUE, *MISSING}
    values = [text for text in sample if text.strip() not in unusable]
    if values:
        numbers = guess_numbers(values, comma_is_likely=comma_is_likely)
        if numbers is not None:
            return _number_ways(numbers, values, has_gaps=len(values) < len(sample), is_typed=is_typed)
        dates = guess_dates(values)
        if dates is not None:
            return _date_ways(dates), None
    if _UNKNOWN in sample and len(sample) > _MIN_WORDS:
        # What else means no value beside numbers is a word among words.
        how = ColumnFormat(missing=[_UNKNOWN])
        return [Way("VARCHAR", how, str, "", missing=(_UNKNOWN,))], None
    return [], None


def _number_ways(
    guess: NumberGuess, values: list[str], *, has_gaps: bool, is_typed: bool
) -> tuple[list[Way], str | None]:
    if is_typed and guess.is_plain and not has_gaps and not any("." in text for text in values):
        return [], "Its text looks like whole numbers; it is text because the file says so. Choose number for amounts."
    return [Way("DOUBLE", how, partial(number_sql, how=how), _number_note(how, values)) for how in guess.formats], None


def _number_note(how: ColumnFormat, values: list[str]) -> str:
    if not how.affixes and how.grouping is None and how.decimal == ".":
        return ""
    parts = [f"{sign!r} is left out" for sign in how.affixes]
    if how.grouping is not None:
        parts.append(f"{how.grouping!r} stands between thousands")
    if how.decimal != ".":
        parts.append(f"{how.decimal!r} is the decimal mark")
    example = max(values[:100], key=len)
    return f"Text such as {example!r} is read as numbers: {', '.join(parts)}."


def _date_ways(guess: DateGuess) -> list[Way]:
    ways = []
    for place, how in enumerate(guess.formats):
        formats = [*how.date_formats]
        if how.date_formats:
            note = f"Text is read as dates in the format {' or '.join(formats)}."
        else:
            note = "Text is read as dates in ISO 8601."
        if guess.is_ambiguous:
            order = "month" if _is_month_first(how) else "day"
            note += f" Every value fits this order alone, with the {order} first." if place else ""
        ways += [
            Way(data_type, how, partial(date_sql, formats=how.date_formats, data_type=data_type), note)
            for data_type in _DATES[_DATES.index(guess.data_type) :]
        ]
    return ways


def _is_month_first(how: ColumnFormat) -> bool:
    return all("%d" not in each or each.find("%m") < each.find("%d") for each in how.date_formats if "%m" in each)


def _choose(
    connection: duckdb.DuckDBPyConnection, path: Path, guesses: Mapping[str, list[Way]], meanings: Meanings
) -> Iterator[tuple[str, str]]:
    """By column, SQL for the values in the first way that fits every one of them."""
    names = list(guesses)
    for start in range(0, len(names), _AT_ONCE):
        part = names[start : start + _AT_ONCE]
        checks = [check for name in part for way in guesses[name] for check in _checks(name, way)]
        sql = f"SELECT {', '.join(checks)} FROM read_parquet({literal(str(path))}) AS stored"  # noqa: S608
        row = connection.execute(sql).fetchone()
        assert row is not None
        found = iter(row)
        for name in part:
            results = [(way, [next(found) for _ in _checks(name, way)]) for way in guesses[name]]
            fitting = [(way, rest) for way, (misfits, *rest) in results if misfits == 0]
            if fitting:
                way, rest = fitting[0]
                others = [other for other, _ in fitting if other.how != way.how]
                yield name, _keep(name, way, rest, meanings, others)
            else:
                _note_misfit(name, results, meanings)


def _text_of(name: str) -> str:
    return f"trim(stored.{quoted(name)})"


def _value_of(name: str, way: Way) -> str:
    """The way's SQL for a column."""
    words = ", ".join(literal(word) for word in ("", *MISSING, *way.missing))
    # Words keep the space around them.
    text = f"stored.{quoted(name)}" if way.data_type == "VARCHAR" else _text_of(name)
    return f"CASE WHEN {_text_of(name)} NOT IN ({words}) THEN {way.value(text)} END"


def _checks(name: str, way: Way) -> list[str]:
    """How many values do not fit, one of them, how often each word means a missing value, and what numbers are like."""
    words = ", ".join(literal(word) for word in ("", *MISSING, *way.missing))
    text = _text_of(name)
    misfit = f"{text} NOT IN ({words}) AND {_value_of(name, way)} IS NULL"
    if way.data_type == "VARCHAR":
        return ["0", "NULL", _word_counts(name, way), "NULL"]
    whole = (
        f"bool_and({_value_of(name, way)} = floor({_value_of(name, way)}) AND abs({_value_of(name, way)}) < {_EXACT})"
        if way.data_type == "DOUBLE"
        else "NULL"
    )
    return [f"count(*) FILTER ({misfit})", f"any_value({text}) FILTER ({misfit})", _word_counts(name, way), whole]


def _word_counts(name: str, way: Way) -> str:
    words = ", ".join(literal(word) for word in way.missing)
    return f"histogram({_text_of(name)}) FILTER ({_text_of(name)} IN ({words}))"


def _keep(name: str, way: Way, rest: list[Any], meanings: Meanings, others: list[Way]) -> str:
    _, counts, is_whole = rest
    words = {str(word): int(count) for word, count in (counts or {}).items()}
    notes = meanings.notes.setdefault(name, [])
    if way.note:
        notes.append(way.note)
    if others and way.data_type != "DOUBLE":
        order = "month" if _is_month_first(way.how) else "day"
        notes.append(
            f"The order of day and month is ambiguous: every value fits both. The {order} was taken first; choose the "
            f"format {others[0].how.date_formats[0]} if it comes second."
        )
    if words:
        listed = ", ".join(
            f"{word!r} ({count:,} {'row' if count == 1 else 'rows'})" for word, count in sorted(words.items())
        )
        notes.append(f"{listed} means a missing value.")
    how = way.how.model_copy(update={"missing": [word for word in words if word not in MISSING]})
    if how != ColumnFormat():
        meanings.formats[name] = how
    value = _value_of(name, way)
    return f"CAST({value} AS BIGINT)" if is_whole and way.how.decimal == "." and "%" not in way.how.affixes else value


def _note_misfit(name: str, results: list[tuple[Way, list[Any]]], meanings: Meanings) -> None:
    way, (misfits, example, *_) = min(results, key=lambda result: result[1][0])
    what = "numbers" if way.data_type == "DOUBLE" else "dates"
    if what == "dates" and len({tuple(each.how.date_formats) for each, _ in results}) > 1:
        other = next((rest[1] for each, rest in results if each.how != way.how), None)
        meanings.notes.setdefault(name, []).append(
            f"It is text: its dates are written in orders that exclude each other, as {example!r} and {other!r}."
        )
        return
    meanings.notes.setdefault(name, []).append(
        f"It is text: most of it looks like {what}, but {misfits:,} values do not, such as {str(example)[:50]!r}."
    )


def _note_codes(
    connection: duckdb.DuckDBPyConnection, path: Path, name: str, sample: list[str], meanings: Meanings
) -> None:
    """Digits with zeros in front are codes; where all have one length, numbers can be given for them later."""
    digits = [text for text in sample if text.isascii() and text.isdigit()]
    if len(digits) < len(sample) or not any(text.startswith("0") and len(text) > 1 for text in digits):
        return
    column = quoted(name)
    row = connection.execute(
        f"SELECT min(length({column})), max(length({column})), bool_and(regexp_full_match({column}, '[0-9]+'))"  # noqa: S608
        f" FROM read_parquet({literal(str(path))}) WHERE {column} <> ''"
    ).fetchone()
    assert row is not None
    shortest, longest, are_digits = row
    if not are_digits:
        return
    note = "Digits with zeros in front are read as text, so that the zeros stay."
    if shortest == longest <= _WIDEST_CODE:
        meanings.formats[name] = ColumnFormat(width=longest)
        note += f" Each value has {longest} digits; a number is filled up with zeros to as many."
    meanings.notes.setdefault(name, []).append(note)
