import csv
import gzip
import http.server
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from modelyard.sdk import InvalidArgumentError, InvalidTableError
from modelyard.sdk._sources import open_table

CSV = b"a,b\n1,x\n2,y\n"


def read(source: Any, file_name: str | None = None) -> tuple[str, int | None, bytes]:
    with open_table(source, file_name) as table:
        return table.file_name, table.size_bytes, b"".join(table.chunks)


def read_parquet(source: Any) -> pd.DataFrame:
    name, _, content = read(source)
    assert name.endswith(".parquet")
    return pd.read_parquet(io.BytesIO(content))


@pytest.mark.parametrize("name", ["t.csv", "T.CSV", "t.tsv", "t.jsonl", "t.csv.gz", "t.json.zst", "t.parquet"])
def test_a_file_is_sent_as_it_is(tmp_path: Path, name: str):
    path = tmp_path / name
    path.write_bytes(CSV)
    assert read(path) == read(str(path)) == read(path.as_uri()) == (name, len(CSV), CSV)


def test_a_file_object_is_sent_as_it_is(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_bytes(CSV)
    with path.open("rb") as file:
        assert read(file) == ("t.csv", None, CSV)
    assert read(io.BytesIO(CSV), "t.csv") == ("t.csv", None, CSV)


def test_a_file_object_without_a_name_needs_one():
    with pytest.raises(InvalidArgumentError, match="format") as caught:
        read(io.BytesIO(CSV))
    assert "file_name" in str(caught.value.hint)


def test_a_file_object_in_text_mode_is_refused():
    with pytest.raises(InvalidArgumentError, match="text"):
        read(io.StringIO("a,b\n"), "t.csv")


def test_a_pandas_frame_keeps_its_columns_and_named_index():
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.Index(["p", "q"], name="key"))
    assert read_parquet(frame).to_dict("list") == {"key": ["p", "q"], "a": [1, 2]}
    assert list(read_parquet(frame.reset_index(drop=True)).columns) == ["a"]


def test_an_arrow_table_and_anything_with_an_arrow_stream_are_sent():
    table = pa.table({"a": [1, 2]})

    class Other:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return table.__arrow_c_stream__(requested_schema)

    assert read_parquet(table)["a"].tolist() == read_parquet(Other())["a"].tolist() == [1, 2]


@pytest.mark.parametrize(
    "frame",
    [pd.DataFrame([[1, 2]], columns=["a", "a"]), pd.DataFrame({"a": [1, "x", object()]})],
    ids=["twice", "mixed"],
)
def test_a_frame_that_parquet_cannot_hold_is_refused(frame: pd.DataFrame):
    with pytest.raises(InvalidTableError, match="cannot be written as Parquet"):
        read(frame)


def test_a_glob_of_text_files_keeps_what_is_written_in_them(tmp_path: Path):
    (tmp_path / "part-1.csv").write_bytes(b"zip,when,paid\n02139,09/25/2021,Yes\n")
    (tmp_path / "part-2.csv").write_bytes(b'paid,zip,when\n"No, never",94110,NA\n')
    name, _, content = read(str(tmp_path / "part-*.csv"))
    assert name == "part-_.csv"
    rows = list(csv.reader(io.StringIO(content.decode())))
    assert sorted(rows[1:]) == [["02139", "09/25/2021", "Yes"], ["94110", "NA", "No, never"]]
    (tmp_path / "part-1.tsv").write_bytes(b"zip\twords\n007\ta,b\n")
    assert read(str(tmp_path / "*.tsv")) == ("_.csv", 20, b'zip,words\n007,"a,b"\n')


def test_a_glob_of_json_keeps_what_is_written_in_it(tmp_path: Path):
    (tmp_path / "1.json").write_text('[{"day": "2021-09-25",\n "n": 1.0}, {"day": null, "n": 12345678901234567890}]')
    (tmp_path / "2.json").write_text('{"day": "two\\nlines", "n": true}\n')
    name, _, content = read(str(tmp_path / "*.json"))
    assert name == "_.jsonl"
    assert sorted(map(json.loads, content.splitlines()), key=str) == [
        {"day": "2021-09-25", "n": 1.0},
        {"day": "two\nlines", "n": True},
        {"day": None, "n": 12345678901234567890},
    ]


