"""Predicting and downloading."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from modelyard.sdk import (
    CorruptFileError,
    InvalidArgumentError,
    MissingInputsWarning,
    NotFoundError,
    PredictionFailedError,
    UnexpectedAnswerError,
    Version,
)
from modelyard.wire.errors import ErrorCode
from modelyard.wire.predictions import MissingInputs, missing_inputs_header
from tests.sdk.fake import FakeServer, error, ok, version

ONE = "/projects/p/models/iris/versions/1"


@pytest.fixture
def ready(fake: FakeServer) -> Version:
    fake.on("GET", ONE, ok(version(1)))
    return fake.client().models("iris").version(1)


def answer_rows(request: httpx.Request) -> httpx.Response:
    rows = json.loads(request.content)["rows"]
    return ok({"columns": ["p"], "rows": [{"p": row["a"]} for row in rows], "duration_ms": 1.0})


def answer_table(request: httpx.Request) -> httpx.Response:
    """As many rows as came, in the format that was asked for."""
    name = request.url.params["filename"]
    if name.endswith(".parquet"):
        count = pq.read_table(pa.BufferReader(request.content)).num_rows
    else:
        count = len(request.content.splitlines()) - (0 if name.endswith(".jsonl") else 1)
    frame = pd.DataFrame({"p": range(count)})
    wanted = request.url.params["output"]
    content = frame.to_csv(index=False) if wanted == "csv" else frame.to_parquet()
    return httpx.Response(200, content=content)


def test_dicts_give_dicts(fake: FakeServer, ready: Version):
    fake.on("POST", ONE + "/predict", answer_rows)
    values = [1, np.float64(2.5), float("nan"), float("-inf"), datetime(2026, 1, 2, tzinfo=UTC), None, np.bool_(True)]
    found = ready.predict([{"a": value} for value in values])
    assert [row["p"] for row in found] == [1, 2.5, "NaN", "-Infinity", "2026-01-02T00:00:00+00:00", None, True]


def test_many_dicts_go_in_several_requests(fake: FakeServer, ready: Version):
    fake.on("POST", ONE + "/predict", answer_rows)
    found = ready.predict([{"a": number} for number in range(10_001)])
    assert [row["p"] for row in found] == list(range(10_001))
    assert len(fake.requests) == 3


@pytest.mark.parametrize("frame", [pd.DataFrame({"a": [1, 2, 3]}), pa.table({"a": [1, 2, 3]})], ids=["pandas", "arrow"])
def test_a_frame_gives_a_frame_of_its_library(fake: FakeServer, ready: Version, frame: Any):
    fake.on("POST", ONE + "/predict", answer_table)
    found = ready.predict(frame)
    assert type(found) is type(frame)
    assert len(found) == 3


@pytest.mark.parametrize(
    ("name", "output", "expected", "sent"),
    [
        ("rows.csv", None, "rows.predictions.csv", "text/csv"),
        ("rows.csv", "out.parquet", "out.parquet", "text/csv"),
        ("rows.jsonl", "out.csv", "out.csv", "application/octet-stream"),
        ("rows.jsonl", None, "rows.predictions.parquet", "application/octet-stream"),
        ("rows.tsv", None, "rows.predictions.parquet", "application/octet-stream"),
    ],
)
def test_a_file_gives_a_file(
    fake: FakeServer, ready: Version, tmp_path: Path, name: str, output: str | None, expected: str, sent: str
):
    content = {"csv": "a,b\n1,x\n2,y\n", "tsv": "a\tb\n1\tx\n2\ty\n", "jsonl": '{"a": 1}\n{"a": 2}\n'}
    (tmp_path / name).write_text(content[name.partition(".")[2]])
    fake.on("POST", ONE + "/predict", answer_table)
    path = ready.predict(tmp_path / name, output=output and tmp_path / output)
    assert path == tmp_path / expected
    assert fake.requests[-1].headers["Content-Type"] == sent
    assert fake.requests[-1].url.params["filename"] == name
    assert fake.requests[-1].content == (tmp_path / name).read_bytes()
    assert len(pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)) == 2


def lacking(request: httpx.Request) -> httpx.Response:
    answer = answer_table(request)
    headers = {"X-Modelyard-Missing-Inputs": missing_inputs_header(["b", "ü"])}
    return httpx.Response(200, content=answer.content, headers=headers)


def test_inputs_that_rows_lack_are_a_warning(fake: FakeServer, ready: Version, tmp_path: Path):
    (tmp_path / "rows.csv").write_text("a\n1\n")
    fake.on("POST", ONE + "/predict", lacking)
    message = "The rows lack 2 of the model's inputs, for which values were filled in: b, ü"
    for rows in (tmp_path / "rows.csv", pd.DataFrame({"a": [1]})):
        with pytest.warns(MissingInputsWarning, match=message) as noticed:
            ready.predict(rows)
        assert noticed[0].filename == __file__
    fake.on("POST", ONE + "/predict", ok({"columns": [], "rows": [], "missing_inputs": ["b", "ü"], "duration_ms": 1.0}))
    with pytest.warns(MissingInputsWarning, match=message):
        ready.predict([{"a": 1}])


def test_rows_that_lack_inputs_can_be_refused(fake: FakeServer, ready: Version, tmp_path: Path):
    (tmp_path / "rows.csv").write_text("a\n1\n")
    fake.on("POST", ONE + "/predict", answer_table)
    ready.predict(tmp_path / "rows.csv", strict=True)
    assert fake.requests[-1].url.params["strict"] == "true"


def test_a_header_of_missing_inputs_stays_short():
    header = missing_inputs_header([f"a column {number} of a long name" for number in range(5000)])
    assert len(header) < 4000
    assert MissingInputs.model_validate_json(header).count == 5000


@pytest.mark.parametrize(
    ("rows", "output"),
    [
        ("missing.csv", None),
        ("rows.csv", "out.xlsx"),
        ("rows.txt", None),
        (17, None),
        ([1, 2], None),
        ([{"a": 1}], "o.csv"),
    ],
)
def test_what_cannot_be_predicted_is_named(
    ready: Version, tmp_path: Path, rows: Any, output: str | None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    for name in ("rows.csv", "rows.txt"):
        (tmp_path / name).write_text("a\n1\n")
    with pytest.raises(InvalidArgumentError):
        ready.predict(rows, output=output)


def test_a_failed_prediction_leaves_no_file(fake: FakeServer, ready: Version, tmp_path: Path):
    (tmp_path / "rows.csv").write_text("a\n1\n")
    fake.on("POST", ONE + "/predict", error(422, ErrorCode.PREDICTION_FAILED, "column b is missing"))
    with pytest.raises(PredictionFailedError, match="column b"):
        ready.predict(tmp_path / "rows.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]


def file_record(path: str, content: bytes) -> dict[str, Any]:
    return {"path": path, "size_bytes": len(content), "digest": hashlib.sha256(content).hexdigest()}


def serve_files(fake: FakeServer, files: dict[str, bytes], **served: bytes) -> None:
    fake.on("GET", ONE + "/files", ok([file_record(path, content) for path, content in files.items()]))
    for path, content in files.items():
        fake.on("GET", f"{ONE}/files/{path}", httpx.Response(200, content=served.get(path.partition("/")[2], content)))


FILES = {"model/MLmodel": b"flavors: {}", "model/data/a model.bin": b"x" * 1000, "reports/evaluation.json": b"{}"}


@pytest.mark.parametrize("exists", [False, True])
def test_a_download_is_the_model_folder(fake: FakeServer, ready: Version, tmp_path: Path, exists: bool):
    serve_files(fake, FILES)
    target = tmp_path / "down" / "iris-1"
    if exists:
        target.mkdir(parents=True)
    seen: list[tuple[int, int]] = []
    assert ready.download(target, progress=lambda received, total: seen.append((received, total))) == target
    found = {str(path.relative_to(target)): path.read_bytes() for path in target.rglob("*") if path.is_file()}
    assert found == {"MLmodel": b"flavors: {}", "data/a model.bin": b"x" * 1000}
    assert seen[-1] == (1011, 1011)
    assert [path.name for path in target.parent.iterdir()] == ["iris-1"]


def test_a_damaged_file_leaves_no_folder(fake: FakeServer, ready: Version, tmp_path: Path):
    serve_files(fake, FILES, MLmodel=b"flavors: []")
    with pytest.raises(CorruptFileError, match="MLmodel"):
        ready.download(tmp_path / "iris-1")
    assert list(tmp_path.iterdir()) == []


def test_a_download_overwrites_nothing(fake: FakeServer, ready: Version, tmp_path: Path):
    serve_files(fake, FILES)
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(InvalidArgumentError, match="exists"):
        ready.download(tmp_path)
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_version_without_a_model_is_not_found(fake: FakeServer, ready: Version, tmp_path: Path):
    serve_files(fake, {"reports/evaluation.json": b"{}"})
    with pytest.raises(NotFoundError):
        ready.download(tmp_path / "iris-1")


def test_a_file_that_would_leave_the_folder_is_refused(fake: FakeServer, ready: Version, tmp_path: Path):
    serve_files(fake, {"model/../../escaped": b"x"})
    with pytest.raises(UnexpectedAnswerError, match="leave the folder"):
        ready.download(tmp_path / "in" / "iris-1")
    assert not (tmp_path / "escaped").exists()
