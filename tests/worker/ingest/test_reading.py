"""Table files of every format: columns, types and rows."""

import gzip
import io
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.reading import Reading

Read = Callable[..., Reading]


def zstd(content: bytes) -> bytes:
    return bytes(pa.compress(content, codec="zstd", asbytes=True))


def parquet(columns: dict[str, Any]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("t.csv", b"n,s\n1,x\n2,y\n"),
        ("T.CSV", b"n;s\r\n1;x\r\n2;y\r\n"),
        ("t.csv", b"\xef\xbb\xbfn|s\n1|x\n\n2|y\n"),
        ("t.csv", b"n,s\r\n1,x\n2,y\r\n"),
        ("t.tsv", b"n\ts\n1\tx\n2\ty\n"),
        ("t.csv.gz", gzip.compress(b"n,s\n1,x\n2,y\n", mtime=0)),
        ("t.csv.zst", zstd(b"n,s\n1,x\n2,y\n")),
        ("t.jsonl", b'{"n": 1, "s": "x"}\n{"n": 2, "s": "y"}\n'),
        ("t.ndjson.gz", gzip.compress(b'{"n": 1, "s": "x"}\n{"n": 2, "s": "y"}\n', mtime=0)),
        ("t.json", b'[{"n": 1, "s": "x"}, {"n": 2, "s": "y"}]'),
        ("t.parquet", parquet({"n": [1, 2], "s": ["x", "y"]})),
    ],
)
def test_every_format_gives_the_same_table(read: Read, filename: str, content: bytes):
    reading = read(content, filename)
    assert reading.types == {"n": "BIGINT", "s": "VARCHAR"}
    assert reading.rows == [[1, "x"], [2, "y"]]


def test_the_same_rows_in_every_format_have_the_same_digest(read: Read):
    rows = 300_000
    columns: dict[str, list[Any]] = {"a": list(range(rows)), "b": [f"word {number % 7}" for number in range(rows)]}
    lines = "".join(f"{a},{b}\n" for a, b in zip(columns["a"], columns["b"], strict=True))
    digests = {
        read(content, filename).result.content_digest
        for filename, content in (
            ("t.csv", f"a,b\n{lines}"),
            ("t.csv.gz", gzip.compress(f"a,b\n{lines}".encode(), 1)),
            ("t.parquet", parquet(columns)),
        )
    }
    assert len(digests) == 1
    assert read(f"a,b\n{lines}300000,word 1\n").result.content_digest not in digests


def test_a_late_value_of_another_kind_makes_the_column_fit_it(read: Read):
    numbers = "\n".join(str(number) for number in range(60_000))
    words = read(f"a,b\n{numbers.replace(chr(10), ',1' + chr(10))},1\nlast,2\n")
    assert words.types == {"a": "VARCHAR", "b": "BIGINT"}
    assert words.rows[-1] == ["last", 2]
    assert read(f"a\n{numbers}\n0.5\n").types == {"a": "DOUBLE"}
    large = read(f"a\n{numbers}\n{2**62 + 1}\n")
    assert large.types == {"a": "BIGINT"}
    assert large.rows[60_000:] == [[2**62 + 1]]
    days = read("d\n" + "2020-01-01\n" * 60_000 + "2020-01-02 10:00:00\n")
    assert days.types == {"d": "TIMESTAMP"}
    assert days.rows[-1][0].isoformat() == "2020-01-02T10:00:00"


def test_missing_values_are_written_in_several_ways(read: Read):
    assert read("a,b\n1,x\n,NA\nNULL,\n").rows == [[1, "x"], [None, None], [None, None]]


def test_names_are_trimmed(read: Read):
    assert list(read(" a , b\n1,2\n").types) == ["a", "b"]


def test_nested_values_become_json_text(read: Read):
    content = b'{"a": {"x": [1, null]}, "b": "plain"}\n{"a": null, "b": 7}\n'
    assert read(content, "t.jsonl").rows == [['{"x":[1,null]}', "plain"], [None, "7"]]
