"""Rows mean to a model what they meant in the table it was trained on, whatever the format in which they come."""

import csv
import gzip
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from modelyard.wire.datasets import FeatureType
from modelyard.worker.ingest.failures import IngestError
from modelyard.worker.job.tables import read_table
from tests.worker.uploading import Uploaded, dense, upload

WORDS = ["None", "nan", "<NA>", "NaN", "none", "Yes", "No", "true", "FALSE", "t", "a b", "?", "-", "x;y", "café", "inf"]
CELLS: dict[str, st.SearchStrategy[str]] = {
    "whole": st.integers(-(10**4), 10**4).map(str),
    "large": st.integers(-(2**62), 2**62).map(str),
    "fraction": st.floats(allow_nan=False, allow_infinity=False).map(repr),
    "odd": st.sampled_from(["1e5", "2.", ".5", "-3", "+4", " 7 ", "0x1F", "nan", "inf", "1_000", "?"]),
    "code": st.integers(0, 99_999).map("{:05}".format),
    "word": st.sampled_from(WORDS),
    "answer": st.sampled_from(["Yes", "No"]),
    "flag": st.sampled_from(["true", "false", "TRUE", "False"]),
    "letter": st.sampled_from(["t", "f"]),
    "text": st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8),
    "day": st.dates().map(str),
    "american": st.dates().map(lambda day: f"{day.month}/{day.day}/{day.year:04}"),
    "german": st.dates().map(lambda day: f"{day.day}.{day.month}.{day.year:04}"),
    "named": st.dates().map(lambda day: f"{day:%B} {day.day}, {day.year:04}"),
    "short": st.dates().map(lambda day: f"{day.day}-{day:%b}-{day:%y}"),
    "moment": st.datetimes().map(lambda at: f"{at.month}/{at.day}/{at.year:04} {at.hour}:{at:%M:%S}"),
    "afternoon": st.datetimes().map(lambda at: f"{at:%m/%d}/{at.year:04} {at:%I:%M %p}"),
    "instant": st.datetimes(pd.Timestamp("1700-01-01"), pd.Timestamp("2200-01-01")).map(
        lambda at: at.isoformat() + ("Z" if at.second % 2 else "+02:00")
    ),
    "time": st.times().map("{:%H:%M}".format),
    "comma": st.decimals(-999, 999, places=2).map(lambda value: str(value).replace(".", ",")),
    "dollars": st.decimals(0, 10**6, places=2).map("${:,}".format),
    "percent": st.decimals(0, 100, places=1).map("{}%".format),
    "thousands": st.integers(-(10**7), 10**7).map("{:,}".format),
    "euros": st.decimals(0, 10**6, places=2).map(lambda value: f"{value:,} €".replace(",", " ").replace(".", ",")),
    "missing": st.sampled_from(["", "NA", "null", "?", "-", "3", "4.5"]),
}
"""Cells as they stand in a CSV file."""


@st.composite
def tables(draw: st.DrawFn) -> dict[str, list[str]]:
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=4))
    rows = draw(st.integers(2, 12))
    columns = {}
    for place, kind in enumerate(kinds):
        cells = st.one_of(CELLS[kind], st.just("")) if draw(st.booleans()) else CELLS[kind]
        columns[f"{kind} {place}"] = draw(st.lists(cells, min_size=rows, max_size=rows))
    return columns


def as_csv(columns: dict[str, list[str]], delimiter: str = ",", line_end: str = "\n") -> bytes:
    stream = io.StringIO(newline="")
    # Quoted, lest a row of one empty cell be an empty line.
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return stream.getvalue().encode()


def plain(value: Any) -> Any:
    """A stored value as JSON says it."""
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(value) if np.isfinite(value) else str(float(value))
    if value is pd.NaT:
        return None
    return value.item() if isinstance(value, np.generic) else value


