"""Large files through the client: in parts, and by signed addresses. The sizes are set low by the environment."""

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

import mlflow
import pytest
import requests
from mlflow import MlflowClient
from mlflow.environment_variables import (
    MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD,
    MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE,
    MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE,
    MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE,
)
from mlflow.store.artifact.http_artifact_repo import HttpArtifactRepository

MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE.name, str(5 * MIB))
    monkeypatch.setenv(MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE.name, str(5 * MIB))
    monkeypatch.setenv(MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE.name, str(5 * MIB))


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """12 MiB and a bit that no two parts of are the same."""
    path = tmp_path / "weights 1.bin"
    block = b"".join(hashlib.sha256(str(index).encode()).digest() for index in range(1024))
    path.write_bytes(b"".join(index.to_bytes(4, "big") + block for index in range(12 * 32)) + b"end")
    return path


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where the parts that the client sent went."""
    sent: list[str] = []
    upload = HttpArtifactRepository._upload_part

    def noted(credential, local_file, size, start_byte):
        sent.append(credential.url)
        return upload(credential, local_file, size, start_byte)

    monkeypatch.setattr(HttpArtifactRepository, "_upload_part", staticmethod(noted))
    return sent


@pytest.fixture
def is_direct(tracking_uri: str) -> bool:
    """Whether files are sent to and fetched from the storage itself: then clients ask for signed addresses unasked."""
    answer = requests.get(f"{tracking_uri}/api/3.0/mlflow/server-info", timeout=60).json()
    assert answer["multipart_uploads_enabled"]
    enabled: bool = answer["multipart_downloads_enabled"]
    return enabled


def check_a_large_file_goes_in_parts_and_comes_back_whole(
    client: MlflowClient, experiment: str, large: Path, parts: list[str], tmp_path: Path, *, is_direct: bool
) -> None:
    run = client.create_run(experiment).info.run_id
    client.log_artifact(run, str(large), "deep/er")
    server = urlsplit(mlflow.get_tracking_uri()).netloc
    assert [urlsplit(url).netloc == server for url in parts] == [not is_direct] * 3
    (file,) = client.list_artifacts(run, "deep/er")
    assert (file.path, file.file_size) == ("deep/er/weights 1.bin", large.stat().st_size)
    back = client.download_artifacts(run, "deep/er/weights 1.bin", str(tmp_path))
    assert Path(back).read_bytes() == large.read_bytes()


def check_a_small_file_goes_at_once(client: MlflowClient, experiment: str, parts: list[str], tmp_path: Path) -> None:
    run = client.create_run(experiment).info.run_id
    client.log_text(run, "hello", "notes.txt")
    assert (parts, mlflow.artifacts.load_text(f"runs:/{run}/notes.txt")) == ([], "hello")


def check_files_are_fetched_by_signed_addresses_in_ranges(
    client: MlflowClient, experiment: str, large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD.name, "true")
    signed: list[str] = []
    ask = HttpArtifactRepository._get_presigned_download_url

    def noted(self, path):
        answer = ask(self, path)
        signed.append(answer.url)
        return answer

    monkeypatch.setattr(HttpArtifactRepository, "_get_presigned_download_url", noted)
    run = client.create_run(experiment).info.run_id
    client.log_artifact(run, str(large))
    client.log_text(run, "hello", "notes.txt")
    back = client.download_artifacts(run, large.name, str(tmp_path))
    assert Path(back).read_bytes() == large.read_bytes()
    assert mlflow.artifacts.load_text(f"runs:/{run}/notes.txt") == "hello"
    assert len(signed) == 2


def check_an_upload_that_fails_is_given_up(
    client: MlflowClient, experiment: str, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_given: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(HttpArtifactRepository, "_upload_part", staticmethod(broken))
    run = client.create_run(experiment).info.run_id
    with pytest.raises(mlflow.MlflowException, match="Failed to upload at least one part"):
        client.log_artifact(run, str(large))
    assert client.list_artifacts(run) == []
