"""The whole job on S3-compatible storage, and large files in little memory."""

import hashlib
import io
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.training.playing import CONFIG, TABLE, PlayedWorker, Yard, sleeping_worker
from tests.support import s3
from tests.support.server import ModelyardServer
from tests.support.waiting import wait_until

MIB = 2**20
VERSION = "projects/default/models/m/versions/1"


@pytest.fixture
def bucket(s3_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The storage URL of a folder of the test's own."""
    for name, value in s3.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return s3.storage_url(s3_server, tmp_path.name)


@pytest.mark.timeout(180)
def test_the_whole_job_on_s3(new_server: Callable[..., ModelyardServer], bucket: str):
    server = new_server(storage_url=bucket).start()
    with server.client() as http:
        assert http.get("server").json()["storage"] == "s3"
        _train_on(http)
        rows = http.get("projects/default/datasets/toy/versions/1/rows", params={"sort": "b"}).json()
        assert rows["total"] == 60
        data = http.get("projects/default/datasets/toy/versions/1/data").content
        assert data[:4] == b"PAR1"
        predicted = http.post(f"{VERSION}/predict", json={"rows": [{"a": 5, "b": 3}]})
        assert predicted.status_code == 200, predicted.text
        archive = zipfile.ZipFile(io.BytesIO(http.get(f"{VERSION}/download").content))
        for file in http.get(f"{VERSION}/files").json():
            if file["path"].startswith("model/"):
                content = archive.read("m-1/" + file["path"].removeprefix("model/"))
                assert hashlib.sha256(content).hexdigest() == file["digest"]
        assert not (server.data_dir / "files").exists()
        _assert_sound(server, least=10)
        http.delete("projects/default/models/m").raise_for_status()
        http.delete("projects/default/datasets/toy").raise_for_status()
        wait_until(lambda: server.verify()["ok"] == 0)
    _assert_sound(server, least=0)


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("storage", "max_mib"), [("local", 75), ("s3", 150)])
def test_a_large_file_passes_through_the_server_in_little_memory(
    new_server: Callable[..., ModelyardServer],
    tmp_path: Path,
    request: pytest.FixtureRequest,
    storage: str,
    max_mib: int,
):
    """A file of twice the memory."""
    mib = 2 * max_mib
    settings = {"storage_url": request.getfixturevalue("bucket")} if storage == "s3" else {}
    script = sleeping_worker(tmp_path / "workers")
    yard = Yard(new_server(worker_python=script, worker_timeout_seconds=300, **settings).start(), script).upload()
    yard.train()
    worker = yard.worker()
    worker.go_to("Training")
    with _memory_bound(yard.server, max_mib * MIB):
        digest = _put_large(worker, mib)
        worker.complete()
        for path in (f"{VERSION}/files/model/large.bin", f"{VERSION}/download"):
            received = 0
            with yard.http.stream("GET", path) as answer:
                for chunk in answer.iter_bytes():
                    received += len(chunk)
            assert received >= mib * MIB
    (large,) = [file for file in yard.http.get(f"{VERSION}/files").json() if file["path"] == "model/large.bin"]
    assert (large["size_bytes"], large["digest"]) == (mib * MIB, digest)
    _assert_sound(yard.server, least=3)


@pytest.mark.timeout(180)
def test_a_large_table_is_uploaded_in_little_memory(new_server: Callable[..., ModelyardServer]):
    server = new_server().start()
    rows = "".join(f"{number},{number * 37 % 1009}.5,name {number % 50}\n" for number in range(100_000)).encode()

    def table() -> Iterator[bytes]:
        yield b"a,b,c\n"
        for _ in range(75):
            yield rows

    assert len(rows) * 75 > 2 * 65 * MIB
    with _memory_bound(server, 65 * MIB), server.client() as http:
        answer = http.post("projects/default/datasets/large/versions?filename=large.csv", content=table(), timeout=150)
        assert answer.status_code == 201, answer.text
        assert answer.json()["version"]["row_count"] == 7_500_000
        with http.stream("GET", "projects/default/datasets/large/versions/1/data") as stored:
            assert sum(len(chunk) for chunk in stored.iter_bytes()) > MIB // 2


def _train_on(http: httpx.Client) -> None:
    uploaded = http.post("projects/default/datasets/toy/versions?filename=toy.csv", content=TABLE)
    assert uploaded.status_code == 201, uploaded.text
    http.post("projects/default/models/m/versions", json={"config": CONFIG, "dataset": "toy"}).raise_for_status()

    def ended() -> dict[str, Any] | None:
        version: dict[str, Any] = http.get(VERSION).json()
        return version if version["status"] in ("Ready", "Failed") else None

    assert wait_until(ended, 90)["status"] == "Ready"


def _put_large(worker: PlayedWorker, mib: int) -> str:
    """Sends a file chunk by chunk; its digest."""
    piece = os.urandom(MIB)
    sha256 = hashlib.sha256()
    for _ in range(mib):
        sha256.update(piece)
    answer = worker.ask(
        "PUT",
        "files/model/large.bin",
        content=(piece for _ in range(mib)),
        headers={"X-Content-SHA256": sha256.hexdigest()},
        timeout=120,
    )
    assert answer.status_code == 200, answer.text
    return sha256.hexdigest()


@contextmanager
def _memory_bound(server: ModelyardServer, max_bytes: int) -> Iterator[None]:
    """The server process needs at most so much more memory, at its highest, than it had before."""
    assert server.process is not None
    process = Path("/proc") / str(server.process.pid)

    def peak_bytes() -> int:
        lines = (process / "status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) * 1024

    (process / "clear_refs").write_text("5")
    before = peak_bytes()
    yield
    assert peak_bytes() - before < max_bytes


def _assert_sound(server: ModelyardServer, *, least: int) -> None:
    report = server.verify()
    assert report["faults"] == []
    assert report["orphaned"] == 0
    assert int(str(report["ok"])) >= least
