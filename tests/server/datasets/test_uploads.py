"""Uploading tables; how each kind of file is read, `tests/worker/ingest` asks."""

import gzip
import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.server import ModelyardServer

CSV = "a,b,c\n1,x,2020-01-01\n2,y,2020-01-02\n"


def parquet(columns: dict[str, Any]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def column_types(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 201, response.text
    return {column["name"]: column["data_type"] for column in response.json()["version"]["columns"]}


def test_the_first_upload_makes_the_dataset(upload, http: httpx.Client, datasets: str):
    answer = upload(CSV, name="iris")
    assert answer.status_code == 201
    assert answer.json()["created"] is True
    version = answer.json()["version"]
    assert (version["dataset"], version["number"], version["row_count"]) == ("iris", 1, 2)
    assert len(version["digest"]) == 64
    assert version["created_by"] == "local"
    assert http.get(f"{datasets}/iris").json()["latest_version"]["number"] == 1
    assert http.get(f"{datasets}/iris/versions/latest").json() == version


def test_an_upload_is_in_the_audit_record(upload, http: httpx.Client, project: str):
    upload(CSV, name="iris")
    line = http.get(f"projects/{project}/activity").json()["items"][0]
    assert (line["action"], line["object_name"], line["detail"]["number"]) == ("dataset.uploaded", "iris", 1)


def test_another_table_is_the_next_version(upload):
    assert upload(CSV).json()["version"]["number"] == 1
    assert upload(CSV + "3,z,2020-01-03\n").json()["version"]["number"] == 2


def test_the_same_file_again_adds_nothing(upload, http: httpx.Client, datasets: str):
    first = upload(CSV)
    again = upload(CSV)
    assert again.status_code == 200
    assert again.json() == {"created": False, "version": first.json()["version"]}
    assert http.get(f"{datasets}/table/versions").json()["total"] == 1


def test_the_same_rows_in_another_format_add_nothing(upload):
    first = upload("a,b\n1,x\n2,y\n")
    assert first.status_code == 201
    packed = upload(gzip.compress(b"a,b\n1,x\n2,y\n"), "table.csv.gz")
    assert packed.status_code == 200
    assert packed.json()["version"] == first.json()["version"]
    assert upload(parquet({"a": [1, 2], "b": ["x", "y"]}), "table.parquet").status_code == 200


def test_an_earlier_table_again_is_a_new_version(upload):
    upload(CSV)
    upload("a\n1\n")
    assert upload(CSV).json()["version"]["number"] == 3


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("T.CSV", b"n;s\r\n1;x\r\n2;y\r\n"),
        ("t.ndjson.gz", gzip.compress(b'{"n": 1, "s": "x"}\n{"n": 2, "s": "y"}\n', mtime=0)),
        ("t.parquet", parquet({"n": [1, 2], "s": ["x", "y"]})),
    ],
)
def test_every_format_gives_the_same_table(upload, http: httpx.Client, datasets: str, filename: str, content: bytes):
    assert column_types(upload(content, filename)) == {"n": "BIGINT", "s": "VARCHAR"}
    assert http.get(f"{datasets}/table/versions/1/rows").json()["rows"] == [[1, "x"], [2, "y"]]


def test_unusual_parquet_types_become_ones_that_are_stored(upload, http: httpx.Client, datasets: str):
    columns = {
        "bytes": pa.array([b"hi", None]),
        "list": pa.array([[1, 2], None]),
        "time": pa.array([1, None], pa.time64("us")),
        "decimal": pa.array([1, None], pa.decimal128(30, 2)),
        "nanos": pa.array([1_600_000_000_000_000_000, None], pa.timestamp("ns")),
        "zoned": pa.array([1_600_000_000_000_000, None], pa.timestamp("us", tz="Europe/Berlin")),
        "small": pa.array([1, None], pa.uint8()),
    }
    assert column_types(upload(parquet(columns), "t.parquet")) == {
        "bytes": "VARCHAR",
        "list": "VARCHAR",
        "time": "VARCHAR",
        "decimal": "DECIMAL(30,2)",
        "nanos": "TIMESTAMP",
        "zoned": "TIMESTAMP WITH TIME ZONE",
        "small": "UTINYINT",
    }
    first, second = http.get(f"{datasets}/table/versions/1/rows").json()["rows"]
    assert first == ["aGk=", "[1,2]", "00:00:00.000001", 1.0, "2020-09-13T12:26:40", "2020-09-13T12:26:40Z", 1]
    assert second == [None] * 7


def test_uploads_of_one_name_at_once_leave_no_gap(server: ModelyardServer, datasets: str):
    def send(number: int) -> httpx.Response:
        with server.client() as client:
            return client.post(
                f"{datasets}/busy/versions", params={"filename": "t.csv"}, content=f"a,b\n{number // 2},1\n".encode()
            )

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(6)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    with server.client() as client:
        numbers = [version["number"] for version in client.get(f"{datasets}/busy/versions").json()["items"]]
    assert numbers == list(range(len(numbers), 0, -1))
    assert 3 <= len(numbers) == sum(answer.status_code == 201 for answer in answers)


def test_progress_is_told_to_the_view_that_uploads(server: ModelyardServer, project: str, datasets: str):
    stages: list[str] = []
    ready = threading.Event()

    def listen() -> None:
        with (
            server.client() as client,
            client.stream("GET", f"projects/{project}/events", params={"topic": ["upload:u1", "datasets"]}) as stream,
        ):
            for line in stream.iter_lines():
                if line == "event: ready":
                    ready.set()
                if line.startswith("data: {") and line != "data: {}":
                    event = json.loads(line.removeprefix("data: "))
                    stages.append(event.get("stage") or event["type"])
                    if event["type"] == "object.changed":
                        return

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    assert ready.wait(10)
    with server.client() as client:
        params = {"filename": "t.csv", "upload_id": "u1"}
        client.post(f"{datasets}/watched/versions", params=params, content=CSV.encode()).raise_for_status()
    thread.join(10)
    assert list(dict.fromkeys(stages)) == ["receiving", "reading", "profiling", "storing", "object.changed"]


@pytest.mark.parametrize("name", ["a b", "..", "🌸", "x" * 300, "-a", "a%2Fb"])
def test_a_name_that_is_not_allowed_is_refused(http: httpx.Client, datasets: str, leaves_nothing, name: str):
    answer = http.post(f"{datasets}/{name}/versions", params={"filename": "t.csv"}, content=CSV.encode())
    assert answer.status_code in (400, 404, 405)
    assert answer.json()["error"]["code"] in ("invalid_name", "invalid_argument", "not_found")


@pytest.mark.parametrize("filename", ["t.xlsx", "t", "csv", "t.parquet.gz", "x" * 300 + ".csv", "a\nb.csv"])
def test_a_file_name_of_no_known_format_is_refused(upload, leaves_nothing, filename: str):
    answer = upload(CSV, filename)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_argument"


def test_the_folders_of_a_file_name_are_dropped(upload):
    assert upload(CSV, "../../etc/t.csv").json()["version"]["source_name"] == "t.csv"


def test_an_upload_to_a_project_that_is_not_there_is_refused(http: httpx.Client):
    answer = http.post("projects/nowhere/datasets/t/versions", params={"filename": "t.csv"}, content=CSV.encode())
    assert answer.status_code == 404