def stored_rows(uploaded: Uploaded) -> list[dict[str, Any]]:
    table = uploaded.table()
    columns = {column.name: [plain(value) for value in table.series(column.name)] for column in uploaded.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def read(folder: Path, content: bytes, file_format: str, inputs: list[str]) -> pd.DataFrame:
    path = folder / "given"
    path.write_bytes(content)
    return read_table(path, file_format, inputs)


def every_format(folder: Path, uploaded: Uploaded, columns: dict[str, list[str]]) -> dict[str, Any]:
    """The rows of an upload as each format gives them to a model."""
    names = list(columns)
    texts = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    stored = stored_rows(uploaded)
    bodies: dict[str, Any] = {
        "json of texts": {"rows": texts},
        "json of values": {"rows": stored},
        "dataframe_records": {"dataframe_records": stored},
        "dataframe_split": {"dataframe_split": {"columns": names, "data": [list(row.values()) for row in stored]}},
        "instances": {"instances": [list(row.values()) for row in stored]},
        "inputs": {"inputs": {name: [row[name] for row in texts] for name in names}},
    }
    read_bodies = {name: read(folder, json.dumps(body).encode(), "json", names) for name, body in bodies.items()}
    lines = "\n".join(json.dumps(row) for row in texts).encode()
    text_frame = pd.DataFrame(columns)
    return {
        **read_bodies,
        "csv": read(folder, as_csv(columns), "csv", names),
        "semicolons": read(folder, as_csv(columns, ";", "\r\n"), "csv", names),
        "tsv": read(folder, as_csv(columns, "\t"), "tsv", names),
        "packed": read(folder, gzip.compress(as_csv(columns)), "csv.gz", names),
        "json lines": read(folder, lines, "jsonl", names),
        "parquet": read(folder, uploaded.path.read_bytes(), "parquet", names),
        "parquet of texts": read(folder, text_frame.to_parquet(), "parquet", names),
        "frame of texts": text_frame,
        "frame of categories": text_frame.astype("category"),
        "stored frame": pd.read_parquet(uploaded.path),
    }


@given(tables())
@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_row_is_the_same_to_a_model_in_every_format(tmp_path: Path, columns: dict[str, list[str]]) -> None:
    assume(all("".join(cells).strip() for cells in columns.values()))
    try:
        uploaded = upload(tmp_path, as_csv(columns))
    except IngestError:
        assume(False)
    model, expected = uploaded.model(), uploaded.matrix()
    for name, table in every_format(tmp_path, uploaded, columns).items():
        np.testing.assert_array_equal(dense(model.encode(table)), expected, err_msg=f"{name}: {uploaded.columns}")


@pytest.mark.parametrize("word", ["None", "nan", "<NA>", "NaN", "none"])
def test_words_of_a_category_are_words(tmp_path: Path, word: str) -> None:
    columns = {"c": [word, "x", word, "y"], "y": ["1", "2", "3", "4"]}
    uploaded = upload(tmp_path, as_csv(columns))
    assert uploaded.column("c").missing_count == 0
    encoded = dense(uploaded.model().encode(read(tmp_path, as_csv(columns), "csv", [])))
    assert encoded[0, 0] == encoded[2, 0] != 0


def test_a_code_is_the_same_where_its_zeros_were_lost(tmp_path: Path) -> None:
    """As in what pandas reads from the same file."""
    uploaded = upload(tmp_path, "zip,y\n02139,1\n94110,2\n02140,3\n")
    model = uploaded.model()
    expected = model.encode(pd.DataFrame({"zip": ["02139", "94110"], "y": [1, 2]}))
    for codes in ([2139, 94110], [2139.0, 94110.0], ["2139", "94110"]):
        np.testing.assert_array_equal(model.encode(pd.DataFrame({"zip": codes, "y": [1, 2]})), expected)


def test_booleans_are_known_by_their_words(tmp_path: Path) -> None:
    uploaded = upload(tmp_path, "b,y\ntrue,1\nfalse,2\n")
    assert uploaded.column("b").feature_type is FeatureType.BINARY
    for yes in ("true", "True", "yes", "1", 1, 1.0, True):
        encoded = uploaded.model().encode(pd.DataFrame({"b": [yes], "y": [1]}))
        np.testing.assert_array_equal(encoded, uploaded.matrix()[:1])


def test_the_words_of_a_parquet_file_are_its_own(tmp_path: Path) -> None:
    """What means a missing value in CSV is a word where there is another way to say that there is none."""
    frame = pd.DataFrame({"c": ["NA", "null", None, "x"], "y": [1, 2, 3, 4]})
    uploaded = upload(tmp_path, frame.to_parquet(), "t.parquet")
    table = read(tmp_path, b"c,y\nNA,1\nnull,2\n,3\nx,4\n", "csv", [])
    np.testing.assert_array_equal(uploaded.model().encode(table), uploaded.matrix())


def test_large_whole_numbers_with_gaps_are_not_rounded(tmp_path: Path) -> None:
    rows = [str(2**53 + 1), "", str(2**53), str(2**53 + 1)]
    uploaded = upload(tmp_path, as_csv({"id": rows, "y": ["1", "2", "3", "4"]}))
    assert len({value for value in uploaded.table().series("id") if value is not None}) == 2


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"instances": [[1, 2, 3]]}, "Row 1 has 3 values for 2 columns"),
        ({"dataframe_split": {"columns": ["a"], "data": [[1], [2, 3]]}}, "Row 2 has 2 values for 1 columns"),
        ({"inputs": {"a": 5}}, "Column 'a' must be a list"),
        ({"inputs": {"a": [{}]}}, "Column 'a', row 1: a value must not be a list or an object"),
        ({"other": []}, "The input is not a table in JSON"),
        (17, "The body must be an object or a list of rows"),
        ([{"a": 1, "A": 2}], "is the name of column 1 already"),
    ],
)
def test_a_body_that_is_no_table_is_named(tmp_path: Path, body: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        read(tmp_path, json.dumps(body).encode(), "json", ["a", "b"])


@pytest.mark.parametrize(
    ("content", "file_format", "message"),
    [
        (b"a,b\n1\n", "csv", "row 2: it has 1 values, the header has 2 columns"),
        (b"a,b\n1,\xff\n", "csv", "The file is not UTF-8"),
        (b"PK\x03\x04", "csv", "Excel"),
        (b"PAR1", "parquet", "damaged or cut off"),
        (b"a,b\n", "csv.gz", "cannot be unpacked"),
        (b"{", "jsonl", "not a table in JSONL"),
    ],
)
def test_a_file_that_is_no_table_is_named(tmp_path: Path, content: bytes, file_format: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        read(tmp_path, content, file_format, [])


def test_a_file_without_rows_has_columns(tmp_path: Path) -> None:
    table = read(tmp_path, b"a,b\n", "csv", [])
    assert list(table.columns) == ["a", "b"]
    assert table.empty
