"""Pages of rows, and the Parquet file itself."""

import hashlib
import io
import json
import math

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.server.datasets.conftest import Tables


@pytest.fixture(scope="module")
def rows(tables: Tables) -> str:
    """The path of a table of 1,000 rows: `n` counts up, `g` is `n` modulo 3 or missing."""
    lines = "".join(f"{n},{'' if n % 10 == 9 else n % 3}\n" for n in range(1000))
    return tables.upload(f"n,g\n{lines}") + "/latest"


def test_rows_are_paged_in_the_files_order(rows: str, http: httpx.Client):
    page = http.get(f"{rows}/rows", params={"offset": 500, "limit": 3}).json()
    assert page["rows"] == [[500, 2], [501, 0], [502, 1]]
    assert (page["offset"], page["total"]) == (500, 1000)
    assert [column["name"] for column in page["columns"]] == ["n", "g"]


def test_past_the_end_there_are_no_rows(rows: str, http: httpx.Client):
    assert len(http.get(f"{rows}/rows", params={"offset": 995}).json()["rows"]) == 5
    assert http.get(f"{rows}/rows", params={"offset": 10**15}).json()["rows"] == []


def test_sorting_keeps_the_files_order_among_equals_and_puts_missing_last(rows: str, http: httpx.Client):
    first = http.get(f"{rows}/rows", params={"sort": "g", "limit": 3}).json()["rows"]
    assert first == [[0, 0], [3, 0], [6, 0]]
    first = http.get(f"{rows}/rows", params={"sort": "g", "order": "desc", "limit": 2}).json()["rows"]
    assert first == [[2, 2], [5, 2]]
    for order in ("asc", "desc"):
        last = http.get(f"{rows}/rows", params={"sort": "g", "order": order, "offset": 998}).json()["rows"]
        assert last == [[989, None], [999, None]]


def test_sorted_pages_together_are_all_rows(rows: str, http: httpx.Client):
    seen = []
    for offset in range(0, 1000, 100):
        params: dict[str, str | int] = {"sort": "g", "offset": offset, "limit": 100}
        seen += [row[0] for row in http.get(f"{rows}/rows", params=params).json()["rows"]]
    assert sorted(seen) == list(range(1000))


@pytest.mark.parametrize(
    "params", [{"sort": "G"}, {"sort": 'n"; DROP'}, {"limit": 0}, {"limit": 1001}, {"offset": -1}, {"order": "up"}]
)
def test_parameters_that_cannot_be_used(rows: str, http: httpx.Client, params: dict[str, str]):
    answer = http.get(f"{rows}/rows", params=params)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_argument"


def test_values_that_json_does_not_know_are_text(upload, http: httpx.Client, datasets: str):
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": [math.nan, math.inf, -math.inf], "d": pa.array([0, 1, None], pa.date32())}), sink)
    upload(sink.getvalue(), "t.parquet")
    page = http.get(f"{datasets}/table/versions/1/rows").json()
    assert page["rows"] == [["NaN", "1970-01-01"], ["Infinity", "1970-01-02"], ["-Infinity", None]]


def test_the_file_is_parquet_with_the_recorded_digest(rows: str, http: httpx.Client):
    version = http.get(rows).json()
    answer = http.get(f"{rows}/data")
    assert hashlib.sha256(answer.content).hexdigest() == version["digest"]
    assert len(answer.content) == version["size_bytes"] == int(answer.headers["content-length"])
    assert "table-1.parquet" in answer.headers["content-disposition"]
    assert pq.read_table(io.BytesIO(answer.content)).num_rows == 1000


def test_a_range_of_the_file(rows: str, http: httpx.Client):
    whole = http.get(f"{rows}/data").content
    size = len(whole)
    for header, start, end in (("bytes=0-3", 0, 4), ("bytes=10-", 10, size), ("bytes=-5", size - 5, size)):
        answer = http.get(f"{rows}/data", headers={"Range": header})
        assert answer.status_code == 206
        assert answer.content == whole[start:end]
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
    assert http.get(f"{rows}/data", headers={"Range": f"bytes={size}-"}).status_code == 416
    beyond = "9" * 5000
    assert http.get(f"{rows}/data", headers={"Range": f"bytes={beyond}-"}).status_code == 416
    for header, start in ((f"bytes=3-{beyond}", 3), (f"bytes=-{beyond}", 0)):
        assert http.get(f"{rows}/data", headers={"Range": header}).content == whole[start:]
    changed = http.get(f"{rows}/data", headers={"Range": "bytes=0-3", "If-Range": '"another"'})
    assert (changed.status_code, len(changed.content)) == (200, size)


ODD = """n,"odd ""name; DROP",when,word
1,0.5,2026-03-01,Red
2,,2026-03-02,blue_x
3,1.5,2026-03-03,"dark, RED"
4,2.5,,50%
"""
QUOTED = 'odd "name; DROP'


@pytest.fixture(scope="module")
def odd(tables: Tables) -> str:
    return tables.upload(ODD, "odd") + "/1/rows"


def _numbers(http: httpx.Client, path: str, *conditions: list[str], **query: str | int) -> tuple[list[int], int]:
    where = [json.dumps(condition) for condition in conditions]
    page = http.get(path, params={"where": where, **query}).raise_for_status().json()
    return [row[0] for row in page["rows"]], page["total"]


def test_rows_are_filtered_by_conditions_of_every_kind(http: httpx.Client, odd: str):
    for conditions, expected in [
        ([["n", ">=", "3"]], [3, 4]),
        ([[QUOTED, "<", "2"]], [1, 3]),
        ([[QUOTED, "missing"]], [2]),
        ([[QUOTED, "present"], ["n", "!=", "4"]], [1, 3]),
        ([["when", "<=", "2026-03-02"]], [1, 2]),
        ([["word", "=", "Red"]], [1]),
        ([["word", "contains", "red"]], [1, 3]),
        ([["word", "contains", "_"]], [2]),
        ([["word", "contains", "%"]], [4]),
    ]:
        assert _numbers(http, odd, *conditions) == (expected, len(expected)), conditions
    assert _numbers(http, odd, ["n", ">", "1"], sort="n", order="desc", limit=2, offset=1) == ([3, 2], 3)


def test_rows_are_searched_in_all_columns(http: httpx.Client, odd: str):
    assert _numbers(http, odd, search="RED") == ([1, 3], 2)
    assert _numbers(http, odd, search="2026-03-02") == ([2], 1)
    assert _numbers(http, odd, ["n", ">", "1"], search="red", sort=QUOTED) == ([3], 1)


def test_a_condition_that_does_not_fit_says_why(http: httpx.Client, odd: str):
    for condition, message in [
        ('["n", ">=", "many"]', "'many' is no value of 'n'"),
        ('["m", "=", "1"]', "There is no column 'm'"),
        ('["n", "~", "1"]', "There is no operator '~'"),
        ('["n", "missing", "1"]', "has no value, or one too many"),
        ('["n", "="]', "has no value, or one too many"),
        ("n = 1", "cannot be read"),
        ("[" * 5_000, "cannot be read"),
        ('["n", "=", 1]', "cannot be read"),
    ]:
        answer = http.get(odd, params={"where": condition})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_argument")
        assert message in answer.json()["error"]["message"]
