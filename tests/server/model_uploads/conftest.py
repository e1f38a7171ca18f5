"""Models as files, and zip files of them."""

import io
import json
import zipfile
from collections.abc import Mapping

import httpx
import pytest

INPUTS = json.dumps([{"name": "length", "type": "double", "required": True}])
OUTPUTS = json.dumps([{"name": "species", "type": "string", "required": True}])
MLMODEL = f"""
flavors:
  python_function: {{loader_module: mlflow.sklearn}}
  sklearn: {{sklearn_version: 1.5.0}}
signature:
  inputs: '{INPUTS}'
  outputs: '{OUTPUTS}'
"""
FILES = {
    "MLmodel": MLMODEL.encode(),
    "requirements.txt": b"# made by MLflow\nscikit-learn==1.5.0\n\nmlflow\n",
    "data/part/model.skops": b"weights" * 100,
}


class Uploads:
    """The routes of uploads of one project."""

    def __init__(self, http: httpx.Client, project: str) -> None:
        self.http = http
        self.project = f"projects/{project}"
        self.path = f"projects/{project}/model-uploads"

    def begin(self) -> str:
        answer = self.http.post(self.path)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def put(self, upload: str, path: str, content: bytes) -> httpx.Response:
        return self.http.put(f"{self.path}/{upload}/files/{path}", content=content)

    def put_zip(self, upload: str, content: bytes) -> httpx.Response:
        return self.http.put(f"{self.path}/{upload}/archive", content=content)

    def put_all(self, files: Mapping[str, bytes]) -> str:
        upload = self.begin()
        for path, content in files.items():
            assert self.put(upload, path, content).status_code == 200
        return upload

    def finish(self, upload: str, model: str = "iris", **fields: object) -> httpx.Response:
        return self.http.post(f"{self.path}/{upload}/finish", json={"model": model, **fields})

    def paths(self, upload: str) -> list[str]:
        return [file["path"] for file in self.http.get(f"{self.path}/{upload}").json()["files"]]


@pytest.fixture
def uploads(http: httpx.Client, project: str) -> Uploads:
    return Uploads(http, project)


def zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def code_of(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["code"])