def test_a_glob_of_parquet_is_one_table(tmp_path: Path):
    for part in (1, 2):
        pq.write_table(pa.table({"a": [part]}), tmp_path / f"part-{part}.parquet")
    assert sorted(read_parquet(str(tmp_path / "part-*.parquet"))["a"]) == [1, 2]


def test_a_glob_that_finds_nothing_is_named(tmp_path: Path):
    with pytest.raises(InvalidTableError, match=r"none-\*.csv"):
        read(str(tmp_path / "none-*.csv"))


def test_a_name_with_quotes_reaches_duckdb_whole(tmp_path: Path):
    folder = tmp_path / "it's; here"
    folder.mkdir()
    (folder / "t1.csv").write_bytes(CSV)
    assert read(str(folder / "t*.csv"))[2] == CSV


@pytest.mark.parametrize(
    ("source", "words"), [("missing.csv", "no file"), (".", "folder"), (17, "int"), ("README", "README")]
)
def test_what_is_no_table_is_named(source: Any, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README").write_text("not a table")
    with pytest.raises((InvalidArgumentError, InvalidTableError), match=words):
        read(source)


class Files(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/t.csv")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        found = path in {"/t.csv", "/export", "/odd", "/packed.csv"}
        body = gzip.compress(CSV) if path == "/packed.csv" else CSV if found else b"no"
        self.send_response(200 if found else 404)
        if path == "/packed.csv":
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", "text/csv; charset=utf-8" if path == "/export" else "application/x-unknown")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def files() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "name", "size"),
    [
        ("/t.csv", "t.csv", len(CSV)),
        ("/t.csv?token=1", "t.csv", len(CSV)),
        ("/moved", "moved", None),
        ("/export", "export.csv", len(CSV)),
        ("/packed.csv", "packed.csv", None),
    ],
)
def test_a_web_address_is_streamed(files: str, path: str, name: str, size: int | None):
    if path == "/moved":
        assert read(files + path, "t.csv") == ("t.csv", len(CSV), CSV)
    else:
        assert read(files + path) == (name, size, CSV)


def test_a_web_address_that_tells_no_format_asks_for_one(files: str):
    with pytest.raises(InvalidArgumentError, match="format"):
        read(files + "/odd")
    assert read(files + "/odd", "t.csv")[0] == "t.csv"


@pytest.mark.parametrize("url", ["/none.csv", "refused"])
def test_a_web_address_that_gives_nothing_is_named(files: str, url: str):
    target = "http://127.0.0.1:1/t.csv" if url == "refused" else files + url
    with pytest.raises(InvalidTableError, match=r"\.csv"):
        read(target)


def test_a_bucket_is_streamed(monkeypatch: pytest.MonkeyPatch):
    moto = pytest.importorskip("moto.server", reason="moto stands in for S3")
    boto3 = pytest.importorskip("boto3")
    for name, value in {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        s3 = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
        s3.create_bucket(Bucket="tables")
        s3.put_object(Bucket="tables", Key="in/t.csv", Body=CSV)
        assert read("s3://tables/in/t.csv") == ("t.csv", len(CSV), CSV)
        with pytest.raises(InvalidTableError, match=r"s3://tables/in/none\.csv"):
            read("s3://tables/in/none.csv")
    finally:
        server.stop()


def test_no_temporary_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    read(pd.DataFrame({"a": [1]}))
    with pytest.raises(InvalidTableError):
        read(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    assert list(tmp_path.iterdir()) == []


def test_a_frame_is_written_compressed(tmp_path: Path):
    path = tmp_path / "t.parquet"
    path.write_bytes(read(pd.DataFrame({"a": [1]}))[2])
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "ZSTD"
