"""Files that are no tables: each a clear error, and nothing half-made. What is wrong with a file,
`tests/worker/ingest` asks.
"""

import gzip
import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.usefixtures("leaves_nothing")


def parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": list(range(20_000)), "b": [str(number) for number in range(20_000)]}), sink)
    return sink.getvalue()


def fault(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 422, answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert error["code"] == "invalid_table"
    return error


@pytest.mark.parametrize(
    ("filename", "content", "message"),
    [
        ("t.csv", b"", "The file is empty."),
        ("t.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 10_000, mtime=0)[:-20], "cut off"),
        ("t.parquet", parquet()[:-2000], "Parquet file is damaged or cut off"),
        ("t.json", b"{", "unexpected end of data"),
        ("t.csv", b"\0" * 10_000, "The column names cannot be used"),
    ],
)
def test_a_file_that_is_no_table_is_refused(upload, filename: str, content: bytes, message: str):
    assert message in fault(upload(content, filename))["message"]


def test_ragged_rows_are_named(upload):
    error = fault(upload("a,b,c\n1,2,3\n4,5\n6,7,8,9\n"))
    assert [problem["path"] for problem in error["problems"]] == ["row 3", "row 4"]
    assert "2 values, the header has 3 columns" in error["problems"][0]["message"]


def test_too_many_columns(upload):
    names = ",".join(f"c{number}" for number in range(10_000))
    values = ",".join("1" for _ in range(10_000))
    assert "10,000 columns, the limit is 5,000" in fault(upload(f"{names}\n{values}\n"))["message"]
