"""Profiles of columns."""

import io
import json
import math
import statistics
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

Profile = dict[str, dict[str, Any]]


@pytest.fixture
def profile(upload, http: httpx.Client, datasets: str):
    """Uploads a table and answers its profile, by column name."""

    def take(content: bytes | str | dict[str, Any]) -> Profile:
        filename = "t.csv"
        if isinstance(content, dict):
            sink = io.BytesIO()
            pq.write_table(pa.table(content), sink)
            content, filename = sink.getvalue(), "t.parquet"
        answer = upload(content, filename)
        assert answer.status_code == 201, answer.text
        found = http.get(f"{datasets}/table/versions/latest/profile").json()
        assert (found["dataset"], found["number"]) == ("table", answer.json()["version"]["number"])
        feature_types = {column["name"]: column["feature_type"] for column in answer.json()["version"]["columns"]}
        assert feature_types == {column["name"]: column["feature_type"] for column in found["columns"]}
        return {column["name"]: column for column in found["columns"]}

    return take


def test_numbers(profile):
    values = [0.0, 1.5, 2.5, 3.0, 10.0, 10.0]
    column = profile({"a": [*values, None]})["a"]
    number = column["number"]
    assert (column["count"], column["missing_count"], column["distinct_count"]) == (6, 1, 5)
    assert (number["minimum"], number["maximum"], number["zero_count"], number["non_finite_count"]) == (0, 10, 1, 0)
    assert number["mean"] == pytest.approx(statistics.mean(values))
    assert number["standard_deviation"] == pytest.approx(statistics.stdev(values))
    assert number["quantiles"]["0.5"] == pytest.approx(2.75)
    assert list(number["quantiles"]) == ["0.05", "0.25", "0.5", "0.75", "0.95"]
    assert column["top_values"][0] == {"value": "10.0", "count": 2}
    assert len(column["histogram"]) == 20
    assert sum(bar["count"] for bar in column["histogram"]) == 6
    assert column["histogram"][0]["low"] == 0
    assert column["histogram"][-1] == {"low": 9.5, "high": 10, "count": 2}


def test_few_whole_numbers_have_a_bar_each(profile):
    bars = profile({"a": [1, 1, 2, 4]})["a"]["histogram"]
    assert [(bar["low"], bar["high"], bar["count"]) for bar in bars] == [(1, 2, 2), (2, 3, 1), (3, 4, 0), (4, 5, 1)]


def test_nan_and_infinities_are_counted_apart(profile):
    column = profile({"a": [1.0, 3.0, math.nan, math.inf, -math.inf, None]})["a"]
    assert column["missing_count"] == 1
    assert column["number"]["non_finite_count"] == 3
    assert (column["number"]["minimum"], column["number"]["maximum"], column["number"]["mean"]) == (1, 3, 2)
    assert sum(bar["count"] for bar in column["histogram"]) == 2


def test_a_column_without_a_finite_number(profile):
    column = profile({"a": [math.nan, math.inf], "b": [1, 2]})["a"]
    assert (column["feature_type"], column["number"], column["histogram"]) == ("number", None, [])


@pytest.mark.parametrize("first", ["inf", "-Infinity", "NaN", "+inf"])
def test_a_csv_column_that_begins_without_a_digit_is_a_number_when_all_its_values_are(profile, first):
    columns = profile(f"a,b\n{first},{first}\n2.5,2.5\n,1\n3.5,other\n")
    assert (columns["a"]["feature_type"], columns["a"]["data_type"]) == ("number", "DOUBLE")
    assert columns["b"]["data_type"] == "VARCHAR"


def test_numbers_at_the_edge(profile):
    columns = profile(
        {
            "huge": [1.7e308, -1.7e308, 1e300],
            "tiny": [5e-324, 0.0, 1e-323],
            "big": [2**63 - 1, -(2**63), 0],
            "single": pa.array([3.4e38, -3.4e38, 0], pa.float32()),
            "decimal": pa.array([1, 2, 3], pa.decimal128(38, 10)),
            "unsigned": pa.array([2**64 - 1, 0, 5], pa.uint64()),
        }
    )
    for name, column in columns.items():
        assert column["number"]["minimum"] <= column["number"]["mean"] <= column["number"]["maximum"], name
        assert sum(bar["count"] for bar in column["histogram"]) == 3, name


