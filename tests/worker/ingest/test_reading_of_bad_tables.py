"""Files that are no tables: each a clear error."""

import gzip
import io
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from modelyard.wire.errors import ErrorCode
from modelyard.wire.ingest import IngestFailure
from tests.support.reading import Reading

Read = Callable[..., Reading]


def parquet(rows: int = 20_000) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": list(range(rows)), "b": [str(number) for number in range(rows)]}), sink)
    return sink.getvalue()


def fault(reading: Reading) -> IngestFailure:
    assert reading.failure.code is ErrorCode.INVALID_TABLE
    return reading.failure


@pytest.mark.parametrize("filename", ["t.csv", "t.tsv", "t.parquet", "t.json", "t.jsonl"])
def test_an_empty_file(read: Read, filename: str):
    assert fault(read(b"", filename)).message == "The file is empty."


def test_a_packed_empty_file(read: Read):
    assert fault(read(gzip.compress(b""), "t.csv.gz")).message == "The file is empty."


@pytest.mark.parametrize("content", ["a,b\n", "a,b", "a,b\r\n\r\n\n", "\n\n\n"])
def test_a_header_without_rows(read: Read, content: str):
    assert "no rows" in fault(read(content)).message


def test_a_parquet_file_without_rows(read: Read):
    assert "no rows" in fault(read(parquet(0), "t.parquet")).message


def test_ragged_rows_are_named(read: Read):
    error = fault(read("a,b,c\n1,2,3\n4,5\n6,7,8,9\n"))
    assert [problem.path for problem in error.problems] == ["row 3", "row 4"]
    assert "2 values, the header has 3 columns" in error.problems[0].message
    assert "4 values, the header has 3 columns" in error.problems[1].message


def test_a_ragged_row_far_down_is_named(read: Read):
    rows = "1,2\n" * 100_000
    assert fault(read(f"a,b\n{rows}1\n{rows}")).problems[0].path == "row 100002"


def test_an_open_quote(read: Read):
    assert "row 2" in fault(read('a,b\n1,"x\n2,y\n')).message


def test_duplicate_and_empty_names_are_named_by_position(read: Read):
    error = fault(read("a,b,,A,b\n1,2,3,4,5\n"))
    assert [problem.path for problem in error.problems] == ["column 3", "column 4", "column 5"]


def test_duplicate_names_in_parquet(read: Read):
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["x", "X"]), sink)
    assert fault(read(sink.getvalue(), "t.parquet")).problems[0].path == "column 2"


@pytest.mark.parametrize("place", [0, 3, 60_000])
def test_text_that_is_not_utf8(read: Read, place: int):
    start = b"a,b\n" + b"1,x\n" * place
    error = fault(read(start + b"2,caf\xe9\n3,y\n"))
    assert f"byte {len(start) + 5}" in error.message
    assert error.problems[0].path == f"row {place + 2}"


def test_a_header_that_is_not_utf8(read: Read):
    assert "byte 0" in fault(read(b"\xe9t\xe9,b\n1,2\n")).message


def test_utf16(read: Read):
    assert "UTF-16" in fault(read("a,b\n1,2\n".encode("utf-16"))).message


def test_too_many_columns(read: Read):
    names = ",".join(f"c{number}" for number in range(10_000))
    values = ",".join("1" for _ in range(10_000))
    assert "10,000 columns, the limit is 5,000" in fault(read(f"{names}\n{values}\n")).message


@pytest.mark.parametrize("kept", [3, 1000, -1, -2000])
def test_a_parquet_file_that_is_cut_off(read: Read, kept: int):
    assert "Parquet file is damaged or cut off" in fault(read(parquet()[:kept], "t.parquet")).message


def test_a_parquet_file_that_is_damaged_inside(read: Read):
    content = bytearray(parquet())
    content[100:4000] = b"\xaa" * 3900
    assert "Parquet file is damaged" in fault(read(bytes(content), "t.parquet")).message


@pytest.mark.parametrize("filename", ["t.csv.gz", "t.csv.zst"])
def test_a_packed_file_that_is_not_packed(read: Read, filename: str):
    assert "cannot be unpacked" in fault(read("a,b\n1,2\n", filename)).message


def test_a_packed_file_that_is_cut_off(read: Read):
    content = gzip.compress(b"a,b\n" + b"1,2\n" * 10_000)
    assert "cut off" in fault(read(content[:-20], "t.csv.gz")).message


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (gzip.compress(b"a\n1\n", mtime=0), "gzip"),
        (b"PK\x03\x04rest", "Excel"),
        (parquet(10), "Parquet"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_a_file_that_is_something_else(read: Read, content: bytes, what: str):
    assert what in fault(read(content, "t.csv")).message


@pytest.mark.parametrize("content", ["[1, 2]", '"text"', "[]", "{", '{"a": 1}\n{"a":'])
def test_json_that_is_no_table(read: Read, content: str):
    fault(read(content, "t.json"))


def test_a_line_that_is_not_json_is_named(read: Read):
    assert "line" in fault(read('{"a": 1}\n{"a": }\n', "t.jsonl")).message


def test_bytes_that_are_nothing(read: Read):
    fault(read(bytes(range(256)) * 100, "t.csv"))
    fault(read(b"\0" * 10_000, "t.csv"))
