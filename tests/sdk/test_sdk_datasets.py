import hashlib
import io
from pathlib import Path

import httpx
import pandas as pd
import pytest

from modelyard.sdk import CorruptFileError, InvalidTableError, ServerUnreachableError
from modelyard.wire.errors import ErrorCode
from tests.sdk.fake import Cut, FakeServer, dataset_version, error, ok, page

VERSIONS = "/projects/p/datasets/iris/versions"


def test_an_upload_streams_the_file_and_tells_how_far_it_is(fake: FakeServer, tmp_path: Path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"a\n" + b"1\n" * 500_000)
    fake.on("POST", VERSIONS, ok({"created": True, "version": dataset_version(3)}, status=201))
    seen: list[tuple[int, int | None]] = []
    version = fake.client().datasets.upload("iris", path, progress=lambda sent, total: seen.append((sent, total)))
    assert (version.reference, version.created, version.row_count) == ("iris@3", True, 3)
    request = fake.requests[0]
    assert request.url.params["filename"] == "table.csv"
    assert request.headers["Content-Length"] == str(path.stat().st_size)
    assert request.content == path.read_bytes()
    assert [sent for sent, _ in seen] == sorted({sent for sent, _ in seen})
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)


def test_an_upload_that_changes_nothing_says_so(fake: FakeServer):
    fake.on("POST", VERSIONS, ok({"created": False, "version": dataset_version(2)}))
    version = fake.client().datasets.upload("iris", io.BytesIO(b"a\n1\n"), file_name="t.csv")
    assert (version.number, version.created) == (2, False)
    assert fake.requests[0].headers["Transfer-Encoding"] == "chunked"


def test_a_refused_table_says_where(fake: FakeServer):
    problem = {"path": "row 17", "message": "3 fields instead of 4"}
    fake.on("POST", VERSIONS, error(422, ErrorCode.INVALID_TABLE, "ragged", problems=[problem]))
    with pytest.raises(InvalidTableError) as caught:
        fake.client().datasets.upload("iris", pd.DataFrame({"a": [1]}))
    assert caught.value.problems[0].path == "row 17"


def test_a_version_of_a_list_fetches_its_columns_when_asked(fake: FakeServer):
    summary = {key: value for key, value in dataset_version(2).items() if key != "columns"} | {"column_count": 1}
    fake.on("GET", VERSIONS, page(summary))
    fake.on("GET", VERSIONS + "/2", ok(dataset_version(2)))
    [version] = fake.client().datasets("iris").versions()
    assert (version.column_count, len(fake.requests)) == (1, 1)
    assert [column.name for column in version.columns] == ["a"]


def test_rows_come_page_by_page(fake: FakeServer):
    columns = dataset_version()["columns"]

    def rows(request: httpx.Request) -> httpx.Response:
        offset, limit = int(request.url.params["offset"]), int(request.url.params["limit"])
        numbers = range(offset, min(offset + limit, 2500))
        return ok({"columns": columns, "rows": [[n] for n in numbers], "offset": offset, "total": 2500})

    fake.on("GET", VERSIONS + "/1", ok(dataset_version()))
    fake.on("GET", VERSIONS + "/1/rows", rows)
    version = fake.client().datasets("iris").version(1)
    assert [row["a"] for row in version.rows()] == list(range(2500))
    assert [row["a"] for row in version.rows(offset=10, limit=5)] == list(range(10, 15))
    assert [row["a"] for row in version.rows(offset=2498, limit=5)] == [2498, 2499]
    assert list(version.rows(limit=0)) == []


@pytest.fixture
def parquet() -> bytes:
    return pd.DataFrame({"a": [1, 2]}).to_parquet()


def test_a_table_is_read_back_and_its_digest_checked(fake: FakeServer, parquet: bytes, tmp_path: Path):
    fake.on("GET", VERSIONS + "/latest", ok(dataset_version(digest=hashlib.sha256(parquet).hexdigest())))
    fake.on("GET", VERSIONS + "/1/data", httpx.Response(200, content=parquet))
    found = fake.client().datasets("iris")
    assert found.to_pandas()["a"].tolist() == [1, 2]
    assert found.latest.to_arrow().num_rows == 2
    assert found.latest.download(tmp_path / "new" / "t.parquet").read_bytes() == parquet


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (httpx.Response(200, content=b"other"), CorruptFileError),
        (httpx.Response(200, stream=Cut([b"half"])), ServerUnreachableError),
    ],
    ids=["damaged", "cut"],
)
def test_a_damaged_or_cut_download_leaves_nothing(
    fake: FakeServer, tmp_path: Path, body: httpx.Response, expected: type[Exception]
):
    fake.on("GET", VERSIONS + "/1", ok(dataset_version()))
    fake.on("GET", VERSIONS + "/1/data", body)
    with pytest.raises(expected):
        fake.client().datasets("iris").version(1).download(tmp_path / "t.parquet")
    assert list(tmp_path.iterdir()) == []
