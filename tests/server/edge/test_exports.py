"""Every list of the native API is answered as CSV and Parquet too: filtered, in order, whole, with chosen columns."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest

from tests.server.tracking.logged import Logged
from tests.support.server import ModelyardServer


@pytest.fixture
def logged(server: ModelyardServer, http: httpx.Client, project: str) -> Logged:
    return Logged(server, http, project)


def as_csv(logged: Logged, path: str, **query: Any) -> list[dict[str, str]]:
    answer = logged.get(path, format="csv", **query).raise_for_status()
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{path.rpartition("/")[2]}.csv"'
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def as_parquet(logged: Logged, path: str, **query: Any) -> Any:
    answer = logged.get(path, format="parquet", **query).raise_for_status()
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    return pq.read_table(io.BytesIO(answer.content))


def refused(answer: httpx.Response, *words: str) -> None:
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_argument"), answer.text
    assert all(word in answer.text for word in words), answer.text


def test_runs_are_exported_with_what_is_logged_on_them(logged: Logged):
    experiment = logged.experiment("e")
    one = logged.run(
        experiment,
        params={"depth": "6", "note": 'with "quotes", commas\nand lines'},
        metrics={"loss": [3.0, 0.5], "nan": "NaN", "inf": "Infinity"},
        tags={"a.b": ""},
    )
    two = logged.run(experiment, started_at=5000, params={"depth": "7"}, metrics={"loss": 1})
    rows = as_csv(logged, "runs", order_by="metrics.loss ASC")
    assert [row["id"] for row in rows] == [one, two]
    assert (rows[0]["params.depth"], rows[0]["params.note"]) == ("6", 'with "quotes", commas\nand lines')
    assert (rows[0]["metrics.loss"], rows[0]["metrics.nan"], rows[0]["metrics.inf"]) == ("0.5", "NaN", "Infinity")
    assert (rows[1]["params.note"], rows[1]["metrics.nan"], rows[0]["tags.a.b"]) == ("", "", "")
    assert json.loads(rows[0]["models"]) == []
    table = as_parquet(logged, "runs", order_by="metrics.loss ASC")
    found = table.to_pylist()
    assert [row["id"] for row in found] == [one, two]
    assert (found[0]["metrics.loss"], found[1]["metrics.nan"], found[0]["metrics.inf"]) == (0.5, None, float("inf"))
    assert found[0]["metrics.nan"] != found[0]["metrics.nan"]
    assert (found[0]["params.note"], found[1]["params.note"]) == ('with "quotes", commas\nand lines', None)
    assert (found[0]["tags.a.b"], found[1]["tags.a.b"]) == ("", None)
    assert found[1]["started_at"] == datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC)
    assert found[0]["duration_seconds"] == 2.5


def test_only_the_filtered_rows_and_the_chosen_columns_come_in_their_order(logged: Logged):
    experiment = logged.experiment("e")
    for depth in (1, 2, 3):
        logged.run(experiment, params={"depth": str(depth), "a": "x"}, metrics={"loss": float(depth)})
    chosen = ["metrics.loss", "name", "params", "metrics.none"]
    query = {"filter": "metrics.loss > 1", "order_by": "metrics.loss DESC", "columns": chosen}
    rows = as_csv(logged, "runs", **query)
    assert [list(row) for row in rows] == [["metrics.loss", "name", "params.a", "params.depth", "metrics.none"]] * 2
    assert [row["metrics.loss"] for row in rows] == ["3.0", "2.0"]
    table = as_parquet(logged, "runs", **query)
    assert table.column_names == list(rows[0])
    assert table.column("metrics.loss").to_pylist() == [3.0, 2.0]


def test_a_name_with_a_comma_a_point_or_in_two_cases_is_a_column(logged: Logged, http: httpx.Client):
    experiment = logged.experiment("e")
    started = http.post(f"projects/{logged.project}/imports", json={"source": "s"}).json()["id"]
    params = {"a,b": "1", "A.b": "2", "a.b": "3"}
    lines = [
        {"kind": "experiment", "key": "7", "name": "e"},
        {"kind": "run", "run_id": f"r-{logged.project}", "experiment": "7", "params": params},
    ]
    body = "".join(json.dumps(line) + "\n" for line in lines)
    sent = http.post(f"projects/{logged.project}/imports/{started}/records", content=body.encode()).json()
    assert sent["failure_count"] == 0, sent
    (row,) = as_csv(logged, "runs", experiment=experiment, columns=["params.a,b", "params.A.b", "params.a.b"])
    assert row == {"params.a,b": "1", "params.A.b": "2", "params.a.b": "3"}
    table = as_parquet(logged, "runs", columns=["params"])
    assert sorted(table.to_pylist()[0].values()) == ["1", "2", "3"]
    assert [run["id"] for run in logged.read("runs", filter="params.`a,b` = '1'")["items"]] == [f"r-{logged.project}"]


def test_a_list_of_many_pages_is_exported_whole_and_a_limit_is_kept(logged: Logged):
    experiment = logged.experiment("e")
    for index in range(520):
        logged.mlflow("traces", experiment_id=experiment, timestamp_ms=index)
    rows = as_csv(logged, "traces", columns=["id", "started_at"], order_by="timestamp_ms ASC")
    assert len({row["id"] for row in rows}) == len(rows) == 520
    times = [datetime.fromisoformat(row["started_at"]) for row in rows]
    assert times == sorted(times)
    assert len(as_csv(logged, "traces", limit=3)) == 3


def test_every_list_is_exported(logged: Logged, http: httpx.Client):
    logged.run(logged.experiment("e"))
    logged.mlflow("registered-models/create", name="m")
    logged.mlflow("model-versions/create", name="m", source="s3://bucket/m")
    http.post(f"projects/{logged.project}/imports", json={"source": "s"}).raise_for_status()
    described = http.get("openapi.json").json()["paths"]
    prefix = "/api/v1/projects/{project}/"
    tried = set()
    for path, item in described.items():
        names = {each["name"] for each in item.get("get", {}).get("parameters", [])}
        if not {"format", "columns"} <= names or not path.startswith(prefix):
            continue
        inner = path.removeprefix(prefix).replace("{model}", "m").replace("{number}", "1")
        if "{" in inner:
            continue
        items = logged.read(inner)
        items = items if isinstance(items, list) else items["items"]
        assert len(as_csv(logged, inner)) == len(items), inner
        assert as_parquet(logged, inner).num_rows == len(items), inner
        tried.add(inner)
    lists = {"runs", "experiments", "traces", "models", "models/m/versions", "datasets", "evaluation-datasets"}
    assert lists | {"prompts", "activity", "webhooks", "imports"} <= tried


def test_an_empty_list_has_its_columns(logged: Logged):
    answer = logged.get("models", format="csv")
    assert answer.text.startswith("name,description,datasets,contributors,")
    assert answer.text.count("\r\n") == 1
    assert "name" in as_parquet(logged, "models").column_names


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"format": "xlsx"}, ["json, csv, parquet"]),
        ({"columns": "name"}, ["format=csv"]),
        ({"format": "csv", "columns": "nam"}, ["nam", "did you mean 'name'", "version_count"]),
        ({"format": "csv", "columns": "latest_version.colour"}, ["latest_version.colour"]),
        ({"format": "csv", "filter": "x"}, ["filter"]),
        ({"format": ["csv", "parquet"]}, ["format"]),
    ],
)
def test_a_format_or_column_that_there_is_not_is_refused(logged: Logged, query: dict[str, Any], words: list[str]):
    refused(logged.get("models", **query), *words)


def test_what_is_no_list_takes_no_format(logged: Logged):
    logged.mlflow("registered-models/create", name="m")
    refused(logged.get("models/m", format="csv"), "unknown query parameter")
