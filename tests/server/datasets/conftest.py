"""Fixtures for datasets: uploading, and seeing whether anything was left behind."""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.server import ModelyardServer

Upload = Callable[..., httpx.Response]


@pytest.fixture
def datasets(project: str) -> str:
    """The path of the fresh project's datasets."""
    return f"projects/{project}/datasets"


@pytest.fixture
def upload(http: httpx.Client, datasets: str) -> Upload:
    """Uploads bytes (or text) as a dataset's next version."""

    def send(content: bytes | str, filename: str = "table.csv", name: str = "table") -> httpx.Response:
        body = content.encode() if isinstance(content, str) else content
        return http.post(f"{datasets}/{name}/versions", params={"filename": filename}, content=body)

    return send


class Tables:
    """Datasets that the tests of a file only look at, in a project of their own."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        project = f"p-{uuid.uuid4().hex[:10]}"
        http.post("projects", json={"name": project}).raise_for_status()
        self.path = f"projects/{project}/datasets"

    def upload(self, content: str, name: str = "table") -> str:
        """The path of the dataset's versions."""
        path = f"{self.path}/{name}/versions"
        self._http.post(path, params={"filename": "table.csv"}, content=content.encode()).raise_for_status()
        return path


@pytest.fixture(scope="module")
def tables(server: ModelyardServer) -> Iterator[Tables]:
    with server.client() as http:
        yield Tables(http)


def files_below(folder: Path) -> set[Path]:
    # Unlike rglob, os.walk does not mind files that are swept meanwhile.
    return {Path(root) / name for root, _, names in os.walk(folder) for name in names}


@pytest.fixture
def leaves_nothing(server: ModelyardServer, http: httpx.Client, datasets: str) -> Iterator[None]:
    """Fails the test when it leaves a dataset, a stored file or a temporary file behind."""
    folders = (server.data_dir / "files", server.data_dir / "tmp")
    before = {path for folder in folders for path in files_below(folder)}
    yield
    assert http.get(datasets).json()["items"] == []
    after = {path for folder in folders for path in files_below(folder)}
    assert after - before == set()
