"""SQL that reads text as `inference.reading.Reading` does: the same marks and formats, value by value."""

from collections.abc import Sequence

from modelyard.wire.datasets import ColumnFormat
from modelyard.worker.inference.texts import (
    ISO_DATE,
    ISO_TIME,
    ISO_ZONE,
    NUMBER,
    SPACES,
    grouped_pattern,
    marked_pattern,
    prefix_pattern,
    suffix_pattern,
)
from modelyard.worker.ingest.columns import literal
from modelyard.worker.ingest.date_texts import format_pattern


def number_sql(text: str, how: ColumnFormat) -> str:
    """A DOUBLE, or NULL where the SQL expression `text` is no number written in this way."""
    if how.affixes:
        text = f"regexp_replace({text}, {literal(prefix_pattern(how.affixes))}, '\\1\\2')"
        text = f"regexp_replace({text}, {literal(suffix_pattern(how.affixes))}, '')"
    if how.grouping == SPACES[0]:
        for space in SPACES[1:]:
            text = f"replace({text}, {literal(space)}, ' ')"
    ways = []
    mark = literal(how.decimal)
    if how.grouping is not None:
        ways.append(
            (
                grouped_pattern(how.decimal, how.grouping),
                f"replace(replace({text}, {literal(how.grouping)}, ''), {mark}, '.')",
            )
        )
    if how.decimal != ".":
        ways.append((marked_pattern(how.decimal), f"replace({text}, {mark}, '.')"))
    ways.append((NUMBER, text))
    cases = " ".join(
        f"WHEN regexp_full_match({text}, {literal(pattern)}) THEN try_cast({value} AS DOUBLE)"
        for pattern, value in ways
    )
    return f"CASE {cases} END"


def date_sql(text: str, formats: Sequence[str], data_type: str) -> str:
    """A date of the type, or NULL where the SQL expression `text` is none in these formats or in ISO 8601."""
    zone = f"regexp_replace({text}, ' ?(Z|UTC|[+-][0-9]{{2}}(?::?[0-9]{{2}})?)$', '\\1')"
    is_zoned = literal(f"{ISO_DATE}{ISO_TIME}{ISO_ZONE}")
    iso = literal(ISO_DATE if data_type == "DATE" else f"{ISO_DATE}(?:{ISO_TIME})?")
    cases = [
        f"WHEN regexp_full_match({text}, {literal(format_pattern(each))}) THEN"
        f" CAST(try_strptime({text}, {literal(each)}) AS {data_type})"
        for each in formats
    ]
    cases.append(f"WHEN regexp_full_match({text}, {iso}) THEN CAST(try_cast({text} AS TIMESTAMP) AS {data_type})")
    if data_type == "TIMESTAMP WITH TIME ZONE":
        cases.append(f"WHEN regexp_full_match({text}, {is_zoned}) THEN try_cast({zone} AS {data_type})")
    return f"CASE {' '.join(cases)} END"