def test_a_constant_and_an_empty_column(profile):
    columns = profile("c,n,t\n5,,x\n5,,x\n")
    assert columns["c"]["histogram"] == [{"low": 5, "high": 6, "count": 2}]
    assert columns["c"]["number"]["standard_deviation"] == 0
    assert (columns["n"]["count"], columns["n"]["missing_count"], columns["n"]["distinct_count"]) == (0, 2, 0)
    assert (columns["n"]["feature_type"], columns["n"]["top_values"]) == ("category", [])
    assert columns["t"]["feature_type"] == "category"


def test_dates(profile):
    columns = profile("day,at\n2020-01-01,2020-01-01 10:00:00\n2020-01-11,2020-01-01 12:00:00\n,\n")
    assert columns["day"]["earliest"] == "2020-01-01T00:00:00Z"
    assert columns["day"]["latest"] == "2020-01-11T00:00:00Z"
    assert columns["day"]["histogram"][0]["low"] == 1577836800
    assert columns["at"]["latest"] == "2020-01-01T12:00:00Z"
    assert sum(bar["count"] for bar in columns["at"]["histogram"]) == 2


def test_dates_beyond_the_calendar_of_a_reader(profile):
    column = profile({"d": pa.array([0, 10**18], pa.timestamp("us"))})["d"]
    assert column["earliest"] == "1970-01-01T00:00:00Z"
    assert column["latest"] is None


def test_text(profile):
    column = profile("t\nab\nab\nabcd\n")["t"]
    assert column["mean_length"] == pytest.approx(8 / 3)
    assert column["top_values"] == [{"value": "ab", "count": 2}, {"value": "abcd", "count": 1}]


def test_at_most_ten_top_values_of_many(profile):
    rows = "".join(f"v{number % (number // 1000 + 1)},{number}\n" for number in range(150_000))
    columns = profile(f"often,never\n{rows}")
    assert len(columns["often"]["top_values"]) == 10
    counts = [top["count"] for top in columns["often"]["top_values"]]
    assert counts == sorted(counts, reverse=True)
    assert columns["never"]["distinct_is_estimate"] is True
    assert columns["never"]["distinct_count"] == pytest.approx(150_000, rel=0.1)
    assert columns["never"]["top_values"] == []


def test_feature_types(profile):
    rows = range(200)
    columns = profile(
        {
            "number": [row / 7 for row in rows],
            "count": list(rows),
            "class": [row % 3 for row in rows],
            "flag": [row % 2 for row in rows],
            "bool": [row % 2 == 0 for row in rows],
            "answer": ["yes" if row % 2 else "no" for row in rows],
            "color": [["red", "green", "blue"][row % 3] for row in rows],
            "code": [f"id-{row:030}" for row in rows],
            "note": [f"the customer wrote {row} words about it" for row in rows],
            "day": pa.array(rows, pa.date32()),
        }
    )
    assert {name: column["feature_type"] for name, column in columns.items()} == {
        "number": "number",
        "count": "number",
        "class": "number",
        "flag": "binary",
        "bool": "binary",
        "answer": "binary",
        "color": "category",
        "code": "category",
        "note": "text",
        "day": "date",
    }


def test_awkward_names(profile):
    names = ['say "hi"', "it's", "select", "semi;colon", "日本", "a.b", "{x}", "$path", "b\nc"]
    assert list(profile({name: [1, 2] for name in names})) == names


def test_a_wide_table(upload, http: httpx.Client, datasets: str):
    names = [f"c{number}" for number in range(1000)]
    lines = [",".join(str((row * column) % 97) for column in range(1000)) for row in range(20)]
    answer = upload("\n".join([",".join(names), *lines]))
    assert answer.status_code == 201, json.dumps(answer.json())[:500]
    found = http.get(f"{datasets}/table/versions/1/profile").json()
    assert [column["name"] for column in found["columns"]] == names
    assert all(column["count"] == 20 for column in found["columns"])
    assert len(http.get(f"{datasets}/table/versions/1/rows").json()["rows"][0]) == 1000
